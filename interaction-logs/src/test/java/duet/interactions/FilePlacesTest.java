package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Files of a log")
class FilePlacesTest {
    private static final String ROWS = "user,item\n" + "u,1\n".repeat(5);

    @TempDir Path folder;

    private static long read(String files) {
        return LogReader.read(LogSource.of(files, null)).log().interactions();
    }

    private int shell(String command) throws Exception {
        return new ProcessBuilder("sh", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cur/*.csv", "cu?/a.csv", "**/a.csv", "cur/**.csv", "{cur/a,b}.csv"})
    @DisplayName("are found where folders are links, and where these lead in circles")
    void areFoundThroughLinks(String pattern) throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Files.writeString(real.resolve("a.csv"), ROWS);
        Files.createSymbolicLink(folder.resolve("cur"), real);
        Files.createSymbolicLink(real.resolve("circle"), folder);
        Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("none"));

        assertThat(read(folder + "/" + pattern)).isEqualTo(5);
    }

    @Test
    @Timeout(60)
    @DisplayName("are no pipes, which would be waited for")
    void areNoPipes() throws Exception {
        assumeTrue(shell("mkfifo pipe") == 0, "no named pipes here");
        Path pipe = folder.resolve("pipe");

        assertThatThrownBy(() -> read(pipe.toString()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(
                        pipe + " is a pipe or a device, and a log is read more than")
                .hasMessageContaining("write it to a file first");
    }

    @Test
    @DisplayName("may have names that are no text")
    void mayHaveNamesOfAnyBytes() throws Exception {
        Files.writeString(folder.resolve("plain"), ROWS);
        assumeTrue(shell("cp plain \"$(printf 'odd\\377.csv')\"") == 0, "no such names here");

        assertThat(read(folder + "/*.csv")).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n\r\n", "\n\r"})
    @DisplayName("take no more room as copies than they do packed")
    void areCopiedPacked(String ends) throws IOException {
        Path file = folder.resolve("log.gz");
        byte[] many = ends.repeat(100_000).getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(ROWS.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 100; i++) {
                out.write(many);
            }
        }
        LogFile looked = LogFiles.look(file, "utf-8", folder);

        LogFile copy = LogFiles.plain(looked, looked.text(), folder);

        assertThat(Files.size(copy.read())).isLessThan(Files.size(file));
        assertThat(read(file.toString())).isEqualTo(5);
    }

    @Test
    @DisplayName("that cannot be copied say where, and how much room that takes")
    void sayWhereTheyCannotBeCopied() throws IOException {
        Path file = Files.writeString(folder.resolve("log"), "user,item\r\nu,1\nu,2\r\n");
        LogFile looked = LogFiles.look(file, "utf-8", folder);

        assertThatThrownBy(
                        () -> LogFiles.plain(looked, looked.text(), folder.resolve("none/scratch")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(file + " has a byte order mark, or ends of lines of several")
                .hasMessageContaining("has to have room in " + folder.resolve("none"));
    }
}
