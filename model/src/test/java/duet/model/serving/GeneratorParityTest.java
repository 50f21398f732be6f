package duet.model.serving;

import static duet.model.Rounding.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.bundle.ModelTensors;
import duet.model.network.Dropout;
import duet.model.network.GeneratorInput;
import duet.model.network.ParameterGenerator;
import duet.model.network.ParameterSet;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The generator that PyTorch trains is the one that ONNX Runtime serves, for every way to build it.
 */
class GeneratorParityTest {
    private static final int DEVICES = 40;

    @TempDir Path directory;

    @ParameterizedTest(name = "encoder {0}, rank {1}, cold start {2}")
    @CsvSource({"0,4,0", "0,0,0", "14,4,0", "14,0,0", "0,4,5", "14,0,3"})
    void ofItems(int encoder, int rank, int coldStart) {
        Dimensions dimensions = RandomModels.withMemory(encoder, rank).withColdStart(coldStart);
        ModelTensors tensors = RandomModels.tensors(dimensions, rank);
        ModelBundle bundle = RandomModels.bundle(directory.resolve("b"), dimensions, tensors);
        Random random = new Random(rank);
        List<long[]> histories = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            histories.add(RandomModels.items(random, device, dimensions));
        }
        try (ServedGenerator generator = ServedGenerator.load(bundle);
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            long[] indices =
                    WindowBatch.indices(bundle.vocabulary(), histories, dimensions.history());
            GeneratorInput input =
                    GeneratorInput.ofItems(
                            manager.create(indices, new Shape(DEVICES, dimensions.history())));

            assertSame(generator.generate(histories), input, dimensions, tensors, manager);
        }
    }

    /**
     * Sums over the item table and a graph of the weights give what the file gives that others can
     * run.
     */
    @ParameterizedTest(name = "rank {0}, cold start {1}, history {2}, decoders {3}")
    @CsvSource({"4,5,200,2", "0,3,200,2", "4,0,31,3", "1,7,13,1", "16,5,199,2"})
    void ofWhatIsServedAndTheFile(int rank, int coldStart, int history, int decoders) {
        Dimensions dimensions =
                new Dimensions(
                        50,
                        12,
                        history,
                        new DeviceSizes(16, 1, 1, 24),
                        2,
                        new GeneratorSizes(
                                10,
                                0,
                                9,
                                6,
                                decoders,
                                List.of(0.8, 0.93, 0.995, 0.1, 1.0),
                                rank,
                                coldStart));
        ModelBundle bundle =
                RandomModels.bundle(
                        directory.resolve("b"), dimensions, RandomModels.tensors(dimensions, 8));
        Random random = new Random(history);
        List<long[]> histories = new ArrayList<>();
        for (int length = 0; length < history + 20; length += length < 14 ? 1 : 7) {
            long[] items = RandomModels.items(random, length, dimensions);
            histories.add(items.clone());
            for (int i = random.nextInt(3); i < length; i += 3) {
                items[i] = random.nextLong(-5, 1L << 40) / 10 * 10 + 1 + random.nextInt(9);
            }
            histories.add(items); // unknown ones among them
        }
        try (ServedGenerator served = ServedGenerator.load(bundle);
                ServedGenerator file = ServedGenerator.portable(bundle)) {
            GeneratedDeltas expected = file.generate(histories);
            GeneratedDeltas actual = served.generate(histories);
            for (int device = 0; device < histories.size(); device++) {
                assertClose(actual.embedding(device), expected.embedding(device));
                GeneratedDeltas alone = served.generate(List.of(histories.get(device)));
                for (int n = 1; n <= 2; n++) {
                    assertClose(actual.layer(device, n), expected.layer(device, n));
                    assertClose(actual.layer(device, n), alone.layer(0, n));
                    assertThat(actual.layer(device, n))
                            .containsExactly(
                                    Arrays.copyOfRange(
                                            actual.layerNumbers(device, n),
                                            actual.layerStart(device, n),
                                            actual.layerStart(device, n)
                                                    + dimensions.generatedSize()));
                }
            }
        }
    }

    @Test
    void ofFeatures() {
        Dimensions dimensions = RandomModels.withMemory(14, 4).withColdStart(2).withFeatures(3, 49);
        ModelTensors tensors = RandomModels.tensors(dimensions, 3);
        ModelBundle bundle = RandomModels.bundle(directory.resolve("b"), dimensions, tensors);
        Random random = new Random(3);
        List<float[][]> histories = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            float[][] history = new float[device][3];
            for (float[] vector : history) {
                for (int i = 0; i < vector.length; i++) {
                    vector[i] = (float) random.nextGaussian();
                }
            }
            histories.add(history);
        }
        FeatureBatch read = FeatureBatch.of(histories, 3, dimensions.history());
        try (ServedGenerator generator = ServedGenerator.load(bundle);
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            GeneratorInput input =
                    GeneratorInput.ofFeatures(
                            manager.create(read.features(), new Shape(DEVICES, read.length(), 3)),
                            manager.create(read.mask(), new Shape(DEVICES, read.length())));

            assertSame(
                    generator.generateFromFeatures(histories), input, dimensions, tensors, manager);
        }
    }

    private static void assertSame(
            GeneratedDeltas deployed,
            GeneratorInput input,
            Dimensions dimensions,
            ModelTensors tensors,
            NDManager manager) {
        var trained =
                new ParameterGenerator(dimensions, ParameterSet.of(manager, tensors.generator()));
        NDList factors = trained.factors(input, Dropout.NONE);
        NDList matrices = trained.generate(input, Dropout.NONE);
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            float[] expected = factors.get(n - 1).toFloatArray();
            float[] expanded = matrices.get(n - 1).toFloatArray();
            for (int device = 0; device < DEVICES; device++) {
                assertClose(deployed.layer(device, n), part(expected, device));
                assertClose(deployed.matrix(device, n), part(expanded, device));
            }
        }
    }

    private static float[] part(float[] all, int device) {
        int size = all.length / DEVICES;
        return Arrays.copyOfRange(all, device * size, (device + 1) * size);
    }
}
