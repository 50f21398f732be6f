package duet.model.image.fashion;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Makes files in the IDX format, sound ones and others. */
final class IdxBytes {
    private IdxBytes() {}

    /** Returns a header of unsigned bytes with these sizes, and the values after it. */
    static byte[] of(byte[] values, int... sizes) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * sizes.length + values.length);
        bytes.putInt(0x0800 | sizes.length);
        for (int size : sizes) {
            bytes.putInt(size);
        }
        return bytes.put(values).array();
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    /** Writes a small data set: so many photographs of each class in the parts of the data set. */
    static void writeDataSet(Path folder, int trainingOfEach, int testOfEach) throws IOException {
        writePart(folder, "train", trainingOfEach);
        writePart(folder, "t10k", testOfEach);
    }

    private static void writePart(Path folder, String name, int ofEach) throws IOException {
        int count = ofEach * Photographs.CLASSES;
        byte[] labels = new byte[count];
        byte[] images = new byte[count * Photographs.SIDE * Photographs.SIDE];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % Photographs.CLASSES);
            for (int row = 0; row < Photographs.SIDE; row++) {
                // A bar of its own for each class, a shade of its own for each photograph.
                int column = 4 + 2 * labels[i];
                int place = (i * Photographs.SIDE + row) * Photographs.SIDE + column;
                images[place] = (byte) (100 + i);
                images[place + 1] = (byte) (100 + i);
            }
        }
        Files.write(
                folder.resolve(name + "-images-idx3-ubyte.gz"),
                gzip(of(images, count, Photographs.SIDE, Photographs.SIDE)));
        Files.write(folder.resolve(name + "-labels-idx1-ubyte.gz"), gzip(of(labels, count)));
    }
}
