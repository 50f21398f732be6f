package duet.simulator.fleet.run;

import static duet.simulator.fleet.run.WhileFleetRuns.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.embedded.EmbeddedStack;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.config.DuetOptions;
import duet.jobs.generation.DeltaEncoding;
import duet.model.serving.ServedGenerator;
import duet.operations.release.ReleaseSigners;
import duet.operations.release.ReleasedBundle;
import duet.operations.release.Releases;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.WeightDelta;
import duet.schemas.release.AllowedAddresses;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.Rollout;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.Measured;
import duet.simulator.fleet.FleetOptions.Uptake;
import duet.simulator.fleet.FleetOptions.Waits;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.summary.Delivery;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.VersionFacts;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.SyntheticCatalogue;
import duet.testkit.Eventually;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Models swapped under traffic")
class HotSwapIT {
    private static final int DEVICES = 200;
    private static final int SUBTASKS = 2;
    private static final float TOLERANCE = 1e-4f;

    @TempDir private Path directory;
    private ModelBundle shipped;
    private ModelBundle second;
    private ModelBundle third;

    @BeforeEach
    void write() {
        shipped = SyntheticModel.writeSmall(directory.resolve("shipped"), 7);
        second = SyntheticModel.writeSmall(directory.resolve("second"), 8);
        third = SyntheticModel.writeSmall(directory.resolve("third"), 9);
    }

    /** What the addresses of these bundles begin with. */
    private List<String> allowed() {
        return List.of(directory.toUri().toString());
    }

    private Configuration job() {
        Configuration job = new Configuration();
        job.set(DuetOptions.ENCODING, DeltaEncoding.FLOAT32);
        job.set(DuetOptions.RELEASES_ALLOW, allowed());
        job.set(
                DuetOptions.RELEASES_CACHE_DIRECTORY,
                directory.resolve("cache of the job").toString());
        return job;
    }

    /** A bundle that is whole and whose generator is none. */
    private ModelBundle broken() throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        for (String name : second.manifest().files().keySet()) {
            files.put(name, Files.readAllBytes(second.file(name)));
        }
        files.put(ModelBundle.GENERATOR_WEIGHTS, new byte[] {1});
        files.keySet()
                .retainAll(
                        List.of(
                                ModelBundle.DEVICE_WEIGHTS,
                                ModelBundle.GENERATOR_WEIGHTS,
                                ModelBundle.GENERATOR_ONNX,
                                ModelBundle.DEVICE_ONNX));
        return BundleWriter.write(
                directory.resolve("broken"),
                second.manifest().backbone(),
                second.dimensions(),
                second.vocabulary(),
                new TreeMap<>(),
                new TreeMap<>(),
                files,
                Optional.empty());
    }

    @Test
    @DisplayName(
            "every device ends on the right version with the delta its generator gives, and no"
                    + " window is lost")
    void staged() throws Exception {
        ScenarioWorkload workload =
                new ScenarioWorkload(
                        Scenario.plain(
                                "synthetic",
                                DEVICES,
                                ArrivalModel.POISSON,
                                100,
                                Duration.ofHours(1),
                                7),
                        SyntheticCatalogue.standard(),
                        "swapped-",
                        shipped.dimensions().history(),
                        1_700_000_000_000L);
        RunSummary summary;
        Map<String, Device> devices = new HashMap<>();
        try (EmbeddedStack stack =
                        EmbeddedStack.start(
                                ParameterGenerationJob.serving(shipped.directory(), job()),
                                SUBTASKS);
                Releases releases =
                        new Releases(
                                Map.of("bootstrap.servers", stack.bootstrapServers()),
                                ReleaseKeys.none(),
                                FleetClock.system()::micros);
                FleetRun run =
                        Fleet.start(
                                DeviceModel.load(shipped),
                                workload,
                                FleetOptions.of(stack.bootstrapServers())
                                        // A window that nothing answers is told by the summary.
                                        .withWaits(
                                                Waits.of(
                                                        Eventually.limit().dividedBy(2),
                                                        Eventually.limit()))
                                        .withMeasured(Measured.NO_QUALITY)
                                        .withUptake(
                                                Uptake.of(
                                                                Duration.ofSeconds(1),
                                                                Uptake.defaults().fetch().time())
                                                        .withAllowed(
                                                                AllowedAddresses.beginningWith(
                                                                        allowed()))
                                                        .withBundleCache(
                                                                directory.resolve("cache"))),
                                FleetClock.system())) {
            until(run, () -> run.progress().windows().deltas() > DEVICES);

            publish(releases, second, 0.3);
            int staged = 0;
            for (int i = 0; i < DEVICES; i++) {
                boolean inShare = Rollout.bucket(workload.deviceId(i), second.modelVersion()) < 0.3;
                staged += inShare ? 1 : 0;
            }
            assertThat(staged).isBetween(30, 90);
            awaitServed(run, second, staged);
            awaitServed(run, shipped, DEVICES - staged);

            long before = run.progress().windows().deltas();
            ModelBundle broken = broken();
            assertThatThrownBy(() -> publish(releases, broken, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the job refused " + broken.modelVersion());
            assertThat(releases.board().rows().get(0).readiness().refused()).isPositive();
            until(run, () -> run.progress().windows().deltas() > before);
            assertThat(devicesOf(run, second)).isEqualTo(staged);

            releases.share(second.modelVersion(), 1, ReleaseSigners.none());
            awaitServed(run, second, DEVICES);

            assertThat(releases.rollback(Optional.empty(), ReleaseSigners.none()).returnTo())
                    .isEmpty();
            awaitServed(run, shipped, DEVICES);

            publish(releases, third, 1);
            awaitServed(run, third, DEVICES);

            run.stop();
            boolean ended = run.await(Eventually.limit());
            assertThat(ended).as("%s", run.progress()).isTrue();
            summary = run.summary();
            for (int i = 0; i < DEVICES; i++) {
                devices.put(workload.deviceId(i), run.device(workload.deviceId(i)).orElseThrow());
            }
            stack.requireRunning();
            assertThat(stack.metrics().gauge("numRestarts")).hasValue(0.0);
        }

        assertThat(summary.verdict().missing()).isNull();
        Delivery delivery = summary.delivery();
        assertThat(delivery.accounts().deadLetters()).isZero();
        assertThat(delivery.accounts().deltas() + delivery.accounts().coalesced())
                .isEqualTo(delivery.accounts().windows());
        assertThat(delivery.accounts().republished()).isGreaterThanOrEqualTo(3L * DEVICES - 200);
        assertThat(summary.measured().versions())
                .containsOnlyKeys(
                        shipped.modelVersion(), second.modelVersion(), third.modelVersion());
        assertThat(
                        summary.measured().versions().values().stream()
                                .mapToLong(VersionFacts::deltas)
                                .sum())
                .isEqualTo(delivery.accounts().deltas());
        assertConverged(
                workload,
                devices,
                delivery.accounts().windows() - delivery.accounts().republished());
    }

    private static void publish(Releases releases, ModelBundle bundle, double share) {
        releases.publish(
                ReleasedBundle.at(bundle.directory().toString()),
                share,
                ReleaseSigners.none(),
                Eventually.limit(),
                readiness -> {});
    }

    private static int devicesOf(FleetRun run, ModelBundle bundle) {
        VersionFacts facts = run.versions().get(bundle.modelVersion());
        return facts == null ? 0 : facts.devices();
    }

    /**
     * Until so many devices run the version, each with a delta of it where it has sent anything.
     */
    private static void awaitServed(FleetRun run, ModelBundle bundle, int devices) {
        until(
                run,
                () -> {
                    VersionFacts facts = run.versions().get(bundle.modelVersion());
                    return facts != null
                            && facts.devices() == devices
                            && facts.devicesWithDelta() > devices / 2;
                });
    }

    /**
     * Every device holds what the third model's generator gives for all that the device has sent.
     */
    private void assertConverged(
            ScenarioWorkload workload, Map<String, Device> devices, long windowsSent) {
        Map<Integer, TreeMap<Long, Long>> histories = new HashMap<>();
        Iterator<ScheduledWindow> windows = workload.windows();
        for (long i = 0; i < windowsSent; i++) {
            ScheduledWindow window = windows.next();
            TreeMap<Long, Long> history =
                    histories.computeIfAbsent(window.device(), d -> new TreeMap<>());
            for (int k = 0; k < window.items().length; k++) {
                history.put(window.firstSequence() + k, window.items()[k]);
            }
        }
        assertThat(histories).hasSizeGreaterThan(DEVICES / 2);
        DeviceModel model = DeviceModel.load(third);
        try (ServedGenerator generator = ServedGenerator.load(third)) {
            histories.forEach(
                    (index, history) -> {
                        String id = workload.deviceId(index);
                        Device expected = new Device(id, model);
                        assertThat(expected.apply(offline(generator, id, history)))
                                .isEqualTo(ApplyOutcome.APPLIED);
                        Device device = devices.get(id);
                        assertThat(device.model().version()).isEqualTo(third.modelVersion());
                        assertThat(device.lastSequence()).isEqualTo(history.lastKey());
                        for (int n = 1; n <= third.dimensions().dynamicLayers(); n++) {
                            assertThat(device.layer(n))
                                    .as("layer %d of %s", n, id)
                                    .containsExactly(expected.layer(n), within(TOLERANCE));
                        }
                    });
        }
    }

    private static WeightDelta offline(
            ServedGenerator generator, String id, TreeMap<Long, Long> history) {
        long[] items = history.values().stream().mapToLong(Long::longValue).toArray();
        Dimensions dimensions = generator.dimensions();
        long[] newest =
                Arrays.copyOfRange(
                        items, Math.max(0, items.length - dimensions.history()), items.length);
        return ExactDelta.generated(
                id,
                generator.modelVersion(),
                dimensions,
                history.lastKey(),
                generator.generate(List.of(newest)),
                0);
    }
}
