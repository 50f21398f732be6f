package duet.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cli.CommandLineRun;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("duet cluster chaos")
class ChaosCommandTest {
    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "--hostile, 0.7, 'the share of hostile records is 0.7, it must be 0 to 0.5'",
        "--hostile, NaN, 'the share of hostile records is NaN, it must be 0 to 0.5'",
        "--windows.no-such, 1, 'unknown option --windows.no-such'",
        "--faults, kill-everything, 'there is no fault kill-everything'"
    })
    @DisplayName(
            "refuses a wrong option, or one that the job does not have, before it starts any"
                    + " process")
    void refused(String option, String value, String message) {
        Path place = directory.resolve("cluster");
        CommandLineRun run =
                CommandLineRun.duet("cluster", "chaos", "--dir", place.toString(), option, value);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().strip()).contains(message).hasLineCount(1);
        assertThat(place).doesNotExist();
    }
}
