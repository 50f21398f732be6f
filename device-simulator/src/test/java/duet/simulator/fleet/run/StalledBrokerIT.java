package duet.simulator.fleet.run;

import static org.assertj.core.api.Assertions.assertThat;

import duet.device.DeviceModel;
import duet.operations.topics.DuetTopics;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.Measured;
import duet.simulator.fleet.FleetOptions.Waits;
import duet.simulator.measurement.Stage;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.summary.LoadGenerator;
import duet.simulator.summary.RunSummary;
import duet.simulator.workload.SyntheticCatalogue;
import duet.testkit.BrokerProcess;
import duet.testkit.Eventually;
import duet.testkit.SyntheticModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No job answers: what is looked at is how windows leave. */
@DisplayName("A fleet whose broker stops for a while")
class StalledBrokerIT {
    private static final int PARTITIONS = 2;
    private static final double STALL_SECONDS = 3;

    @TempDir private Path directory;
    private BrokerProcess broker;

    @BeforeEach
    void start() throws Exception {
        broker = BrokerProcess.start(Files.createDirectory(directory.resolve("broker")));
        broker.createTopics(DuetTopics.all(PARTITIONS));
    }

    @AfterEach
    void stop() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    @DisplayName("was late because of the broker where its producer had no room left, and says so")
    void smallBuffer() throws Exception {
        RunSummary summary =
                stalled(
                        Map.of(
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                1024,
                                ProducerConfig.BUFFER_MEMORY_CONFIG,
                                8 * 1024));
        LoadGenerator generator = summary.loadGenerator();
        assertThat(generator.brokersSlow()).as(generator.toString()).isTrue();
        assertThat(generator.bottleneck()).isFalse();
        assertThat(generator.sendDelayMs().max()).isGreaterThan(1_000 * STALL_SECONDS / 2);
        assertThat(generator.reasons()).anyMatch(reason -> reason.contains("took less than was"));
        assertSeesTheStall(summary);
    }

    @Test
    @DisplayName("was not held up where its producer had room, and says how long the broker took")
    void largeBuffer() throws Exception {
        RunSummary summary = stalled(Map.of());
        assertThat(summary.loadGenerator().brokersSlow()).isFalse();
        assertSeesTheStall(summary);
    }

    private static void assertSeesTheStall(RunSummary summary) {
        assertThat(summary.delivery().sending().sendFailures()).isZero();
        assertThat(summary.measured().latencyMs().get(Stage.SEND_DELAY.key()).count())
                .isEqualTo(summary.delivery().accounts().windows());
        assertThat(summary.verdict().warnings())
                .anyMatch(
                        warning ->
                                warning.matches(
                                        "The brokers took up to ([3-9]|\\d\\d+)\\.\\d s to .*"));
    }

    /** A run in whose middle the broker stops. */
    private RunSummary stalled(Map<String, ?> producer) throws Exception {
        ModelBundle bundle = SyntheticModel.writeSmall(directory.resolve("bundle"), 7);
        ScenarioWorkload workload =
                new ScenarioWorkload(
                        Scenario.plain(
                                "stalled", 20, ArrivalModel.CONSTANT, 200, Duration.ofHours(1), 7),
                        SyntheticCatalogue.standard(),
                        "device-",
                        bundle.dimensions().history(),
                        1_700_000_000_000L);
        FleetOptions options =
                FleetOptions.of(broker.bootstrapServers())
                        .withKafka(producer)
                        .withWaits(Waits.of(Eventually.limit(), Duration.ofSeconds(1)))
                        .withMeasured(Measured.NO_QUALITY);
        try (FleetRun run =
                Fleet.start(DeviceModel.load(bundle), workload, options, FleetClock.system())) {
            WhileFleetRuns.until(run, () -> run.progress().windows().sent() > 200);
            broker.suspend();
            // One that leaves now waits for all of the time that follows. Where none can, as the
            // producer has no room left already, one has been waiting.
            long sent = run.progress().windows().sent();
            double full = run.progress().time().seconds() + STALL_SECONDS;
            WhileFleetRuns.until(
                    run,
                    () ->
                            run.progress().windows().sent() > sent
                                    || run.progress().time().seconds() > full);
            double until = run.progress().time().seconds() + STALL_SECONDS;
            WhileFleetRuns.until(run, () -> run.progress().time().seconds() > until);
            broker.resume();
            long resumed = run.progress().windows().sent();
            WhileFleetRuns.until(run, () -> run.progress().windows().sent() > resumed);
            run.stop();
            assertThat(run.await(Eventually.limit())).isTrue();
            return run.summary();
        }
    }
}
