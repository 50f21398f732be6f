package duet.model.network;

import static duet.model.Rounding.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterGeneratorTest {
    private static final int ITEMS = 12;
    private static final int L = 6;
    private static final int D = 8;

    private NDManager manager;

    private static Dimensions dimensions(int decoders) {
        return new Dimensions(
                ITEMS,
                L,
                L,
                new DeviceSizes(D, 1, 1, D),
                2,
                GeneratorSizes.recurrent(5, 7, 4, 3, decoders));
    }

    private ParameterSet initialised(Dimensions dimensions) {
        ParameterSet set = new ParameterSet(manager);
        ParameterGenerator.initialise(dimensions, set, new SplittableRandom(3));
        return set;
    }

    private static GeneratorInput windows(NDManager owner, long... items) {
        return GeneratorInput.ofItems(owner.create(items, new Shape(items.length / L, L)));
    }

    @BeforeEach
    void open() {
        manager = Engine.getEngine("PyTorch").newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void deltasHaveTheLayersShapeAndStartNearZero(int decoders) {
        Dimensions dimensions = dimensions(decoders);
        ParameterGenerator generator = new ParameterGenerator(dimensions, initialised(dimensions));

        NDList deltas =
                generator.generate(
                        windows(manager, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Dropout.NONE);

        assertThat(deltas).hasSize(2);
        for (NDArray delta : deltas) {
            assertThat(delta.getShape()).isEqualTo(new Shape(2, D + 1, D));
            assertThat(delta.abs().max().getFloat()).isPositive().isLessThan(0.05f);
        }
    }

    @Test
    void paddingLeavesTheEmbeddingAsItIs() {
        Dimensions dimensions = dimensions(2);
        ParameterSet set = initialised(dimensions);
        ParameterGenerator generator = new ParameterGenerator(dimensions, set);
        GeneratorInput window = windows(manager, 0, 0, 0, 4, 5, 6);
        float[] before = generator.embedding(window, Dropout.NONE).toFloatArray();

        set.get("generator.item.embedding").set(new ai.djl.ndarray.index.NDIndex(0), 9f);

        assertSame(generator.embedding(window, Dropout.NONE).toFloatArray(), before);
    }

    @Nested
    class ColdStart {
        private float[] residual(int rank, int coldStart, long... history) {
            Dimensions dimensions =
                    dimensions(2)
                            .withMemory(0, List.of(0.5))
                            .withRank(rank)
                            .withColdStart(coldStart);
            ParameterGenerator generator =
                    new ParameterGenerator(dimensions, initialised(dimensions));
            NDArray items = manager.create(history, new Shape(1, history.length));
            return generator
                    .generate(GeneratorInput.ofItems(items), Dropout.NONE)
                    .get(0)
                    .toFloatArray();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 3})
        void isTheGlobalModelExactly(int rank) {
            assertThat(residual(rank, 2, 0, 0, 1, 2))
                    .usingComparatorWithPrecision(0f)
                    .containsOnly(0f);
            assertThat(residual(rank, 2, 0, 0, 0, 1))
                    .usingComparatorWithPrecision(0f)
                    .containsOnly(0f);
            assertThat(residual(rank, 2, 0, 0, 0, 0))
                    .usingComparatorWithPrecision(0f)
                    .containsOnly(0f);
            assertThat(residual(rank, 0, 0, 0, 1, 2)).doesNotContain(0f);
        }

        @Test
        void trainsAsIfEverythingStoodBehindIt() {
            Dimensions dimensions = dimensions(2).withMemory(0, List.of(0.5)).withColdStart(2);
            ParameterGenerator generator =
                    new ParameterGenerator(dimensions, initialised(dimensions));
            NDArray items = manager.create(new long[] {0, 1, 2}, new Shape(1, 3));
            assertSame(
                    generator
                            .generateUnweighted(GeneratorInput.ofItems(items), Dropout.NONE)
                            .get(0)
                            .toFloatArray(),
                    residual(0, 0, 0, 1, 2));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 3})
        void givesWayAsInteractionsComeIn(int rank) {
            float[] whole = residual(rank, 0, 0, 1, 2, 3, 4);
            float[] half = residual(rank, 2, 0, 1, 2, 3, 4);
            for (int i = 0; i < whole.length; i++) {
                whole[i] /= 2;
            }
            assertSame(half, whole);
        }
    }

    @Nested
    class LowRank {
        private final Dimensions dimensions =
                dimensions(2).withMemory(0, List.of(0.5, 0.9)).withRank(3);

        @Test
        void isExpandedToMatricesThatStartNearZero() {
            ParameterGenerator generator =
                    new ParameterGenerator(dimensions, initialised(dimensions));
            GeneratorInput input = windows(manager, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

            NDList factors = generator.factors(input, Dropout.NONE);
            NDList matrices = generator.generate(input, Dropout.NONE);

            assertThat(factors.get(1).getShape()).isEqualTo(new Shape(2, 7, D));
            NDArray matrix = matrices.get(1);
            assertThat(matrix.getShape()).isEqualTo(new Shape(2, D + 1, D));
            assertThat(matrix.abs().max().getFloat()).isPositive().isLessThan(0.1f);
            float[] f = factors.get(1).get(1).toFloatArray();
            for (int i = 0; i < D; i++) {
                for (int j = 0; j < D; j++) {
                    double sum = 0;
                    for (int k = 0; k < 3; k++) {
                        sum += (double) f[k * D + i] * f[(3 + k) * D + j];
                    }
                    assertThat((double) matrix.getFloat(1, i, j)).isEqualTo(sum, within(1e-6));
                }
                assertThat(matrix.getFloat(1, D, i)).isEqualTo(f[6 * D + i]);
            }
        }

        /** With both factors near zero neither would have one. */
        @Test
        void hasGradientsFromTheStart() {
            ParameterSet set = initialised(dimensions);
            set.arrays().values().forEach(array -> array.setRequiresGradient(true));
            try (NDManager step = manager.newSubManager()) {
                set.lendTo(step);
                try (GradientCollector collector =
                        Engine.getEngine("PyTorch").newGradientCollector()) {
                    NDList deltas =
                            new ParameterGenerator(dimensions, set)
                                    .generate(windows(step, 0, 0, 0, 4, 5, 6), Dropout.NONE);
                    collector.backward(deltas.get(0).sum().add(deltas.get(1).sum()));
                }
                float right = // the columns of v in the first decoder's bias
                        set.get("layer.1.decoder.bias")
                                .getGradient()
                                .get("0, {}:{}", 3 * D, 6 * D)
                                .abs()
                                .sum()
                                .getFloat();
                assertThat(right).isGreaterThan(0.1f);
            }
        }
    }

    @Nested
    class Standardised {
        private static final int DEVICES = 40;

        /**
         * Features with far more in common than between devices, as those of a trained network are.
         */
        @Test
        void tellsDevicesApartThatHaveMuchInCommon() {
            Dimensions dimensions =
                    dimensions(2).withMemory(0, List.of(0.5, 0.9)).withFeatures(3, 4);
            Random random = new Random(4);
            float[] features = new float[DEVICES * L * 3];
            for (int device = 0; device < DEVICES; device++) {
                double own = 3 + 0.3 * random.nextGaussian();
                for (int i = 0; i < L * 3; i++) {
                    features[device * L * 3 + i] = (float) (own + 0.1 * random.nextGaussian());
                }
            }
            GeneratorInput devices =
                    GeneratorInput.ofFeatures(
                            manager.create(features, new Shape(DEVICES, L, 3)),
                            manager.ones(new Shape(DEVICES, L)));
            ParameterGenerator generator =
                    new ParameterGenerator(dimensions, initialised(dimensions));
            assertThat(deviations(generator.embedding(devices, Dropout.NONE)).min().getFloat())
                    .isLessThan(0.1f);

            generator.standardise(devices);

            NDArray embedding = generator.embedding(devices, Dropout.NONE);
            assertThat(deviations(embedding).min().getFloat()).isGreaterThan(0.5f);
            assertThat(embedding.mean(new int[] {0}).abs().max().getFloat()).isLessThan(0.2f);
        }

        private NDArray deviations(NDArray embedding) {
            return embedding
                    .sub(embedding.mean(new int[] {0}, true))
                    .square()
                    .mean(new int[] {0})
                    .sqrt();
        }

        @Test
        void leavesATableOfItemsAsItIs() {
            Dimensions dimensions = dimensions(2).withMemory(0, List.of(0.5, 0.9));
            ParameterSet set = initialised(dimensions);
            float[] before = set.get("generator.item.embedding").toFloatArray();
            new ParameterGenerator(dimensions, set)
                    .standardise(windows(manager, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
            assertThat(set.get("generator.item.embedding").toFloatArray()).isEqualTo(before);
        }
    }

    @Nested
    class Memory {
        private final List<Double> decays = List.of(0.5, 1.0);

        private float[] summaries(long... history) {
            NDArray items = manager.create(history, new Shape(1, history.length));
            NDArray embedded = items.toType(DataType.FLOAT32, false).expandDims(-1);
            return LongMemory.summaries(embedded, Layers.mask(items), decays).toFloatArray();
        }

        @Test
        void weighsTheNewestMost() {
            // 0.5: (8 + 4/2 + 2/4) / sqrt(1.75), 1.0: 14 / sqrt(3)
            float[] expected = {(float) (10.5 / Math.sqrt(1.75)), (float) (14 / Math.sqrt(3))};
            assertThat(summaries(2, 4, 8)).containsExactly(expected, within(1e-5f));
        }

        @Test
        void doesNotSeePadding() {
            assertSame(summaries(0, 0, 2, 4, 8), summaries(2, 4, 8));
        }

        @Test
        void isZeroForAnEmptyHistory() {
            assertThat(summaries(0, 0)).containsExactly(0, 0);
        }
    }

    @Test
    void theEncoderIsAGatedRecurrentUnitInOnnxOrder() {
        Dimensions dimensions = dimensions(1);
        ParameterSet set = initialised(dimensions);
        SplittableRandom random = new SplittableRandom(8);
        Map<String, Tensor> tensors = set.tensors();
        for (Tensor tensor : tensors.values()) {
            for (int i = 0; i < tensor.values().length; i++) {
                tensor.values()[i] += (float) random.nextDouble(-0.5, 0.5);
            }
        }
        int[] items = {0, 0, 3, 1, 12, 7};

        float[] embedding =
                new ParameterGenerator(dimensions, ParameterSet.of(manager, tensors))
                        .embedding(windows(manager, 0, 0, 3, 1, 12, 7), Dropout.NONE)
                        .toFloatArray();

        double[] expected = encode(dimensions, tensors, items);
        for (int c = 0; c < expected.length; c++) {
            assertThat((double) embedding[c]).isEqualTo(expected[c], within(1e-5));
        }
    }

    @Nested
    class Adapter {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 5})
        void sharesArePositiveAndSumToOne(int decoders) {
            Dimensions dimensions = dimensions(decoders);
            StableWeightAdapter adapter =
                    new StableWeightAdapter(dimensions, initialised(dimensions), 1);
            NDArray embeddings = manager.randomNormal(new Shape(10, decoders, 3)).mul(3f);

            NDArray shares = adapter.shares(embeddings);

            assertThat(shares.getShape()).isEqualTo(new Shape(10, decoders));
            assertThat(shares.min().getFloat()).isPositive();
            for (float sum : shares.sum(new int[] {1}).toFloatArray()) {
                assertThat(sum).isEqualTo(1f, within(1e-5f));
            }
        }

        @Test
        void aSingleDecoderCountsWhole() {
            Dimensions dimensions = dimensions(1);
            ParameterSet set = initialised(dimensions);
            ParameterGenerator generator = new ParameterGenerator(dimensions, set);
            NDArray z = manager.randomNormal(new Shape(3, 4));

            NDArray delta = generator.decoded(z).get(0);

            NDArray plain =
                    z.matMul(set.get("layer.1.embedding.weight"))
                            .add(set.get("layer.1.embedding.bias"))
                            .matMul(set.get("layer.1.decoder.weight"))
                            .add(set.get("layer.1.decoder.bias"))
                            .reshape(3, D + 1, D);
            assertThat(delta.sub(plain).abs().max().getFloat()).isLessThan(1e-6f);
        }

        @Test
        void equalEmbeddingsShareEqually() {
            Dimensions dimensions = dimensions(4);
            StableWeightAdapter adapter =
                    new StableWeightAdapter(dimensions, initialised(dimensions), 2);
            NDArray row = manager.randomNormal(new Shape(2, 1, 3));

            for (float share : adapter.shares(row.repeat(1, 4)).toFloatArray()) {
                assertThat(share).isEqualTo(0.25f, within(1e-6f));
            }
        }
    }

    @Test
    void everyParameterGetsAGradient() {
        Dimensions dimensions = dimensions(2).withMemory(7, List.of(0.8, 0.99)).withRank(2);
        ParameterSet set = initialised(dimensions);
        set.arrays().values().forEach(array -> array.setRequiresGradient(true));
        try (NDManager step = manager.newSubManager()) {
            set.lendTo(step);
            ParameterGenerator generator = new ParameterGenerator(dimensions, set);
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDList deltas =
                        generator.generate(
                                windows(step, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Dropout.NONE);
                collector.backward(deltas.get(0).square().sum().add(deltas.get(1).square().sum()));
            }
            set.arrays()
                    .forEach(
                            (name, array) ->
                                    assertThat(array.getGradient().abs().sum().getFloat())
                                            .as(name)
                                            .isPositive());
        }
    }

    /** The contract's formulas, step by step, in double. */
    private static double[] encode(
            Dimensions dimensions, Map<String, Tensor> tensors, int[] items) {
        int in = dimensions.generatorItemWidth();
        int hidden = dimensions.encoderWidth();
        double[] h = new double[hidden];
        for (int item : items) {
            if (item == 0) {
                continue;
            }
            double[] x = new double[in];
            for (int c = 0; c < in; c++) {
                x[c] = tensors.get("generator.item.embedding").values()[item * in + c];
            }
            double[] a = affine(tensors, "encoder.gru.input", x);
            double[] b = affine(tensors, "encoder.gru.recurrent", h);
            double[] next = new double[hidden];
            for (int c = 0; c < hidden; c++) {
                double update = sigmoid(a[c] + b[c]);
                double reset = sigmoid(a[hidden + c] + b[hidden + c]);
                double candidate = Math.tanh(a[2 * hidden + c] + reset * b[2 * hidden + c]);
                next[c] = (1 - update) * candidate + update * h[c];
            }
            h = next;
        }
        double[] z = affine(tensors, "encoder.mlp", h);
        for (int c = 0; c < z.length; c++) {
            z[c] = Math.tanh(z[c]);
        }
        return z;
    }

    private static double[] affine(Map<String, Tensor> tensors, String name, double[] x) {
        float[] bias = tensors.get(name + ".bias").values();
        double[] y = new double[bias.length];
        for (int o = 0; o < y.length; o++) {
            y[o] = bias[o];
            for (int i = 0; i < x.length; i++) {
                y[o] += x[i] * tensors.get(name + ".weight").values()[i * y.length + o];
            }
        }
        return y;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
