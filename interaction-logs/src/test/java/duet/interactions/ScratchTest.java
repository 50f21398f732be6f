package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What reading has no memory for")
class ScratchTest {
    @TempDir Path folder;

    /** Makes such a directory, and ends without closing it. */
    static final class Interrupted {
        private Interrupted() {}

        public static void main(String[] arguments) throws IOException {
            Path directory = Scratch.make().directory();
            Files.writeString(directory.resolve("file"), "something");
            System.out.print(directory);
            System.out.flush();
            if (arguments.length > 0) {
                // As one that is killed, which runs nothing more.
                DuckDb.open(List.of(), directory);
                Runtime.getRuntime().halt(0);
            }
        }
    }

    @Test
    @DisplayName("is gone when the log is read")
    void isGoneWhenClosed() throws IOException {
        Path directory;
        try (Scratch scratch = Scratch.make()) {
            directory = scratch.directory();
            Files.createDirectories(directory.resolve("a/b"));
            Files.writeString(directory.resolve("a/b/c"), "something");
        }

        assertThat(directory).doesNotExist();
    }

    @Test
    @DisplayName("is gone when the process ends in between")
    void isGoneAtTheEnd() throws Exception {
        Path directory = run(folder);

        assertThat(directory.toString()).contains("duet-log");
        assertThat(directory).doesNotExist();
    }

    @Test
    @DisplayName("is gone with the next process when one was killed, and so is DuckDB's library")
    void isGoneWithTheNext() throws Exception {
        Path left = run(folder, "killed");
        Path other = Files.createDirectory(folder.resolve("duet-log-of-mine"));

        assertThat(left).exists();

        run(folder);

        assertThat(left).doesNotExist();
        assertThat(other).exists();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> !file.equals(other)))
                    .as("on Linux a library needs no name once it is loaded")
                    .allMatch(file -> !System.getProperty("os.name").equals("Linux"));
        }
    }

    @Test
    @DisplayName("is left alone while it is in use")
    void isLeftAlone() throws Exception {
        try (Scratch scratch = Scratch.make()) {
            Path temporary = scratch.directory().getParent();
            run(temporary);

            assertThat(scratch.directory()).exists();
        }
    }

    /** Runs a process that makes such a directory among these temporary files. */
    private static Path run(Path temporary, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.io.tmpdir=" + temporary,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Interrupted.class.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String directory =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        return Path.of(directory);
    }
}
