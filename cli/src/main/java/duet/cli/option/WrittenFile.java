package duet.cli.option;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/** Replaces a file at once: whoever reads it finds the old content or the whole new one. */
public final class WrittenFile {

    /** Writes what a file holds. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private WrittenFile() {}

    /**
     * Writes beside the file, then renames. What is no file to be replaced, such as {@code
     * /dev/stdout} or a pipe, is written to as it is.
     *
     * @throws IOException if it cannot be written; what was there is still there
     */
    public static void replace(Path file, Content content) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            try (OutputStream out = Files.newOutputStream(file)) {
                content.writeTo(out);
            }
            return;
        }
        // A link stays one, and the file that it names is replaced.
        Path place = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        // Not createTempFile: nobody else could read that one.
        Path fresh =
                place.resolveSibling(
                        String.format(
                                Locale.ROOT, ".%s.%s", place.getFileName(), UUID.randomUUID()));
        try {
            try (OutputStream out =
                    Files.newOutputStream(
                            fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(out);
            }
            Files.move(
                    fresh,
                    place,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
