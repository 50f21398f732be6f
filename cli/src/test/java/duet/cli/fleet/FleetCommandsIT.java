package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import duet.cli.CommandLineRun;
import duet.embedded.EmbeddedStack;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.generation.DeltaEncoding;
import duet.operations.topics.DuetTopics;
import duet.schemas.FreePorts;
import duet.schemas.Topics;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A fleet from the command line")
class FleetCommandsIT {
    private static final Executor ASIDE = task -> new Thread(task, "fleet-command").start();

    @TempDir private Path directory;
    private Path bundle;
    private Path report;

    @BeforeEach
    void writeBundle() {
        bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
        report = directory.resolve("report");
    }

    @Test
    @DisplayName("duet demo runs the whole loop and reports it")
    void demo() throws IOException {
        CommandLineRun run =
                demo(
                        "--devices",
                        "20",
                        "--duration",
                        "3s",
                        "--rate",
                        "40",
                        "--report",
                        report.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(
                        "20 devices", "Streaming", "interaction to applied delta, p99", "userAuc");
        assertAllAnswered(20);
    }

    @Test
    @DisplayName("duet simulate runs against a cluster of somebody else's, twice")
    void simulate() throws IOException {
        try (EmbeddedStack cluster =
                EmbeddedStack.start(
                        ParameterGenerationJob.serving(bundle, DeltaEncoding.INT8), 2)) {
            for (int i = 0; i < 2; i++) {
                CommandLineRun run =
                        simulate(
                                cluster.bootstrapServers(),
                                "--devices",
                                "10",
                                "--duration",
                                "2s",
                                "--rate",
                                "20",
                                "--report",
                                report.toString());
                assertThat(run.exitCode()).as(run.err()).isZero();
                assertAllAnswered(10);
            }
            cluster.requireRunning();
        }
    }

    @Nested
    @DisplayName("fails with one line:")
    class Fails {

        @Test
        @DisplayName("nobody listens at the broker's address, or somebody who never answers")
        void noBroker() throws IOException {
            InetAddress host = InetAddress.getByName("127.0.0.1");
            int port = FreePorts.find(1).get(0);
            try (ServerSocket silent = new ServerSocket(0, 50, host)) {
                // Side by side: each takes all the time that a broker has to answer.
                List<String> addresses =
                        List.of("127.0.0.1:" + port, "127.0.0.1:" + silent.getLocalPort());
                List<CompletableFuture<CommandLineRun>> runs =
                        addresses.stream()
                                .map(a -> CompletableFuture.supplyAsync(() -> simulate(a), ASIDE))
                                .toList();
                for (int i = 0; i < runs.size(); i++) {
                    assertThat(runs.get(i).join().failedWith(1))
                            .contains(addresses.get(i))
                            .contains("within 15 s");
                }
            }
        }

        @ParameterizedTest
        @CsvSource({"nonsense", "host:", "localhost:99999", "no.such.host.invalid:9092"})
        @DisplayName("an address that is none")
        void badAddress(String address) {
            CommandLineRun run = simulate(address);
            assertThat(run.failedWith(run.exitCode())).contains(address);
            assertThat(run.exitCode()).isIn(1, 2);
        }

        @Test
        @DisplayName("the broker lacks a topic, which is named")
        void missingTopic() {
            try (EmbeddedBroker broker = EmbeddedBroker.start()) {
                broker.createTopics(
                        DuetTopics.all(1).stream()
                                .filter(topic -> !topic.name().equals(Topics.DELTAS))
                                .toList());
                assertThat(simulate(broker.bootstrapServers()).failedWith(2))
                        .contains(Topics.DELTAS);
            }
        }

        @ParameterizedTest
        @CsvSource({
            "--devices, 0",
            "--devices, many",
            "--duration, 60",
            "--rate, -1",
            "--report, pom.xml"
        })
        @DisplayName("an option out of range")
        void options(String option, String value) {
            assertThat(demo(option, value).failedWith(2)).contains(value);
        }
    }

    private void assertAllAnswered(int devices) throws IOException {
        JsonNode summary = SummarySchema.read(report);
        assertThat(summary.get("complete").asBoolean()).isTrue();
        assertThat(summary.at("/run/devicesWithDelta").asInt()).isEqualTo(devices);
        JsonNode delivery = summary.get("delivery");
        assertThat(delivery.get("windows").asLong()).isPositive();
        assertThat(delivery.get("deltas").asLong() + delivery.get("coalesced").asLong())
                .isEqualTo(delivery.get("windows").asLong());
        assertThat(report.resolve("report.html")).isNotEmptyFile();
    }

    private CommandLineRun demo(String... more) {
        return run(Stream.of("demo", "--bundle", bundle.toString()), more);
    }

    private CommandLineRun simulate(String bootstrapServers, String... more) {
        return run(
                Stream.of(
                        "simulate",
                        "--bootstrap-servers",
                        bootstrapServers,
                        "--bundle",
                        bundle.toString()),
                more);
    }

    private static CommandLineRun run(Stream<String> line, String... more) {
        return CommandLineRun.duet(Stream.concat(line, Stream.of(more)).toArray(String[]::new));
    }
}
