package duet.simulator.fleet.run;

import static org.assertj.core.api.Assertions.assertThat;

import duet.device.DeviceModel;
import duet.embedded.EmbeddedStack;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.generation.DeltaEncoding;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.Circumstances;
import duet.simulator.fleet.FleetOptions.Waits;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.PhaseSummary;
import duet.simulator.measurement.Stage;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.summary.Delivery;
import duet.simulator.summary.RunSummary;
import duet.simulator.workload.SyntheticCatalogue;
import duet.testkit.Eventually;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Scenarios in which much goes wrong, against the job itself: the accounts close all the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("A fleet with a scenario")
class FleetTruthIT {

    private Path directory;
    private EmbeddedStack stack;
    private ModelBundle bundle;
    private DeviceModel model;

    @BeforeAll
    void start(@TempDir Path shared) {
        directory = shared;
        bundle = SyntheticModel.writeSmall(directory.resolve("bundle"), 7);
        model = DeviceModel.load(bundle);
        stack =
                EmbeddedStack.start(
                        ParameterGenerationJob.serving(bundle.directory(), DeltaEncoding.INT8), 1);
    }

    @AfterAll
    void stop() {
        stack.close();
    }

    private Scenario scenario(String name, String yaml) throws IOException {
        return Scenario.read(
                Files.writeString(
                        directory.resolve(name + ".yaml"), "name: " + name + "\n" + yaml));
    }

    private FleetRun begin(Scenario scenario, FleetOptions options, FleetClock clock) {
        ScenarioWorkload workload =
                new ScenarioWorkload(
                        scenario,
                        SyntheticCatalogue.standard(),
                        scenario.name() + "-",
                        bundle.dimensions().history(),
                        1_700_000_000_000L);
        return Fleet.start(
                model,
                workload,
                options.withCircumstances(
                        new Circumstances(
                                scenario.allConditions(),
                                scenario.load().warmUp(),
                                options.circumstances().otherModels())),
                clock);
    }

    private FleetOptions options() {
        return FleetOptions.of(stack.bootstrapServers())
                .withWaits(Waits.of(Eventually.limit(), Eventually.limit()));
    }

    private RunSummary run(Scenario scenario) {
        try (FleetRun run = begin(scenario, options(), FleetClock.system())) {
            assertThat(run.await(Eventually.limit())).as("over").isTrue();
            return run.summary();
        }
    }

    private static void assertAccountsClose(RunSummary summary) {
        Delivery delivery = summary.delivery();
        assertThat(summary.verdict().missing()).isNull();
        assertThat(
                        delivery.accounts().deltas()
                                + delivery.accounts().coalesced()
                                - delivery.accounts().repeated()
                                + delivery.accounts().deadLetters()
                                + delivery.network().lostUp())
                .isEqualTo(delivery.accounts().windows());
    }

    @Test
    @DisplayName("passes a slow network that loses records, and accounts for each")
    void network() throws IOException {
        RunSummary summary =
                run(
                        scenario(
                                "network",
                                """
                                devices: {count: 40}
                                stages:
                                  - {kind: hold, duration: 4s, rate: 150}
                                network:
                                  up: {median: 40ms, p99: 90ms, loss: 0.1}
                                  down: {median: 30ms, p99: 60ms, loss: 0.1}
                                """));
        assertAccountsClose(summary);
        Delivery delivery = summary.delivery();
        assertThat(delivery.network().lostUp()).isBetween(20L, 120L);
        assertThat(delivery.network().lostDown())
                .isPositive()
                .isLessThan(delivery.accounts().deltas());
        LatencySummary applied = summary.measured().latencyMs().get(Stage.EVENT_TO_APPLIED.key());
        assertThat(applied.p50()).isGreaterThan(60);
        // What a lost delta was worth comes with the next one, or never.
        assertThat(applied.count())
                .isLessThan(delivery.accounts().windows() - delivery.network().lostUp() + 1);
        assertThat(summary.measured().latencyMs().get(Stage.SEND_DELAY.key()).count())
                .isEqualTo(delivery.accounts().windows() - delivery.network().lostUp());
    }

    @Test
    @DisplayName(
            "holds back what devices without a connection would send, and gives them the newest"
                    + " delta")
    void offline() throws IOException {
        RunSummary summary =
                run(
                        scenario(
                                "storm",
                                """
                                devices: {count: 30}
                                warmUp: 1s
                                stages:
                                  - {kind: hold, duration: 2s, rate: 100}
                                  - {kind: reconnectStorm, duration: 3s, rate: 100, offlineShare: 0.8, offline: 2s}
                                """));
        assertAccountsClose(summary);
        Delivery delivery = summary.delivery();
        assertThat(delivery.network().heldOffline()).isBetween(80L, 240L);
        // Held windows count from the moment of reconnection, in either.
        assertThat(summary.measured().latencyMs().get(Stage.SEND_DELAY.key()).p50())
                .isLessThanOrEqualTo(
                        summary.measured().latencyMs().get(Stage.EVENT_TO_APPLIED.key()).p50());
        assertThat(summary.run().fleet().devicesWithDelta()).isEqualTo(30);
        assertThat(summary.measured().phases()).hasSize(2);
        assertThat(summary.measured().phases().stream().map(PhaseSummary::name))
                .doesNotHaveDuplicates();
        assertThat(summary.measured().warmUp().seconds()).isEqualTo(1);
        assertThat(summary.measured().warmUp().delivery().accounts().windows())
                .isPositive()
                .isLessThan(delivery.accounts().windows());
        assertThat(
                        summary.measured().warmUp().latencyMs().get(Stage.SEND_DELAY.key()).count()
                                + summary.measured()
                                        .latencyMs()
                                        .get(Stage.SEND_DELAY.key())
                                        .count())
                .isEqualTo(delivery.accounts().windows());
    }

    @Test
    @DisplayName("finds every window that it spoilt in the dead letters")
    void garbage() throws IOException {
        RunSummary summary =
                run(
                        scenario(
                                "garbage",
                                """
                                devices: {count: 20}
                                stages:
                                  - {kind: hold, duration: 2s, rate: 150}
                                misbehaviour: {repeats: 0.05, reordering: 0.05, gaps: 0.05, garbage: 0.1}
                                """));
        assertAccountsClose(summary);
        assertThat(summary.delivery().garbage()).isBetween(10L, 80L);
        assertThat(summary.delivery().accounts().deadLetters())
                .isEqualTo(summary.delivery().garbage());
        assertThat(summary.verdict().warnings())
                .noneMatch(warning -> warning.contains("dead letters"));
    }

    @Test
    @DisplayName("never has more windows in flight than its closed loop allows")
    void closedLoop() throws IOException {
        Scenario scenario =
                scenario(
                        "closed",
                        """
                        devices: {count: 20}
                        arrivals: {process: closed, inFlight: 8, thinkTime: 5ms}
                        stages:
                          - {kind: hold, duration: 3s}
                        """);
        try (FleetRun run = begin(scenario, options(), FleetClock.system())) {
            while (!run.await(Duration.ofMillis(5))) {
                assertThat(run.progress().windows().unanswered()).isLessThanOrEqualTo(8);
            }
            RunSummary summary = run.summary();
            assertAccountsClose(summary);
            assertThat(summary.delivery().accounts().windows()).isGreaterThan(8);
            assertThat(summary.run().rate().arrivals()).isEqualTo("closed");
        }
    }

    @Test
    @DisplayName(
            "counts what it never sent because it was stopped for longer than anyone would wait")
    void unsent() throws IOException {
        Scenario scenario =
                scenario(
                        "stopped",
                        """
                        devices: {count: 10}
                        arrivals: {process: constant}
                        stages:
                          - {kind: hold, duration: 2s, rate: 100}
                        """);
        StoppedClock clock = new StoppedClock();
        try (FleetRun run = begin(scenario, options(), clock)) {
            WhileFleetRuns.until(run, () -> run.progress().windows().deltas() > 20);
            clock.stopped.set(true);
            assertThat(run.await(Eventually.limit())).isTrue();
            RunSummary summary = run.summary();
            assertAccountsClose(summary);
            assertThat(summary.delivery().unsent()).isPositive();
            assertThat(summary.delivery().accounts().windows() + summary.delivery().unsent())
                    .isEqualTo(200);
            assertThat(summary.loadGenerator().bottleneck()).isTrue();
            assertThat(summary.loadGenerator().unsent()).isEqualTo(summary.delivery().unsent());
            assertThat(summary.loadGenerator().reasons().get(0)).contains("windows were not sent");
        }
    }

    @Test
    @DisplayName("keeps some devices on another model from the start, and says so")
    void versions() throws IOException {
        DeviceModel other =
                DeviceModel.load(SyntheticModel.writeSmall(directory.resolve("other"), 8));
        Scenario scenario =
                scenario(
                        "versions",
                        """
                        devices: {count: 40}
                        stages:
                          - {kind: hold, duration: 1s, rate: 100}
                        """);
        FleetOptions options =
                options()
                        .withWaits(options().waits().withAnswer(Duration.ofSeconds(5)))
                        .withCircumstances(
                                Circumstances.PLAIN.withOtherModels(
                                        device ->
                                                device % 4 == 0
                                                        ? Optional.of(other)
                                                        : Optional.empty()));
        try (FleetRun run = begin(scenario, options, FleetClock.system())) {
            assertThat(run.await(Eventually.limit())).isTrue();
            RunSummary summary = run.summary();
            assertThat(summary.measured().versions().get(other.version()).devices()).isEqualTo(10);
            assertThat(summary.measured().versions().get(other.version()).windows()).isPositive();
            assertThat(summary.measured().versions().get(model.version()).devices()).isEqualTo(30);
        }
    }

    /** A clock on which a minute passes when it is told to. */
    private static final class StoppedClock implements FleetClock {
        private static final long MINUTE = 60_000_000;

        private final FleetClock clock = FleetClock.system();
        private final AtomicBoolean stopped = new AtomicBoolean();

        @Override
        public long micros() {
            return clock.micros() + (stopped.get() ? MINUTE : 0);
        }

        @Override
        public void park(long micros) {
            clock.park(micros);
        }
    }
}
