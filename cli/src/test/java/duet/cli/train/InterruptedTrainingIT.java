package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import duet.cli.CommandLineRun;
import duet.cli.Duet;
import duet.model.training.TrainingCheckpoint;
import duet.schemas.bundle.ModelBundle;
import duet.testkit.Eventually;
import duet.testkit.OwnLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("duet train in a process of its own, interrupted,")
class InterruptedTrainingIT {
    private static final Path KILL = Path.of("/bin/kill");

    /** A process that a signal ends has an exit code above this. */
    private static final int SIGNALLED = 128;

    @TempDir private Path directory;
    private Path bundle;

    @BeforeEach
    void writeLog() {
        bundle = directory.resolve("bundle");
        CommandLineRun.duet(
                        "synthesize",
                        "--out",
                        directory.resolve("log.csv").toString(),
                        "--users",
                        "120",
                        "--interactions",
                        "30")
                .succeeded();
    }

    @ParameterizedTest
    @CsvSource({"INT, 2", "TERM, 15"})
    @DisplayName("says once how to go on, goes on there, and leaves standard error alone then")
    void goesOn(String signal, int number) throws Exception {
        assumeThat(KILL).as("it sends signals").isExecutable();
        assumeThat(isIgnored(number))
                .as("whoever started the tests in the background has them ignore " + signal)
                .isFalse();
        Path kept = TrainingCheckpoint.beside(bundle);
        Process training = start("first", "--epochs", "300");
        Eventually.until(
                "an epoch that is kept",
                () -> TrainingCheckpoint.isIn(kept) || !training.isAlive());

        new ProcessBuilder(KILL.toString(), "-" + signal, Long.toString(training.pid()))
                .start()
                .waitFor();

        CommandLineRun first = ended(training, "first");
        assertThat(first.exitCode()).as(first.err()).isEqualTo(SIGNALLED + number);
        assertThat(OwnLines.of(first.err()).lines().filter(line -> !line.isBlank()))
                .singleElement()
                .asString()
                .startsWith("Interrupted after epoch ")
                .endsWith("the same command with --resume goes on there");
        assertThat(bundle).doesNotExist();

        CommandLineRun other = ended(start("other", "--epochs", "200", "--resume"), "other");
        assertThat(other.failedWith(2))
                .contains("bundle.training is of another training: --epochs was 300, is 200:");

        CommandLineRun second = ended(start("second", "--epochs", "300", "--resume"), "second");
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(OwnLines.of(second.err())).isEmpty();
        assertThat(second.out()).contains("Going on after epoch ");
        assertThat(ModelBundle.open(bundle).modelVersion()).startsWith("sasrec-");
        assertThat(kept).doesNotExist();
    }

    /** Processes ignore what the one that started them did. */
    private static boolean isIgnored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String mask =
                Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> line.substring("SigIgn:".length()).strip())
                        .findFirst()
                        .orElse("0");
        return (Long.parseUnsignedLong(mask, 16) >> (signal - 1) & 1) == 1;
    }

    private Process start(String name, String... more) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(ProcessHandle.current().info().command().orElse("java"));
        line.addAll(
                List.of(
                        "-Xmx1g",
                        "-Dai.djl.offline=true",
                        "-DOPT_OUT_TRACKING=true",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Duet.class.getName(),
                        "train",
                        "--data",
                        directory.resolve("log.csv").toString(),
                        "--backbone",
                        "sasrec",
                        "--width",
                        "8",
                        "--out",
                        bundle.toString()));
        line.addAll(List.of(more));
        return new ProcessBuilder(line)
                .redirectOutput(directory.resolve(name + ".out").toFile())
                .redirectError(directory.resolve(name + ".err").toFile())
                .start();
    }

    private CommandLineRun ended(Process process, String name)
            throws IOException, InterruptedException {
        int exitCode = Eventually.exitCode("the end of the training", process);
        return new CommandLineRun(
                exitCode,
                Files.readString(directory.resolve(name + ".out")),
                Files.readString(directory.resolve(name + ".err")));
    }
}
