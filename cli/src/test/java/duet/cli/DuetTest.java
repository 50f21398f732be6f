package duet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cli.option.DurationConverter;
import duet.cli.terminal.Terminal;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

@DisplayName("The duet command line")
class DuetTest {

    @Nested
    @DisplayName("answers")
    class Answers {

        @Test
        @DisplayName("--version with the version that was built")
        void version() {
            CommandLineRun run = CommandLineRun.duet("--version");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).matches("duet \\d+\\.\\d+\\.\\d+\\S*\\R");
            assertThat(run.err()).isEmpty();
        }

        @Test
        @DisplayName("--help with the commands that there are")
        void help() {
            CommandLineRun run = CommandLineRun.duet("--help");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).startsWith("Usage: duet").contains("COMMAND", "train");
            assertThat(run.err()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "demo",
                    "train",
                    "evaluate",
                    "experiment",
                    "replay",
                    "simulate",
                    "bench",
                    "synthesize",
                    "glyphs",
                    "fashion",
                    "dead-letters",
                    "devices",
                    "release"
                })
        @DisplayName("--help of every command, whatever else stands beside it")
        void everyHelp(String command) {
            assertThat(CommandLineRun.duet("--help").out())
                    .containsPattern("(?m)^  " + command + " ");
            for (String[] line :
                    new String[][] {{command, "--help"}, {command, "--help", "--verbose"}}) {
                CommandLineRun run = CommandLineRun.duet(line);
                assertThat(run.exitCode()).isZero();
                assertThat(run.out()).startsWith("Usage: duet " + command + " ").contains("--help");
                assertThat(run.err()).isEmpty();
            }
        }

        @Test
        @DisplayName("--help of a command with its options")
        void commandHelp() {
            CommandLineRun run = probe(() -> 0, "probe", "--help");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("Usage: duet probe", "--wait", "--verbose");
        }
    }

    @Nested
    @DisplayName("refuses wrong usage with exit code 2 and one line:")
    class WrongUsage {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "evaluate --negatives|uniform, popular",
                    "replay --negatives|uniform, popular",
                    "replay --policy|always, drift, budget, random",
                    "demo --encoding|float32, int8, int4",
                    "gating --encoding|float32, int8, int4",
                    "bench --only|generator, state, pipeline, latency, startup, kernels"
                })
        @DisplayName("a choice that there is not, with those that there are, as they are typed")
        void noSuchChoice(String option, String choices) {
            String[] words = option.split(" ");
            assertThat(CommandLineRun.duet(words[0], words[1], "zipf").failedWith(2))
                    .contains(words[1], "expected one of " + choices + ", but was 'zipf'");
            assertThat(CommandLineRun.wide(words[0], "--help").succeeded().replaceAll("\\s+", " "))
                    .contains(choices);
        }

        @Test
        @DisplayName("a choice of any option, in capitals nowhere")
        void noCapitals() {
            List<String> wrong = new ArrayList<>();
            Terminal terminal =
                    new Terminal(
                            new PrintStream(
                                    OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                            false,
                            100);
            Duet.commands(terminal).forEach(command -> choices(Duet.line(command), "", wrong));
            assertThat(wrong).hasSizeGreaterThan(8);
            for (String line : wrong) {
                assertThat(CommandLineRun.duet((line + " zipf").split(" ")).failedWith(2))
                        .as(line)
                        .contains("zipf")
                        .doesNotContainPattern("[A-Z0-9]{3,}, ");
            }
        }

        /** Collects the options that take one of a few values, each behind its command. */
        private static void choices(CommandLine line, String above, List<String> found) {
            String command = (above + " " + line.getCommandName()).strip();
            for (OptionSpec option : line.getCommandSpec().options()) {
                if (Arrays.stream(option.auxiliaryTypes()).anyMatch(Class::isEnum)) {
                    found.add(command + " " + option.longestName());
                }
            }
            line.getSubcommands().values().forEach(below -> choices(below, command, found));
        }

        @Test
        @DisplayName("no command")
        void noCommand() {
            assertThat(CommandLineRun.duet().failedWith(2))
                    .isEqualTo("duet: Missing command (see duet --help)");
        }

        @Test
        @DisplayName("an unknown command")
        void unknownCommand() {
            assertThat(CommandLineRun.duet("cook").failedWith(2))
                    .isEqualTo("duet: Unknown command 'cook' (see duet --help)");
        }

        @Test
        @DisplayName("help of an unknown command")
        void helpOfAnUnknownCommand() {
            assertThat(CommandLineRun.duet("cook", "--help").failedWith(2))
                    .isEqualTo("duet: Unknown command 'cook' (see duet --help)");
            assertThat(CommandLineRun.duet("cluster", "cook", "--help").failedWith(2))
                    .contains("'cook'", "(see duet cluster --help)");
        }

        @Test
        @DisplayName("an id that begins with @, which names no file of arguments")
        void noFileOfArguments(@TempDir Path directory) throws IOException {
            Path secret = Files.writeString(directory.resolve("secret"), "--password=42");
            assertThat(
                            CommandLineRun.duet(
                                            "devices",
                                            "reset",
                                            "--bootstrap-servers",
                                            "localhost:1",
                                            "@" + secret,
                                            " ")
                                    .failedWith(2))
                    .isEqualTo("duet: reset has a blank device id");
        }

        @Test
        @DisplayName("an unknown option, with what may have been meant")
        void unknownOption() {
            assertThat(probe(() -> 0, "probe", "--waits", "3s").failedWith(2))
                    .contains("--waits", "did you mean --wait?", "see duet probe --help");
        }

        @Test
        @DisplayName("a part that bench does not have, and numbers out of their range")
        void bench() {
            assertThat(CommandLineRun.duet("bench", "--only", "pipeline,speed").failedWith(2))
                    .contains("--only", "speed");
            assertThat(
                            CommandLineRun.duet("bench", "--bundle", "x", "--repetitions", "0")
                                    .failedWith(2))
                    .contains("the number of repetitions is 0, it must be 1 to 99");
            assertThat(
                            CommandLineRun.duet("bench", "--bundle", "x", "--parallelism", "200")
                                    .failedWith(2))
                    .contains("the parallelism is 200, it must be 1 to 128");
            assertThat(CommandLineRun.duet("bench", "--bundle", "nowhere").failedWith(2))
                    .contains("nowhere");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "5", "5x", "s", "-5s", "0s", "1.5m", "5 m", "99999999999h"})
        @DisplayName("a duration that is none")
        void duration(String value) {
            assertThat(probe(() -> 0, "probe", "--wait", value).failedWith(2))
                    .contains(
                            "'--wait'",
                            "'" + value + "' is not a duration such as 500ms, 60s or 5m");
        }
    }

    @Nested
    @DisplayName("reports what a command throws:")
    class Thrown {

        @Test
        @DisplayName("bad input is exit code 2")
        void badInput() {
            Callable<Integer> command =
                    () -> {
                        throw new InvalidInputException("ratings.csv line 3:\n  'x' is no item");
                    };
            assertThat(probe(command, "probe").failedWith(2))
                    .isEqualTo("duet: ratings.csv line 3: 'x' is no item");
        }

        @Test
        @DisplayName("bad input that a thread passed on is exit code 2 as well")
        void wrappedBadInput() {
            Callable<Integer> command =
                    () -> {
                        throw new CompletionException(new InvalidInputException("no such bundle"));
                    };
            assertThat(probe(command, "probe").failedWith(2)).isEqualTo("duet: no such bundle");
        }

        @Test
        @DisplayName("any other exception is exit code 1, with the innermost cause")
        void failure() {
            Callable<Integer> command =
                    () -> {
                        throw new IllegalStateException(
                                "the job ended", new IllegalArgumentException("disk full"));
                    };
            assertThat(probe(command, "probe").failedWith(1))
                    .isEqualTo("duet: the job ended: disk full");
        }

        @Test
        @DisplayName("an exception without a message is named")
        void nameless() {
            Callable<Integer> command =
                    () -> {
                        throw new UnsupportedOperationException();
                    };
            assertThat(probe(command, "probe").failedWith(1))
                    .isEqualTo("duet: UnsupportedOperationException");
        }

        @Test
        @DisplayName("an error of the JVM is exit code 1")
        void error() {
            Callable<Integer> command =
                    () -> {
                        throw new UnsatisfiedLinkError("no djl_torch");
                    };
            assertThat(probe(command, "probe").failedWith(1)).isEqualTo("duet: no djl_torch");
        }

        @Test
        @DisplayName("--verbose adds the stack trace")
        void verbose() {
            Callable<Integer> command =
                    () -> {
                        throw new IllegalStateException("the job ended");
                    };
            CommandLineRun run = probe(command, "probe", "--verbose");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .startsWith("duet: the job ended")
                    .contains("\tat duet.cli.DuetTest");
        }
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "60s, 60000", "5m, 300000", "2h, 7200000"})
    @DisplayName("reads durations")
    void durations(String value, long millis) {
        Probe probe = new Probe(() -> 0);
        CommandLineRun.with(probe, "probe", "--wait", value);
        assertThat(probe.wait).isEqualTo(Duration.ofMillis(millis));
    }

    private static CommandLineRun probe(Callable<Integer> body, String... args) {
        return CommandLineRun.with(new Probe(body), args);
    }

    @Command(name = "probe", description = "Does what the test says.")
    private static final class Probe implements Callable<Integer> {
        private final Callable<Integer> body;

        @Option(names = "--wait", converter = DurationConverter.class)
        Duration wait;

        Probe(Callable<Integer> body) {
            this.body = body;
        }

        @Override
        public Integer call() throws Exception {
            return body.call();
        }
    }
}
