package duet.interactions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Is a directory for what reading has no memory for. It is gone when it is closed, and also when
 * the process is ended before.
 */
final class Scratch implements AutoCloseable {
    private final Path directory;
    private final Thread atEnd;

    private Scratch(Path directory) {
        this.directory = directory;
        this.atEnd = new Thread(this::deleteAtEnd, "duet-log-scratch");
    }

    /** Makes an empty directory. */
    static Scratch make() {
        try {
            Scratch scratch = new Scratch(Files.createTempDirectory("duet-log"));
            Runtime.getRuntime().addShutdownHook(scratch.atEnd);
            return scratch;
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary directory can be made", e);
        }
    }

    Path directory() {
        return directory;
    }

    /** Deletes it; a failure is suppressed where reading has failed before. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException e) {
            return; // the process ends, and the hook deletes
        }
        try {
            delete();
        } catch (IOException e) {
            throw new UncheckedIOException("temporary files cannot be removed", e);
        }
    }

    private void deleteAtEnd() {
        try {
            delete();
        } catch (IOException ignored) {
            // The reader still writes there, or nothing can be done: nobody is left to hear of it.
        }
    }

    private void delete() throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(directory)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
