package duet.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory of this JVM for the files that readers are given, gone when the JVM ends. */
final class Scratch {
    private static final Path DIRECTORY = made();

    private Scratch() {}

    static Path directory() {
        return DIRECTORY;
    }

    /** Returns an empty directory of that name in the scratch directory. */
    static Path directory(String name) {
        try {
            return Files.createDirectories(DIRECTORY.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path made() {
        try {
            Path directory = Files.createTempDirectory("duet-fuzz-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
