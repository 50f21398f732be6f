package duet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What one run of the real command line did, with the training engine on the class path.
 *
 * @param exitCode its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record TrainingCommandLineRun(int exitCode, String out, String err) {

    /** Runs {@code duet} in this process. */
    public static TrainingCommandLineRun duet(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode =
                Duet.run(
                        new Terminal(
                                new PrintStream(out, true, StandardCharsets.UTF_8), false, 160),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        args);
        return new TrainingCommandLineRun(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    /** Asserts that all went well, quietly, and gives standard output. */
    public String succeeded() {
        assertThat(exitCode).as("exit code, with %s%s", out, err).isZero();
        assertThat(err).isEmpty();
        return out;
    }

    /** Asserts that the input was refused in one line on standard error, and gives it. */
    public String refused() {
        assertThat(exitCode).as("exit code, with %s%s", out, err).isEqualTo(Duet.BAD_INPUT);
        assertThat(err.lines()).as("standard error").hasSize(1);
        return err.strip();
    }
}
