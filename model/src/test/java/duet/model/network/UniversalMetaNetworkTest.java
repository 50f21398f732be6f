package duet.model.network;

import static duet.model.Rounding.assertDiffers;
import static duet.model.Rounding.assertSame;
import static duet.model.Rounding.tolerance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UniversalMetaNetworkTest {
    private static final int ITEMS = 12;
    private static final int L = 6;
    private static final int D = 8;

    private NDManager manager;

    private static Dimensions dimensions(int blocks, int heads) {
        return new Dimensions(
                ITEMS,
                L,
                L,
                new DeviceSizes(D, blocks, heads, 10),
                2,
                GeneratorSizes.recurrent(5, 7, 4, 3, 2));
    }

    /** Values that are far enough from their initial ones for every term to count. */
    private static Map<String, Tensor> parameters(Dimensions dimensions) {
        return parameters(Backbone.SASREC, dimensions);
    }

    private static Map<String, Tensor> parameters(Backbone backbone, Dimensions dimensions) {
        try (NDManager scratch = Engine.getEngine("PyTorch").newBaseManager()) {
            ParameterSet set = new ParameterSet(scratch);
            UniversalMetaNetwork.initialise(backbone, dimensions, set, new SplittableRandom(5));
            Map<String, Tensor> tensors = new TreeMap<>(set.tensors());
            SplittableRandom random = new SplittableRandom(6);
            tensors.forEach(
                    (name, tensor) -> {
                        int start =
                                name.startsWith("item.") ? tensor.values().length / (ITEMS + 1) : 0;
                        for (int i = start; i < tensor.values().length; i++) {
                            tensor.values()[i] += (float) random.nextDouble(-0.4, 0.4);
                        }
                    });
            return tensors;
        }
    }

    private float[] state(Dimensions dimensions, Map<String, Tensor> tensors, long... window) {
        try (NDManager step = manager.newSubManager()) {
            ParameterSet set = ParameterSet.of(manager, tensors);
            set.lendTo(step);
            UniversalMetaNetwork network =
                    new UniversalMetaNetwork(Backbone.SASREC, dimensions, set);
            int rows = window.length / L;
            return network.state(step.create(window, new Shape(rows, L)), null, null, Dropout.NONE)
                    .toFloatArray();
        }
    }

    @BeforeEach
    void open() {
        manager = Engine.getEngine("PyTorch").newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Nested
    class State {
        @ParameterizedTest
        @CsvSource({"1,1", "1,4", "2,1", "3,2"})
        void equalsTheTextbookFormulas(int blocks, int heads) {
            Dimensions dimensions = dimensions(blocks, heads);
            Map<String, Tensor> tensors = parameters(dimensions);
            long[] window = {0, 0, 3, 9, 1, 12, 5, 4, 3, 2, 1, 11, 0, 0, 0, 0, 0, 0};

            float[] states = state(dimensions, tensors, window);

            for (int row = 0; row < 3; row++) {
                int[] items = new int[L];
                for (int t = 0; t < L; t++) {
                    items[t] = (int) window[row * L + t];
                }
                double[] expected = ReferenceSasRec.state(dimensions, tensors, items);
                for (int c = 0; c < D; c++) {
                    assertThat((double) states[row * D + c]).isEqualTo(expected[c], within(1e-5));
                }
            }
        }

        @ParameterizedTest
        @CsvSource({"1,1", "2,2"})
        void doesNotDependOnTheEmbeddingOfPadding(int blocks, int heads) {
            Dimensions dimensions = dimensions(blocks, heads);
            Map<String, Tensor> tensors = parameters(dimensions);
            float[] before = state(dimensions, tensors, 0, 0, 0, 3, 4, 5);

            Arrays.fill(tensors.get("item.embedding").values(), 0, D, 7f);

            assertSame(state(dimensions, tensors, 0, 0, 0, 3, 4, 5), before);
        }

        @Test
        void ofAnEmptyWindowIsFinite() {
            Dimensions dimensions = dimensions(2, 1);

            float[] state = state(dimensions, parameters(dimensions), new long[L]);

            for (float value : state) {
                assertThat(value).isFinite();
            }
        }

        @Test
        void doesNotDependOnTheOtherWindowsOfTheBatch() {
            Dimensions dimensions = dimensions(2, 2);
            Map<String, Tensor> tensors = parameters(dimensions);

            float[] both = state(dimensions, tensors, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            float[] second = state(dimensions, tensors, 5, 6, 7, 8, 9, 10);

            assertSame(Arrays.copyOfRange(both, D, 2 * D), second);
        }

        @Test
        void attentionIsCausal() {
            // Later items must not reach an earlier position's inner state. The fast network keeps
            // no inner states to look
            // at; it equals these formulas (above), which must be causal themselves.
            Dimensions dimensions = dimensions(2, 1);
            Map<String, Tensor> tensors = parameters(dimensions);
            int[] whole = {2, 3, 4, 5, 6, 7};
            int[] changed = {2, 3, 4, 5, 6, 11};

            double[][] a = ReferenceSasRec.firstBlock(dimensions, tensors, whole);
            double[][] b = ReferenceSasRec.firstBlock(dimensions, tensors, changed);

            for (int t = 0; t < L - 1; t++) {
                assertThat(a[t]).isEqualTo(b[t]);
            }
            assertThat(a[L - 1]).isNotEqualTo(b[L - 1]);
        }
    }

    @Nested
    class Heads {
        @Test
        void aZeroDeltaIsTheGlobalModel() {
            Dimensions dimensions = dimensions(1, 1);
            try (NDManager step = manager.newSubManager()) {
                ParameterSet set = ParameterSet.of(manager, parameters(dimensions));
                set.lendTo(step);
                UniversalMetaNetwork network =
                        new UniversalMetaNetwork(Backbone.SASREC, dimensions, set);
                NDArray states = step.randomNormal(new Shape(3, 2, D));
                NDList zero =
                        new NDList(
                                step.zeros(new Shape(3, D + 1, D)),
                                step.zeros(new Shape(3, D + 1, D)));

                assertSame(
                        network.personalizedHead(states, zero).toFloatArray(),
                        network.globalHead(states).toFloatArray());
            }
        }

        @Test
        void anItemScoresItsProductWithTheHeadPlusItsBiasAndPaddingZero() {
            Dimensions dimensions = dimensions(1, 1);
            Map<String, Tensor> tensors = parameters(dimensions);
            try (NDManager step = manager.newSubManager()) {
                ParameterSet set = ParameterSet.of(manager, tensors);
                set.lendTo(step);
                UniversalMetaNetwork network =
                        new UniversalMetaNetwork(Backbone.SASREC, dimensions, set);
                float[] x = {1, -1, 2, 0.5f, 0, 3, -2, 1};

                float[] scores =
                        network.score(
                                        step.create(x, new Shape(1, D)),
                                        step.create(new long[] {4, 0}, new Shape(1, 2)))
                                .toFloatArray();

                float expected = tensors.get("item.bias").values()[4];
                for (int c = 0; c < D; c++) {
                    expected += x[c] * tensors.get("item.embedding").values()[4 * D + c];
                }
                assertThat(scores[0]).isEqualTo(expected, within(1e-5f));
                assertThat(scores[1]).isZero();
            }
        }
    }

    /** What holds for every backbone, with a long memory on the device and without. */
    @Nested
    class AnyBackbone {
        private static final int H = 9;

        private final Dimensions plain =
                new Dimensions(
                        ITEMS,
                        L,
                        H,
                        new DeviceSizes(D, 1, 1, 10),
                        2,
                        GeneratorSizes.recurrent(5, 7, 4, 3, 2));
        private final Dimensions remembering = plain.withDeviceMemory(List.of(0.5, 1.0));

        /** Scores [batch, c] of windows that are the newest L of histories of H. */
        private float[] scores(
                Backbone backbone, Dimensions dimensions, long[][] histories, long[][] candidates) {
            return scores(
                    backbone, dimensions, parameters(backbone, dimensions), histories, candidates);
        }

        private float[] scores(
                Backbone backbone,
                Dimensions dimensions,
                Map<String, Tensor> tensors,
                long[][] histories,
                long[][] candidates) {
            try (NDManager step = manager.newSubManager()) {
                ParameterSet set = ParameterSet.of(manager, tensors);
                set.lendTo(step);
                UniversalMetaNetwork network = new UniversalMetaNetwork(backbone, dimensions, set);
                NDArray history = step.create(concat(histories), new Shape(histories.length, H));
                NDArray items =
                        step.create(
                                concat(candidates),
                                new Shape(candidates.length, candidates[0].length));
                NDArray window = history.get(":, {}:", H - L);
                return network.score(
                                network.globalHead(
                                        network.state(window, history, items, Dropout.NONE)),
                                items)
                        .toFloatArray();
            }
        }

        private static long[] concat(long[][] rows) {
            return Stream.of(rows).flatMapToLong(Arrays::stream).toArray();
        }

        private static long[] history(long... items) {
            long[] history = new long[H];
            System.arraycopy(items, 0, history, H - items.length, items.length);
            return history;
        }

        @ParameterizedTest
        @EnumSource(names = {"SASREC", "GRU4REC", "DIN"})
        void scoresAWindowWithoutLookingAtTheOthersOfItsBatch(Backbone backbone) {
            long[][] histories = {history(1, 2, 3, 4, 5, 6, 7, 8), history(3, 9)};
            long[][] candidates = {{1, 5, 7}, {12, 5, 2}};

            float[] both = scores(backbone, remembering, histories, candidates);
            float[] second =
                    scores(
                            backbone,
                            remembering,
                            new long[][] {histories[1]},
                            new long[][] {candidates[1]});

            assertThat(Arrays.copyOfRange(both, 3, 6))
                    .containsExactly(second, within(tolerance(both)));
        }

        @ParameterizedTest
        @EnumSource(names = {"SASREC", "GRU4REC", "DIN"})
        void scoresACandidateWithoutLookingAtTheOthers(Backbone backbone) {
            long[][] histories = {history(3, 9, 4)};

            float[] three = scores(backbone, plain, histories, new long[][] {{1, 5, 7}});
            float[] one = scores(backbone, plain, histories, new long[][] {{5}});

            assertThat(three[1]).isEqualTo(one[0], within(tolerance(three)));
        }

        @ParameterizedTest
        @EnumSource(names = {"SASREC", "GRU4REC", "DIN"})
        void doesNotDependOnTheEmbeddingOfPadding(Backbone backbone) {
            Map<String, Tensor> tensors = parameters(backbone, remembering);
            long[][] histories = {history(3, 9, 4), history()};
            long[][] candidates = {{1, 5}, {2, 3}};
            float[] before = scores(backbone, remembering, tensors, histories, candidates);

            Arrays.fill(tensors.get("item.embedding").values(), 0, D, 7f);

            assertSame(scores(backbone, remembering, tensors, histories, candidates), before);
            for (float score : before) {
                assertThat(score).isFinite();
            }
        }

        @ParameterizedTest
        @EnumSource(names = {"SASREC", "GRU4REC", "DIN"})
        void looksBehindTheWindowOnlyWithALongMemory(Backbone backbone) {
            long[][] candidates = {{1, 5}};
            long[][] one = {history(1, 2, 3, 4, 5, 6, 7, 8)};
            long[][] other = {history(11, 2, 3, 4, 5, 6, 7, 8)};

            assertSame(
                    scores(backbone, plain, one, candidates),
                    scores(backbone, plain, other, candidates));
            assertDiffers(
                    scores(backbone, remembering, one, candidates),
                    scores(backbone, remembering, other, candidates));
        }

        @ParameterizedTest
        @EnumSource(names = {"SASREC", "GRU4REC", "DIN"})
        void dependsOnTheOrderOfTheWindow(Backbone backbone) {
            long[][] candidates = {{1, 5}};

            assertDiffers(
                    scores(backbone, plain, new long[][] {history(2, 3, 4)}, candidates),
                    scores(backbone, plain, new long[][] {history(3, 2, 4)}, candidates));
        }

        @ParameterizedTest
        @EnumSource(names = {"SASREC", "GRU4REC", "DIN", "PERCEPTRON"})
        void everyTrainableParameterGetsAGradient(Backbone backbone) {
            Dimensions dimensions = backbone.readsInputs() ? plain.withFeatures(D, 5) : remembering;
            ParameterSet set = ParameterSet.of(manager, parameters(backbone, dimensions));
            set.arrays().values().forEach(array -> array.setRequiresGradient(true));
            try (NDManager step = manager.newSubManager()) {
                set.lendTo(step);
                UniversalMetaNetwork network = new UniversalMetaNetwork(backbone, dimensions, set);
                try (GradientCollector collector =
                        Engine.getEngine("PyTorch").newGradientCollector()) {
                    NDArray history =
                            step.create(
                                    concat(
                                            new long[][] {
                                                history(1, 2, 3, 4), history(5, 6, 7, 8, 9, 10, 11)
                                            }),
                                    new Shape(2, H));
                    NDArray read =
                            backbone.readsInputs()
                                    ? step.randomNormal(new Shape(2, 5))
                                    : history.get(":, {}:", H - L);
                    NDArray items = step.create(new long[] {1, 2, 3, 4}, new Shape(2, 2));
                    NDArray states = network.state(read, history, items, Dropout.NONE);
                    collector.backward(
                            network.score(network.globalHead(states), items).square().sum());
                }
                set.arrays()
                        .forEach(
                                (name, array) -> {
                                    if (UniversalMetaNetwork.isTrainable(name)) {
                                        assertThat(array.getGradient().abs().sum().getFloat())
                                                .as(name)
                                                .isPositive();
                                    }
                                });
                for (int c = 0; c < D; c++) {
                    assertThat(set.get("item.embedding").getGradient().toFloatArray()[c])
                            .as("padding")
                            .isZero();
                }
            }
        }

        @Test
        void ofRawInputsNeedsFeaturesAsWideAsTheModel() {
            assertThatThrownBy(() -> parameters(Backbone.PERCEPTRON, plain.withFeatures(D + 1, 5)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "the backbone perceptron needs features as wide as the model, 8, and no"
                                    + " long memory on the device; features are 9");
        }
    }

    @Nested
    class Training {
        @ParameterizedTest
        @CsvSource({"1,1", "2,2"})
        void everyTrainableParameterGetsAGradient(int blocks, int heads) {
            Dimensions dimensions = dimensions(blocks, heads);
            ParameterSet set = ParameterSet.of(manager, parameters(dimensions));
            set.arrays().values().forEach(array -> array.setRequiresGradient(true));
            try (NDManager step = manager.newSubManager()) {
                set.lendTo(step);
                UniversalMetaNetwork network =
                        new UniversalMetaNetwork(Backbone.SASREC, dimensions, set);
                try (GradientCollector collector =
                        Engine.getEngine("PyTorch").newGradientCollector()) {
                    NDArray window =
                            step.create(
                                    new long[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
                                    new Shape(2, L));
                    NDArray items = step.create(new long[] {1, 2, 3, 4}, new Shape(2, 2));
                    NDArray x = network.globalHead(network.state(window, null, null, Dropout.NONE));
                    collector.backward(network.score(x, items).square().sum());
                }
                set.arrays()
                        .forEach(
                                (name, array) -> {
                                    if (UniversalMetaNetwork.isTrainable(name)) {
                                        assertThat(array.getGradient().abs().sum().getFloat())
                                                .as(name)
                                                .isPositive();
                                    }
                                });
                float[] items = set.get("item.embedding").getGradient().toFloatArray();
                for (int c = 0; c < D; c++) {
                    assertThat(items[c]).as("padding").isZero();
                }
            }
        }
    }
}
