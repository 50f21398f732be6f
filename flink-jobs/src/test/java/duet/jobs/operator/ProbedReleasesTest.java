package duet.jobs.operator;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.release.BundleReleases;
import duet.model.bundle.BundleExport;
import duet.model.bundle.ModelTensors;
import duet.model.serving.BundleProbe;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.bundle.Tensor;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import duet.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Releases of real bundles through the whole operator: the model that comes with the repository,
 * and what goes wrong with it.
 */
class ProbedReleasesTest {
    @TempDir Path directory;
    private final ModelBundle demo = ModelBundle.open(Path.of("..", "models", "demo"));
    private OperatorHarness harness;
    private ReleaseStatus served;
    private long now = 1_000;

    @BeforeEach
    void serveTheDemo() throws Exception {
        harness =
                OperatorHarness.ofReleases(
                        new BundleReleases(
                                directory.resolve("cache"),
                                null,
                                null,
                                Duration.ofSeconds(60),
                                List.of("file:///")),
                        List.of(),
                        Duration.ofSeconds(60));
        harness.setProcessingTime(now);
        harness.open();
        served = publish(demo.modelVersion(), demo.directory(), 1);
        assertThat(served.getState()).isEqualTo(ServingState.READY);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    /** Publishes a bundle; what the subtask makes of it in the end. */
    private ReleaseStatus publish(String version, Path bundle, double share) throws Exception {
        byte[] manifest = Files.readAllBytes(bundle.resolve(ModelBundle.MANIFEST));
        harness.release(
                new ModelRelease(
                        version,
                        bundle.toRealPath().toUri().toString(),
                        sha256(manifest),
                        null,
                        now,
                        Map.of(),
                        share,
                        ReleaseState.LIVE,
                        0L,
                        null));
        return Eventually.until(
                        "release " + version + " to be loaded",
                        () -> {
                            harness.setProcessingTime(now += 10);
                            return statusOf(version);
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    /** What the subtask has made of a release, once it is no longer being loaded. */
    private Optional<ReleaseStatus> statusOf(String version) throws Exception {
        return harness.statuses().stream()
                .filter(status -> status.getVersion().equals(version))
                .filter(status -> status.getState() != ServingState.LOADING)
                .findFirst();
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    /**
     * The demo's model with decoders of the other sign: finite, of the same shapes and magnitude,
     * and wrong.
     */
    private ModelBundle negated(Optional<QualityProbe> probe) {
        ModelTensors sound = ModelTensors.of(demo);
        Map<String, Tensor> generator = new LinkedHashMap<>();
        sound.generator()
                .forEach(
                        (name, tensor) -> {
                            float[] values = tensor.values().clone();
                            if (name.contains(".decoder.")) {
                                for (int i = 0; i < values.length; i++) {
                                    values[i] = -values[i];
                                }
                            }
                            generator.put(name, new Tensor(tensor.shape(), values));
                        });
        return BundleExport.write(
                directory.resolve("negated"),
                demo.manifest().backbone(),
                demo.dimensions(),
                demo.vocabulary(),
                new ModelTensors(sound.device(), generator),
                new TreeMap<>(),
                new TreeMap<>(),
                probe);
    }

    private void assertTheDemoIsServed() throws Exception {
        harness.send(window("a", demo.modelVersion(), 0, 0, 100_001, 100_002));
        harness.prepareSnapshotPreBarrier(1);
        assertThat(harness.deadLetters()).isEmpty();
        assertThat(harness.deltas()).hasSize(1);
        assertThat(harness.deltas().get(0).getModelVersion()).isEqualTo(demo.modelVersion());
        assertThat(harness.gauge("servedVersions")).isEqualTo(1);
    }

    @Test
    void theDemoRanksAsItDidWhenItWasExported() throws Exception {
        QualityProbe recorded = demo.probe().orElseThrow();
        Map<String, Double> measured = served.getMetrics();

        assertThat(measured).containsKeys(BundleProbe.USER_AUC, BundleProbe.GLOBAL_USER_AUC);
        assertThat(measured.get(BundleProbe.USER_AUC))
                .isBetween(
                        recorded.personalizedUserAuc() - 1e-3,
                        recorded.personalizedUserAuc() + 1e-3);
        assertThat(measured.get(BundleProbe.GLOBAL_USER_AUC))
                .isBetween(recorded.globalUserAuc() - 1e-3, recorded.globalUserAuc() + 1e-3)
                .isLessThan(measured.get(BundleProbe.USER_AUC));
        assertTheDemoIsServed();
    }

    @Test
    void aGeneratorThatRanksWorseIsRefusedAndSaysHowMuch() throws Exception {
        ModelBundle negated = negated(demo.probe());

        ReleaseStatus status = publish(negated.modelVersion(), negated.directory(), 0);

        assertThat(status.getState()).isEqualTo(ServingState.REFUSED);
        assertThat(status.getReason())
                .matches(
                        "its probe failed: userAuc with its deltas is 0\\.\\d{4},"
                                + " it was 0\\.\\d{4} when it was exported");
        assertThat(harness.count("releasesRefused")).isEqualTo(1);
        assertTheDemoIsServed();
    }

    /** Nothing tells it from a sound one without a probe. */
    @Test
    void withoutAProbeOnlyNumbersAreLookedAt() throws Exception {
        ModelBundle negated = negated(Optional.empty());

        ReleaseStatus status = publish(negated.modelVersion(), negated.directory(), 0);

        assertThat(status.getState()).isEqualTo(ServingState.READY);
        assertThat(status.getMetrics())
                .containsKey(BundleProbe.LARGEST_NUMBER)
                .doesNotContainKeys(BundleProbe.USER_AUC, BundleProbe.GLOBAL_USER_AUC);
    }

    @Test
    void aProbeThatIsNoneIsRefused() throws Exception {
        ModelBundle negated = negated(demo.probe());
        replaceProbe(negated, "{\"globalUserAuc\":0.5}");

        ReleaseStatus status = publish(negated.modelVersion(), negated.directory(), 0);

        assertThat(status.getState()).isEqualTo(ServingState.REFUSED);
        assertThat(status.getReason()).startsWith("probe.json is no probe, ");
        assertThat(harness.count("releasesRefused")).isEqualTo(1);
        assertTheDemoIsServed();
    }

    /** Another probe with hashes that are right. */
    private static void replaceProbe(ModelBundle bundle, String content) throws Exception {
        String before = sha256(Files.readAllBytes(bundle.file(ModelBundle.PROBE)));
        Files.writeString(bundle.file(ModelBundle.PROBE), content);
        replaceInManifest(bundle, before, sha256(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static void replaceInManifest(ModelBundle bundle, String there, String instead)
            throws IOException {
        Path manifest = bundle.file(ModelBundle.MANIFEST);
        Files.writeString(manifest, Files.readString(manifest).replace(there, instead));
    }
}
