package duet.model.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.BundleExport;
import duet.model.bundle.ModelTensors;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.bundle.Tensor;
import duet.schemas.evaluation.UserRanking;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleProbeTest {
    @TempDir Path directory;

    private Map<String, Double> check(Dimensions dimensions, ModelTensors tensors) {
        ModelBundle bundle = RandomModels.bundle(directory.resolve("bundle"), dimensions, tensors);
        try (ServedGenerator generator = ServedGenerator.load(bundle)) {
            return BundleProbe.check(bundle, generator);
        }
    }

    /** Decoders of another size, but finite: a bundle may hold them. */
    private static ModelTensors scaledDecoders(ModelTensors tensors, float factor) {
        return new ModelTensors(tensors.device(), scaled(tensors.generator(), ".decoder.", factor));
    }

    private static Map<String, Tensor> scaled(
            Map<String, Tensor> tensors, String part, float factor) {
        Map<String, Tensor> changed = new LinkedHashMap<>();
        tensors.forEach(
                (name, tensor) -> {
                    float[] values = tensor.values().clone();
                    if (name.contains(part)) {
                        for (int i = 0; i < values.length; i++) {
                            values[i] *= factor;
                        }
                    }
                    changed.put(name, new Tensor(tensor.shape(), values));
                });
        return changed;
    }

    @Test
    void takesAModelOfItemsAndSaysWhatItMeasured() {
        Dimensions dimensions = RandomModels.dimensions(3, 1, 1, 2);

        assertThat(check(dimensions, RandomModels.tensors(dimensions, 5)))
                .containsOnlyKeys(BundleProbe.MILLIS_PER_DEVICE, BundleProbe.LARGEST_NUMBER)
                .allSatisfy((name, value) -> assertThat(value).isPositive());
    }

    @Test
    void takesAModelWithALongMemory() {
        Dimensions dimensions = RandomModels.withMemory(0, 4);

        assertThat(check(dimensions, RandomModels.tensors(dimensions, 5))).isNotEmpty();
    }

    @Test
    void refusesNumbersThatDrownTheGlobalClassifier() {
        Dimensions dimensions = RandomModels.dimensions(2, 1, 1, 2);
        ModelTensors broken = scaledDecoders(RandomModels.tensors(dimensions, 5), 1e6f);

        assertThatThrownBy(() -> check(dimensions, broken))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching(
                        "its probe failed: model \\S+ generates the number \\S+, the limit is"
                                + " 1000.0");
    }

    /** A model of random weights, and users who take what it ranks first. */
    @Nested
    class WithAProbe {
        private static final int USERS = 70; // more than are ranked at once

        private final Dimensions dimensions = RandomModels.withMemory(0, 4);
        private final ModelTensors sound = RandomModels.tensors(dimensions, 5);

        private ModelBundle write(ModelTensors tensors, QualityProbe probe) {
            return BundleExport.write(
                    directory.resolve("bundle"),
                    "sasrec",
                    dimensions,
                    RandomModels.vocabulary(dimensions),
                    tensors,
                    new TreeMap<>(),
                    new TreeMap<>(),
                    Optional.of(probe));
        }

        private Map<String, Double> check(ModelTensors tensors, QualityProbe probe) {
            ModelBundle bundle = write(tensors, probe);
            try (ServedGenerator generator = ServedGenerator.load(bundle)) {
                return BundleProbe.check(bundle, generator);
            }
        }

        /**
         * A probe as a sound model would record it.
         *
         * @param withDeltas whether the users take what is ranked first with their deltas, or
         *     without any
         */
        private QualityProbe probe(boolean withDeltas) {
            Random random = new Random(1);
            List<long[]> histories = new ArrayList<>();
            List<long[]> candidates = new ArrayList<>();
            for (int user = 0; user < USERS; user++) {
                histories.add(
                        RandomModels.items(random, 1 + user % dimensions.history(), dimensions));
                candidates.add(
                        random.longs(1, dimensions.items() + 1L)
                                .distinct()
                                .limit(20)
                                .map(i -> 10 * i)
                                .toArray());
            }
            ModelBundle bundle = RandomModels.bundle(directory.resolve("sound"), dimensions, sound);
            try (ServedGenerator generator = ServedGenerator.load(bundle);
                    DeviceScorer scorer = DeviceScorer.load(bundle)) {
                GeneratedDeltas deltas = generator.generate(histories);
                List<float[]> global = scorer.scoreGlobally(histories, candidates);
                List<float[]> personalized =
                        scorer.score(
                                histories,
                                IntStream.range(0, USERS)
                                        .mapToObj(u -> scorer.personalizedLayers(deltas, u))
                                        .toList(),
                                candidates);
                List<QualityProbe.User> users = new ArrayList<>();
                double globalUserAuc = 0;
                double personalizedUserAuc = 0;
                for (int u = 0; u < USERS; u++) {
                    int taken = first((withDeltas ? personalized : global).get(u));
                    users.add(
                            new QualityProbe.User(
                                    histories.get(u),
                                    candidates.get(u)[taken],
                                    without(candidates.get(u), taken)));
                    globalUserAuc += userAuc(global.get(u), taken) / USERS;
                    personalizedUserAuc += userAuc(personalized.get(u), taken) / USERS;
                }
                return new QualityProbe(
                        Math.min(1, globalUserAuc), Math.min(1, personalizedUserAuc), users);
            }
        }

        private static int first(float[] scores) {
            return IntStream.range(0, scores.length)
                    .reduce((a, b) -> scores[b] > scores[a] ? b : a)
                    .orElseThrow();
        }

        private static double userAuc(float[] scores, int positive) {
            float[] others = new float[scores.length - 1];
            for (int i = 0, at = 0; i < scores.length; i++) {
                if (i != positive) {
                    others[at++] = scores[i];
                }
            }
            return UserRanking.of(scores[positive], others).userAuc();
        }

        private static long[] without(long[] items, int index) {
            return Arrays.stream(items).filter(item -> item != items[index]).toArray();
        }

        private void assertRefused(ModelTensors tensors, QualityProbe probe, String reason) {
            assertThatThrownBy(() -> check(tensors, probe))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageMatching("its probe failed: " + reason);
        }

        @Test
        void takesTheModelThatRecordedItAndSaysHowItRanks() {
            QualityProbe probe = probe(true);
            assertThat(probe.personalizedUserAuc()).isGreaterThan(probe.globalUserAuc() + 0.1);

            assertThat(check(sound, probe))
                    .containsOnlyKeys(
                            BundleProbe.MILLIS_PER_DEVICE,
                            BundleProbe.LARGEST_NUMBER,
                            BundleProbe.GLOBAL_USER_AUC,
                            BundleProbe.USER_AUC)
                    .hasEntrySatisfying(
                            BundleProbe.USER_AUC,
                            value ->
                                    assertThat(value)
                                            .isCloseTo(probe.personalizedUserAuc(), within(1e-3)))
                    .hasEntrySatisfying(
                            BundleProbe.GLOBAL_USER_AUC,
                            value ->
                                    assertThat(value)
                                            .isCloseTo(probe.globalUserAuc(), within(1e-3)));
        }

        /** Finite, of the right shapes and magnitude, and wrong. */
        @Test
        void refusesAGeneratorWhoseWeightsHaveTheWrongSign() {
            assertRefused(
                    scaledDecoders(sound, -1),
                    probe(true),
                    "userAuc with its deltas is 0\\.\\d{4}, it was 1\\.0000 when it was exported");
        }

        @Test
        void refusesAGeneratorThatGivesNothing() {
            assertRefused(
                    scaledDecoders(sound, 0),
                    probe(true),
                    "userAuc with its deltas is 0\\.\\d{4}, it was 1\\.0000 when it was exported");
        }

        @Test
        void refusesAGlobalClassifierThatIsNotTheOneRecorded() {
            assertRefused(
                    new ModelTensors(scaled(sound.device(), "dynamic.", -1), sound.generator()),
                    probe(false),
                    "userAuc without deltas is 0\\.\\d{4}, it was 1\\.0000 when it was exported");
        }

        /** What training recorded is what is served: it is bad all the same. */
        @Test
        void refusesAModelWhoseDeltasMakeItWorse() {
            // Ranked in other batches than when it was recorded: a near tie may be swapped.
            assertRefused(
                    sound,
                    probe(false),
                    "userAuc with its deltas is 0\\.\\d{4}, it is (1\\.0000|0\\.999\\d) without"
                            + " them");
        }

        @Test
        void refusesScoresThatAreNoNumbers() {
            assertRefused(
                    new ModelTensors(
                            scaled(sound.device(), "item.embedding", 1e38f), sound.generator()),
                    probe(true),
                    "model \\S+ gives the score (NaN|-?Infinity)");
        }
    }
}
