package duet.studies.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.device.ScoreComparison;
import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.config.DuetOptions;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.stream.DrivenJob;
import duet.model.image.ImagePopulation;
import duet.model.image.PopulationSize;
import duet.model.image.glyph.GlyphPopulation;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Interactions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Devices that see glyphs, the shipped model of glyphs and the job between them")
class GlyphStreamIT {
    private static final int DEVICES = 25;

    /** Samples a device has published when it is asked for the first time what it sees. */
    private static final int PUBLISHED = 100;

    private static final int CLASSIFIED = 20;

    /** Fresh samples of a window; as many older ones come before them. */
    private static final int FRESH = 10;

    private static final long START_MILLIS = 1_700_000_000_000L;

    /** Of the largest score of a sample: the logits of a sure classifier are far from 0. */
    private static final float SCORE_TOLERANCE = 1e-5f;

    /**
     * A device's arithmetic and the engine's round differently: a sample with two best classes may
     * go to either.
     */
    private static final Offset<Double> ONE_SAMPLE = within(1.01 / (DEVICES * CLASSIFIED));

    private static EmbeddedBroker broker;
    private static EmbeddedFlink flink;
    private static ModelBundle bundle;
    private static ImageEvaluation offline;
    private static ImageQuality global;

    @BeforeAll
    static void start() {
        bundle = ModelBundle.open(root().resolve("models").resolve("glyph"));
        // Other devices than those the model was trained, chosen and measured on.
        ImagePopulation strangers =
                GlyphPopulation.of(
                        20_000, new PopulationSize(1, 1, DEVICES, PUBLISHED + CLASSIFIED));
        offline =
                ImageEvaluation.load(
                        bundle,
                        strangers.task(),
                        strangers.test(),
                        PUBLISHED + CLASSIFIED,
                        PUBLISHED);
        global = offline.global();
        broker = EmbeddedBroker.start();
        flink = EmbeddedFlink.start(2);
    }

    @AfterAll
    static void stop() {
        if (flink != null) {
            flink.close();
        }
        if (broker != null) {
            broker.close();
        }
        if (offline != null) {
            offline.close();
        }
    }

    @Test
    @DisplayName(
            "as float32: every device classifies as in the offline evaluation, with the same"
                    + " scores")
    void equalsOffline() {
        Map<String, Device> devices = streamed("glyph-float32", DeltaEncoding.FLOAT32);
        int right = 0;
        for (SeenImages seen : offline.devices()) {
            Device device = devices.get(seen.device());
            List<float[]> expected = offline.ageingScores(seen);
            List<float[]> images = offline.classified(seen);
            for (int i = 0; i < CLASSIFIED; i++) {
                float[] scores = device.scoreInput(images.get(i), offline.labels());
                assertSameScores(scores, expected.get(i));
                right += best(scores) == seen.labels()[PUBLISHED + i] ? 1 : 0;
            }
        }
        assertThat((double) right / (DEVICES * CLASSIFIED))
                .isCloseTo(offline.ageing().accuracy(), ONE_SAMPLE);
    }

    @Test
    @DisplayName(
            "as the job sends by default: devices it has never met classify far better than"
                    + " globally")
    void betterThanGlobal() {
        Map<String, Device> devices =
                streamed("glyph-default", DuetOptions.ENCODING.defaultValue());
        int right = 0;
        int rightGlobally = 0;
        for (SeenImages seen : offline.devices()) {
            List<float[]> images = offline.classified(seen);
            for (int i = 0; i < CLASSIFIED; i++) {
                ScoreComparison scores =
                        devices.get(seen.device()).compareInput(images.get(i), offline.labels());
                long label = seen.labels()[PUBLISHED + i];
                right += best(scores.personalized()) == label ? 1 : 0;
                rightGlobally += best(scores.global()) == label ? 1 : 0;
            }
        }
        double classified = DEVICES * CLASSIFIED;
        assertThat(rightGlobally / classified).isCloseTo(global.accuracy(), ONE_SAMPLE);
        assertThat(right / classified).isGreaterThan(global.accuracy() + 0.1);
    }

    private static void assertSameScores(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        float largest = 1;
        for (float score : expected) {
            largest = Math.max(largest, Math.abs(score));
        }
        for (int c = 0; c < actual.length; c++) {
            assertThat(actual[c]).isCloseTo(expected[c], within(SCORE_TOLERANCE * largest));
        }
        assertThat(expected[indexOfBest(actual)])
                .isCloseTo(expected[indexOfBest(expected)], within(2 * SCORE_TOLERANCE * largest));
    }

    /** The devices after all their windows went through the job and the deltas came back. */
    private static Map<String, Device> streamed(String name, DeltaEncoding encoding) {
        Configuration config = DrivenJob.configuration(broker, bundle, name);
        config.set(DuetOptions.ENCODING, encoding);
        DeviceModel model = DeviceModel.load(bundle);
        Map<String, Device> devices = new HashMap<>();
        try (DrivenJob job = DrivenJob.of(flink, config)) {
            job.start();
            for (int end = FRESH; end <= PUBLISHED; end += FRESH) {
                for (SeenImages seen : offline.devices()) {
                    job.send(window(seen, Math.max(0, end - 2 * FRESH), end));
                }
            }
            job.awaitAllAnswered();
            assertThat(job.deadLetters()).isEmpty();
            for (SeenImages seen : offline.devices()) {
                Device device = new Device(seen.device(), model);
                WeightDelta delta = job.newestDeltas().get(seen.device());
                assertThat(delta.getLastSequence()).isEqualTo(PUBLISHED - 1L);
                assertThat(device.apply(delta)).isEqualTo(ApplyOutcome.APPLIED);
                devices.put(seen.device(), device);
            }
        }
        return devices;
    }

    /** Features of the samples of these steps: neither images nor labels. */
    private static InteractionWindow window(SeenImages seen, int from, int to) {
        List<Interaction> interactions = new ArrayList<>();
        for (int step = from; step < to; step++) {
            interactions.add(
                    Interactions.ofFeatures(
                            seen.features().get(step), START_MILLIS + 1000L * step));
        }
        return new InteractionWindow(
                seen.device(),
                bundle.modelVersion(),
                (long) from,
                interactions,
                START_MILLIS * 1000);
    }

    private static long best(float[] scores) {
        return offline.labels()[indexOfBest(scores)];
    }

    private static int indexOfBest(float[] scores) {
        int best = 0;
        for (int c = 1; c < scores.length; c++) {
            best = scores[c] > scores[best] ? c : best;
        }
        return best;
    }

    /** The checkout: the nearest folder above the working directory that has the launcher in it. */
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(folder.resolve("duet"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
