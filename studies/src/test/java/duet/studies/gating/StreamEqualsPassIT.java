package duet.studies.gating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.device.DeviceModel;
import duet.embedded.EmbeddedStack;
import duet.interactions.LogReader;
import duet.interactions.LogSource;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.MetricNames;
import duet.jobs.config.PolicyOptions;
import duet.jobs.generation.DeltaEncoding;
import duet.model.data.UserHistory;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.Measured;
import duet.simulator.fleet.run.Fleet;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.summary.RunSummary;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.ReplayDevice;
import duet.simulator.workload.ReplayWorkload;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.SyntheticLog;
import duet.simulator.workload.WindowOptions;
import duet.simulator.workload.Workload;
import duet.testkit.SyntheticModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The pass over a log that gating is measured with")
class StreamEqualsPassIT {
    private static final PolicyOptions POLICY =
            new PolicyOptions(PolicyOptions.Kind.DRIFT, 0.02, 0.5, Duration.ZERO);

    @TempDir private Path directory;

    @Test
    @DisplayName("gives what the same log and policy give through Kafka and Flink")
    void equals() throws Exception {
        ModelBundle model = SyntheticModel.write(directory.resolve("bundle"));
        Workload workload = workload(model);

        PolicyTrack pass =
                new GatingMeasurement(model, DeltaEncoding.INT8).follow(workload, POLICY);
        RunSummary stream = stream(model, workload);

        assertThat(pass.gated()).isPositive();
        assertThat(pass.deltas()).isPositive();
        assertThat(stream.verdict().complete()).isTrue();
        assertThat(stream.delivery().accounts().deltas()).isEqualTo(pass.deltas());
        assertThat(stream.delivery().accounts().gated()).isEqualTo(pass.gated());
        assertThat(stream.delivery().accounts().windows()).isEqualTo(pass.windows());
        RankingMetrics heldOut = pass.heldOut();
        assertThat(stream.quality().personalized().userAuc())
                .isCloseTo(heldOut.userAuc(), within(1e-6));
        assertThat(stream.quality().personalized().ndcg10())
                .isCloseTo(heldOut.ndcg10(), within(1e-6));
        assertThat(heldOut.userAuc()).isNotEqualTo(pass.heldOutGlobal().userAuc());

        StreamQuality there = stream.measured().streamQuality();
        StreamQuality here = pass.quality();
        // Which of them a delta reached in time depends on how busy the machine is.
        assertThat(
                        there.rankings()
                                + there.beforeFirstDelta()
                                + there.tooLate()
                                + there.notRanked())
                .isEqualTo(here.rankings() + here.beforeFirstDelta());
    }

    private Workload workload(ModelBundle model) {
        Path log = directory.resolve("log.csv");
        new SyntheticLog(SyntheticCatalogue.standard(), 40, 60, 1).write(log);
        List<ReplayDevice> devices =
                LogReader.read(LogSource.of(log.toString(), null)).log().users().stream()
                        .map(StreamEqualsPassIT::device)
                        .toList();
        return new ReplayWorkload(
                devices,
                WindowOptions.defaults(model.dimensions().history()),
                ReplayWorkload.DEFAULT_STREAM_START,
                Arrivals.constant(60),
                7);
    }

    private static ReplayDevice device(UserHistory user) {
        int end = user.size() - 1;
        return new ReplayDevice(
                "user-" + user.user(),
                user.itemsBefore(end),
                Arrays.copyOf(user.timestamps(), end),
                user.items()[end],
                new long[0]);
    }

    /** The real stream; each window is decided on by itself. */
    private static RunSummary stream(ModelBundle model, Workload workload) throws Exception {
        Configuration job = new Configuration();
        POLICY.addTo(job);
        job.set(DuetOptions.ENCODING, DeltaEncoding.INT8);
        job.set(DuetOptions.MAX_BATCH_DEVICES, 1);
        job.set(DuetOptions.MAX_BATCH_WINDOWS, 1);
        try (EmbeddedStack stack =
                EmbeddedStack.start(ParameterGenerationJob.serving(model.directory(), job), 2)) {
            FleetOptions options =
                    FleetOptions.of(stack.bootstrapServers())
                            .withMeasured(
                                    new Measured(
                                            true,
                                            false,
                                            () -> stack.metrics().count(MetricNames.GATED)));
            try (FleetRun run =
                    Fleet.start(DeviceModel.load(model), workload, options, FleetClock.system())) {
                while (!run.await(Duration.ofMillis(100))) {
                    stack.requireRunning();
                }
                return run.summary();
            }
        }
    }
}
