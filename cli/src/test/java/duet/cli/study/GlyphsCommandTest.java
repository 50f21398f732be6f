package duet.cli.study;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("duet glyphs")
class GlyphsCommandTest {

    @TempDir private Path directory;

    @Nested
    @DisplayName("refuses, with one line and exit code 2, before it trains:")
    class Refuses {

        @Test
        @DisplayName("no place for the model")
        void noTarget() {
            assertThat(CommandLineRun.duet("glyphs").failedWith(2)).contains("--out");
        }

        @Test
        @DisplayName("a place that holds something else, of any of the seeds")
        void otherTarget() throws IOException {
            Path other = Files.createDirectory(directory.resolve("bundle-2"));
            Files.writeString(other.resolve("notes.txt"), "not a bundle");
            assertThat(glyphs("--seed", "1,2").failedWith(2)).contains(other.toString());
        }

        @ParameterizedTest
        @CsvSource({"--fine-tune,101", "--fine-tune,-1", "--epochs,0", "--seed,x"})
        @DisplayName("numbers out of range")
        void numbers(String option, String value) {
            assertThat(glyphs(option, value).failedWith(2)).contains(value);
        }

        @Test
        @DisplayName("files that cannot be written")
        void files() {
            String missing = directory.resolve("missing").resolve("file").toString();
            assertThat(glyphs("--report", missing).failedWith(2)).contains(missing);
            assertThat(glyphs("--json", missing).failedWith(2)).contains(missing);
        }
    }

    private CommandLineRun glyphs(String option, String value) {
        return CommandLineRun.duet(
                "glyphs", "--out", directory.resolve("bundle").toString(), option, value);
    }
}
