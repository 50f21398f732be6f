package duet.cli.study;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a made-up data set in the files of Fashion-MNIST: a bar at a place of its own per class.
 */
final class SmallFashion {
    private static final int SIDE = 28;
    private static final int CLASSES = 10;

    private SmallFashion() {}

    /** Writes so many photographs of each class for training, and a sixth of that for tests. */
    static void write(Path folder, int ofEach) throws IOException {
        writePart(folder, "train", ofEach * CLASSES);
        writePart(folder, "t10k", ofEach / 6 * CLASSES);
    }

    /** Returns the file of the photographs for training. */
    static Path trainingImages(Path folder) {
        return folder.resolve("train-images-idx3-ubyte.gz");
    }

    private static void writePart(Path folder, String part, int count) throws IOException {
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
        ByteBuffer images =
                ByteBuffer.allocate(16 + count * SIDE * SIDE)
                        .putInt(0x803)
                        .putInt(count)
                        .putInt(SIDE)
                        .putInt(SIDE);
        for (int i = 0; i < count; i++) {
            int label = i % CLASSES;
            labels.put((byte) label);
            byte[] image = new byte[SIDE * SIDE];
            for (int row = 4; row < SIDE - 2 * label; row++) {
                image[row * SIDE + 4 + 2 * label] = (byte) 255;
            }
            images.put(image);
        }
        compress(folder.resolve(part + "-labels-idx1-ubyte.gz"), labels.array());
        compress(folder.resolve(part + "-images-idx3-ubyte.gz"), images.array());
    }

    private static void compress(Path file, byte[] bytes) throws IOException {
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes);
        }
    }
}
