package duet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToIntBiFunction;

/**
 * What one run of the real command line did.
 *
 * @param exitCode its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record CommandLineRun(int exitCode, String out, String err) {
    private static final int COLUMNS = 100;

    /** Runs {@code duet} with the commands that users have. */
    public static CommandLineRun duet(String... args) {
        return run((terminal, error) -> Duet.run(terminal, error, args));
    }

    /** Runs {@code duet} as {@link #duet} does, on a terminal on which no table needs to wrap. */
    public static CommandLineRun wide(String... args) {
        return run(
                new ByteArrayOutputStream(),
                200,
                (terminal, error) -> Duet.run(terminal, error, args));
    }

    /** Runs {@code duet} with a command of the test's own. */
    static CommandLineRun with(Object command, String... args) {
        return run((terminal, error) -> Duet.run(terminal, error, List.of(command), args));
    }

    /**
     * Runs {@code duet}, and the action as soon as the text has been written to standard output.
     */
    public static CommandLineRun interrupted(String text, Runnable action, String... args) {
        ByteArrayOutputStream out =
                new ByteArrayOutputStream() {
                    private boolean done;

                    @Override
                    public synchronized void flush() {
                        if (!done && toString(StandardCharsets.UTF_8).contains(text)) {
                            done = true;
                            action.run();
                        }
                    }
                };
        return run(out, COLUMNS, (terminal, error) -> Duet.run(terminal, error, args));
    }

    private static CommandLineRun run(ToIntBiFunction<Terminal, PrintStream> body) {
        return run(new ByteArrayOutputStream(), COLUMNS, body);
    }

    private static CommandLineRun run(
            ByteArrayOutputStream out, int columns, ToIntBiFunction<Terminal, PrintStream> body) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode =
                body.applyAsInt(
                        new Terminal(
                                new PrintStream(out, true, StandardCharsets.UTF_8), false, columns),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        return new CommandLineRun(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    /**
     * Asserts that the run failed with this exit code and exactly one line on standard error, and
     * gives that line.
     */
    public String failedWith(int expected) {
        assertThat(exitCode).as("exit code, with standard error %s", err).isEqualTo(expected);
        assertThat(err.lines()).as("standard error").hasSize(1);
        return err.strip();
    }

    /** Asserts that all went well, quietly, and gives standard output. */
    public String succeeded() {
        assertThat(exitCode).as("exit code, with %s%s", out, err).isZero();
        assertThat(err).isEmpty();
        return out;
    }

    /** Asserts that the input was refused in one line on standard error, and gives it. */
    public String refused() {
        return failedWith(Duet.BAD_INPUT);
    }
}
