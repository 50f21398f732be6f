package duet.jobs.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.history.FeatureVectors;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import duet.model.bundle.BundleExport;
import duet.model.bundle.ModelTensors;
import duet.model.network.Backbone;
import duet.model.serving.ServedGenerator;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleGeneratorTest {
    private static final Dimensions DIMENSIONS =
            new Dimensions(
                    50,
                    10,
                    20,
                    new DeviceSizes(8, 1, 1, 8),
                    2,
                    GeneratorSizes.recurrent(8, 8, 8, 4, 1));
    private static final Vocabulary VOCABULARY =
            Vocabulary.of(LongStream.rangeClosed(101, 150).toArray());

    @TempDir Path directory;

    @Test
    void speaksForItsBundle() {
        ModelBundle bundle =
                BundleExport.untrained(directory.resolve("b"), DIMENSIONS, VOCABULARY, 7);

        try (DeltaGenerator generator = BundleGenerator.factory(bundle.directory()).create()) {
            assertThat(generator.modelVersion()).isEqualTo(bundle.modelVersion());
            assertThat(generator.dimensions()).isEqualTo(DIMENSIONS);
            assertThat(generator.knows(101)).isTrue();
            assertThat(generator.knows(1)).isFalse();
        }
    }

    @Test
    void givesEachDeviceOfABatchWhatItGetsAlone() throws Exception {
        ModelBundle bundle =
                BundleExport.untrained(directory.resolve("b"), DIMENSIONS, VOCABULARY, 7);
        ItemIds first = new ItemIds(101, 120, 130);
        ItemIds second = new ItemIds(150);

        try (DeltaGenerator generator = BundleGenerator.factory(bundle.directory()).create()) {
            DeltaGenerator.Deltas both = generator.generate(List.of(first, second));
            DeltaGenerator.Deltas alone = generator.generate(List.of(second));

            assertThat(both.layer(1, 2))
                    .hasSize(DIMENSIONS.layerSize())
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(alone.layer(0, 2));
            assertThat(both.layer(0, 2)).isNotEqualTo(both.layer(1, 2));
        }
    }

    @Test
    void givesTheFactorsOfAModelOfLowRank() throws Exception {
        Dimensions ofRank = DIMENSIONS.withMemory(0, List.of(0.8, 0.98)).withRank(3);
        ModelBundle bundle = BundleExport.untrained(directory.resolve("b"), ofRank, VOCABULARY, 7);

        try (DeltaGenerator generator = BundleGenerator.factory(bundle.directory()).create()) {
            DeltaGenerator.Deltas deltas =
                    generator.generate(List.of(new ItemIds(101, 120), new ItemIds(150)));

            assertThat(deltas.layer(0, 1)).hasSize(7 * 8);
            assertThat(deltas.layer(0, 1)).isNotEqualTo(deltas.layer(1, 1));
        }
    }

    @Test
    void weighsTheEmbeddingAsItDoesTheDelta() throws Exception {
        Dimensions cold = DIMENSIONS.withMemory(0, List.of(0.8, 0.98)).withColdStart(2);
        ModelBundle bundle = BundleExport.untrained(directory.resolve("b"), cold, VOCABULARY, 7);
        try (ServedGenerator plain = ServedGenerator.load(bundle);
                DeltaGenerator generator = BundleGenerator.factory(bundle.directory()).create()) {
            long[] known = {101, 120, 130, 140, 150};
            // Items the model does not know stand for nothing.
            DeltaGenerator.Deltas deltas =
                    generator.generate(
                            List.of(
                                    new ItemIds(1, 101, 120),
                                    new ItemIds(known),
                                    new ItemIds(2, 101, 3, 120, 130, 140, 150)));

            assertThat(deltas.embedding(0)).usingComparatorWithPrecision(0f).containsOnly(0f);
            assertThat(deltas.layer(0, 1)).usingComparatorWithPrecision(0f).containsOnly(0f);
            float[] unweighed = plain.generate(List.of(known)).embedding(0);
            for (int i = 0; i < unweighed.length; i++) {
                unweighed[i] *= 1 - 2 / 5f;
            }
            assertThat(deltas.embedding(1))
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(unweighed);
            assertThat(deltas.embedding(2))
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(unweighed);
        }
    }

    @Test
    void readsFeatureVectors() throws Exception {
        Dimensions ofFeatures =
                DIMENSIONS.withMemory(0, List.of(0.8, 0.98)).withRank(2).withFeatures(8, 12);
        ModelBundle bundle =
                BundleExport.untrained(
                        directory.resolve("b"), Backbone.PERCEPTRON, ofFeatures, VOCABULARY, 7);
        float[] vector = {1, 2, 3, 4, 5, 6, 7, 8};
        float[] other = {-1, 0, 0.5f, 2, 1, 0, 1, 0};
        FeatureVectors first = new FeatureVectors(vector, other);
        FeatureVectors second = new FeatureVectors(vector);

        try (DeltaGenerator generator = BundleGenerator.factory(bundle.directory()).create()) {
            DeltaGenerator.Deltas both = generator.generate(List.of(first, second));
            DeltaGenerator.Deltas alone = generator.generate(List.of(second));

            assertThat(generator.dimensions().features()).isEqualTo(8);
            assertThat(both.layer(1, 2))
                    .hasSize(5 * 8)
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(alone.layer(0, 2));
            assertThat(both.layer(0, 2)).isNotEqualTo(both.layer(1, 2));
        }
    }

    @Test
    void failsForDevicesWithoutAFiniteDeltaAndForNoOthers() throws Exception {
        // Longer and longer histories; the first is empty, which a generator must be able to serve.
        List<InteractionContents> histories =
                LongStream.rangeClosed(0, 50)
                        .<InteractionContents>mapToObj(
                                n -> new ItemIds(LongStream.range(101, 101 + n).toArray()))
                        .toList();
        float[] magnitudes = new float[histories.size()];
        float largest = 0;
        try (DeltaGenerator generator = scaledLayer("plain", 1)) {
            DeltaGenerator.Deltas deltas = generator.generate(histories);
            for (int i = 0; i < magnitudes.length; i++) {
                for (float value : deltas.layer(i, 1)) {
                    magnitudes[i] = Math.max(magnitudes[i], Math.abs(value));
                }
                largest = Math.max(largest, magnitudes[i]);
            }
        }
        assertThat(largest).isGreaterThan(1.05f * magnitudes[0]);
        double overflowsForSome = 2.0 * Float.MAX_VALUE / (largest + magnitudes[0]);

        try (DeltaGenerator generator = scaledLayer("huge", overflowsForSome)) {
            DeltaGenerator.Deltas deltas = generator.generate(histories);
            int finite = 0;
            for (int i = 0; i < magnitudes.length; i++) {
                int device = i;
                if (magnitudes[i] * overflowsForSome < 0.99 * Float.MAX_VALUE) {
                    finite++;
                    for (float value : deltas.layer(i, 1)) {
                        assertThat(value).isFinite();
                    }
                } else if (magnitudes[i] * overflowsForSome > 1.01 * Float.MAX_VALUE) {
                    assertThatThrownBy(() -> deltas.layer(device, 1))
                            .isInstanceOf(UnusableDeltaException.class)
                            .hasMessageContaining("not finite");
                }
            }
            assertThat(finite).isBetween(1, histories.size() - 1);
        }
    }

    /**
     * A generator whose first dynamic layer is scaled, so far that it overflows for some histories.
     * With one decoder the delta is linear in the layer's embedding and in the decoder's weights;
     * each takes a share that fits a float.
     */
    private DeltaGenerator scaledLayer(String name, double scale) {
        double share = Math.sqrt(scale);
        Map<String, Double> scales =
                Map.of(
                        "layer.1.embedding.weight", share,
                        "layer.1.embedding.bias", share,
                        "layer.1.decoder.weight", share,
                        "layer.1.decoder.bias", 0.0);
        ModelTensors tensors = ModelTensors.untrained(DIMENSIONS, 7);
        Map<String, Tensor> generatorTensors = new HashMap<>(tensors.generator());
        scales.forEach(
                (tensor, factor) ->
                        generatorTensors.computeIfPresent(
                                tensor, (key, unscaled) -> scaled(unscaled, factor)));
        ModelBundle bundle =
                BundleExport.write(
                        directory.resolve(name),
                        "sasrec",
                        DIMENSIONS,
                        VOCABULARY,
                        new ModelTensors(tensors.device(), generatorTensors),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        Optional.empty());
        return BundleGenerator.factory(bundle.directory()).create();
    }

    private static Tensor scaled(Tensor tensor, double scale) {
        float[] values = tensor.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * scale);
        }
        return new Tensor(tensor.shape(), values);
    }

    @Test
    void namesWhatIsWrongWithTheBundle() throws Exception {
        ModelBundle bundle =
                BundleExport.untrained(directory.resolve("b"), DIMENSIONS, VOCABULARY, 7);
        Files.delete(bundle.file(ModelBundle.GENERATOR_ONNX));

        assertThatThrownBy(() -> BundleGenerator.factory(bundle.directory()).create())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("generator.onnx");
    }
}
