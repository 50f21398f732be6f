package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What reading has no memory for")
class ScratchTest {

    /** Makes such a directory, and ends without closing it. */
    static final class Interrupted {
        private Interrupted() {}

        public static void main(String[] arguments) throws IOException {
            Path directory = Scratch.make().directory();
            Files.writeString(directory.resolve("file"), "something");
            System.out.print(directory);
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
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Interrupted.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String directory =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(directory).contains("duet-log");
        assertThat(Path.of(directory)).doesNotExist();
    }
}
