package duet.cli.study;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("duet fashion")
class FashionCommandTest {

    @TempDir private Path directory;

    @Nested
    @DisplayName("refuses, with one line and exit code 2, before it trains:")
    class Refuses {

        @Test
        @DisplayName("a place without the data set, saying how to install it")
        void missing() {
            assertThat(fashion("--seed", "1").failedWith(2))
                    .contains(SmallFashion.trainingImages(directory).toString())
                    .contains("apt-get install dataset-fashion-mnist", "--data");
        }

        @Test
        @DisplayName("a file that is cut in the middle")
        void cut() throws IOException {
            SmallFashion.write(directory, 6);
            Path images = SmallFashion.trainingImages(directory);
            byte[] whole = Files.readAllBytes(images);
            Files.write(images, Arrays.copyOf(whole, whole.length / 2));
            assertThat(fashion("--seed", "1").failedWith(2))
                    .contains(images + " is cut off: its gzip stream has no end");
        }

        @ParameterizedTest
        @CsvSource({
            "--fine-tune,101",
            "--epochs,0",
            "--side,6",
            "--side,29",
            "--side,x",
            "--seed,x"
        })
        @DisplayName("numbers out of range")
        void numbers(String option, String value) throws IOException {
            SmallFashion.write(directory, 6);
            assertThat(fashion(option, value).failedWith(2)).contains(value);
        }

        @Test
        @DisplayName("a model in the place of the data set")
        void overData() throws IOException {
            SmallFashion.write(directory, 6);
            assertThat(
                            CommandLineRun.duet(
                                            "fashion",
                                            "--out",
                                            directory.toString(),
                                            "--data",
                                            directory.toString())
                                    .failedWith(2))
                    .contains(directory.toString());
        }
    }

    private CommandLineRun fashion(String option, String value) {
        return CommandLineRun.duet(
                "fashion",
                "--out",
                directory.resolve("bundle").toString(),
                "--data",
                directory.toString(),
                option,
                value);
    }
}
