package duet.model.image.fashion;

import duet.schemas.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a file of unsigned bytes in the IDX format of MNIST, compressed with gzip: two zero bytes,
 * the type, the number of dimensions, the size of each as four bytes, most significant first, then
 * the values. Whatever the bytes, no more memory is taken than the file's own size and that of the
 * values which the caller expects at most.
 */
public final class IdxFile {
    private static final int UNSIGNED_BYTES = 0x08;

    /** No file is read that is longer. */
    private static final int MOST_FILE_BYTES = 64 << 20;

    private static final int TRAILER_BYTES = 8;

    private final Path file;
    private final int count;
    private final byte[] values;

    private IdxFile(Path file, int count, byte[] values) {
        this.file = file;
        this.count = count;
        this.values = values;
    }

    /**
     * Reads a file of values that all have the same shape.
     *
     * @param mostValues values there may be at most
     * @param shape sizes of the dimensions after the first, none for single bytes
     * @throws InvalidInputException naming the file and the place, if it is anything else
     * @throws UncheckedIOException if it cannot be read
     */
    public static IdxFile read(Path file, int mostValues, int... shape) {
        try {
            return decode(file, bytes(file), mostValues, shape);
        } catch (EOFException e) {
            throw new InvalidInputException(file + " is cut off: its gzip stream has no end", e);
        } catch (ZipException e) {
            throw new InvalidInputException(file + " is no sound gzip file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_FILE_BYTES + 1);
            if (bytes.length > MOST_FILE_BYTES) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s has more than %,d bytes, no such file is as long",
                                file,
                                MOST_FILE_BYTES));
            }
            return bytes;
        }
    }

    private static IdxFile decode(Path file, byte[] compressed, int mostValues, int... shape)
            throws IOException {
        try (Member in = new Member(compressed)) {
            byte[] magic = header(file, in, Integer.BYTES);
            byte[] expected = {0, 0, UNSIGNED_BYTES, (byte) (1 + shape.length)};
            if (!Arrays.equals(magic, expected)) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s begins with %08x, an IDX file of bytes in %d dimensions with"
                                        + " %08x",
                                file,
                                ByteBuffer.wrap(magic).getInt(),
                                1 + shape.length,
                                ByteBuffer.wrap(expected).getInt()));
            }
            int count = size(file, in, 0);
            if (count < 1 || count > mostValues) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s says that it has %s values, the range is 1 to %,d",
                                file,
                                Integer.toUnsignedString(count),
                                mostValues));
            }
            int bytes = count;
            for (int i = 0; i < shape.length; i++) {
                int size = size(file, in, i + 1);
                if (size != shape[i]) {
                    throw new InvalidInputException(
                            String.format(
                                    Locale.ROOT,
                                    "%s has %s as its dimension %d, %d is needed",
                                    file,
                                    Integer.toUnsignedString(size),
                                    i + 2,
                                    shape[i]));
                }
                bytes = Math.multiplyExact(bytes, size);
            }
            byte[] values = in.readNBytes(bytes);
            if (values.length < bytes) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s ends after %,d of the %,d bytes of its %,d values",
                                file,
                                values.length,
                                bytes,
                                count));
            }
            if (in.read() != -1 || in.hasMore()) {
                throw new InvalidInputException(
                        String.format(Locale.ROOT, "%s goes on after its %,d values", file, count));
            }
            return new IdxFile(file, count, values);
        }
    }

    private static int size(Path file, InputStream in, int dimension) throws IOException {
        byte[] size = in.readNBytes(Integer.BYTES);
        if (size.length < Integer.BYTES) {
            throw new InvalidInputException(
                    file + " ends before the size of its dimension " + (dimension + 1));
        }
        return ByteBuffer.wrap(size).getInt();
    }

    private static byte[] header(Path file, InputStream in, int bytes) throws IOException {
        byte[] header = in.readNBytes(bytes);
        if (header.length < bytes) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has %d bytes in its gzip stream, no IDX file is as short",
                            file,
                            header.length));
        }
        return header;
    }

    /** Returns where the values were read. */
    public Path file() {
        return file;
    }

    /** Returns how many values there are: the size of the first dimension. */
    public int count() {
        return count;
    }

    /** Returns the number from 0 to 255 at a place, counted through all values. */
    public int at(int place) {
        return Byte.toUnsignedInt(values[place]);
    }

    /**
     * Inflates a gzip member that is in memory as a whole, so that what follows it can be told: the
     * stream itself leaves bytes unread that are no further member.
     */
    private static final class Member extends GZIPInputStream {
        Member(byte[] compressed) throws IOException {
            super(new ByteArrayInputStream(compressed), Math.max(512, compressed.length));
        }

        /** Returns whether bytes follow that belong to no member, once all is read. */
        boolean hasMore() {
            return inf.getRemaining() > TRAILER_BYTES;
        }
    }
}
