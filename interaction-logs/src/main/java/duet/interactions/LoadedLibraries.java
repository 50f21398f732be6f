package duet.interactions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes away the names of native libraries that this process has unpacked and loaded: DuckDB's has
 * 72 MB, and one that is killed would leave it among the temporary files. Loaded, it needs no name.
 * Only Linux says which file it is; elsewhere it goes when the process ends.
 */
final class LoadedLibraries {
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final Pattern UNPACKED =
            Pattern.compile(" (/.*/lib(?:duckdb_java|zstd-jni)[^/]*\\.so)$");

    private LoadedLibraries() {}

    /** Is made once in a process, as libraries are loaded once: the list of them is long. */
    private static final class Once {
        static {
            unlinkAll();
        }

        private Once() {}

        static void happen() {
            // Whoever calls it has made this class.
        }
    }

    /** Deletes the files, which stay loaded, where this process has not done so before. */
    static void unlink() {
        Once.happen();
    }

    private static void unlinkAll() {
        Path temporary;
        List<String> libraries;
        try (Stream<String> maps = Files.lines(MAPS)) {
            temporary = Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
            libraries =
                    maps.map(UNPACKED::matcher)
                            .filter(Matcher::find)
                            .map(found -> found.group(1))
                            .distinct()
                            .toList();
        } catch (IOException | UncheckedIOException e) {
            return; // not Linux
        }
        for (String library : libraries) {
            try {
                Path file = Path.of(library);
                if (temporary.equals(file.getParent())) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException | InvalidPathException e) {
                // It goes when the process ends.
            }
        }
    }
}
