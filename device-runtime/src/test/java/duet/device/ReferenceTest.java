package duet.device;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The device's arithmetic against {@link ReferenceModel}. */
class ReferenceTest {
    @TempDir Path directory;

    private static final List<Double> DECAYS = List.of(0.8, 0.98);

    @ParameterizedTest(name = "L={0} d={1} blocks={2} heads={3}")
    @CsvSource({
        "30, 32, 1, 1",
        "30, 32, 1, 2",
        "30, 32, 2, 1",
        "30, 32, 2, 2",
        "12, 16, 3, 4",
        "7, 5, 2, 5",
        "1, 6, 1, 3",
        "1, 1, 2, 1",
        "2, 33, 1, 1",
    })
    void sasrecScoresTheSame(int window, int width, int blocks, int heads) {
        assertScores("sasrec", RandomModel.dimensions(60, window, width, blocks, heads));
    }

    @ParameterizedTest(name = "{0} L={1} d={2}")
    @CsvSource({
        "gru4rec, 30, 32",
        "gru4rec, 7, 5",
        "gru4rec, 1, 1",
        "din, 30, 32",
        "din, 7, 5",
        "din, 1, 1",
        "din, 2, 33",
    })
    void otherBackbonesScoreTheSame(String backbone, int window, int width) {
        assertScores(backbone, RandomModel.dimensions(60, window, width, 1, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sasrec", "gru4rec", "din"})
    void aLongMemoryScoresTheSame(String backbone) {
        Dimensions dimensions =
                new Dimensions(
                                60,
                                8,
                                25,
                                new DeviceSizes(16, 1, 1, 8),
                                2,
                                GeneratorSizes.recurrent(4, 4, 4, 4, 1))
                        .withDeviceMemory(DECAYS);
        assertScores(backbone, dimensions);
    }

    @ParameterizedTest(name = "{0} d={1}")
    @CsvSource({"sasrec, 32", "sasrec, 6", "gru4rec, 32", "gru4rec, 7", "din, 32", "din, 5"})
    void anItemTableOfInt8ScoresTheSame(String backbone, int width) {
        RandomModel random =
                RandomModel.of(
                                backbone,
                                RandomModel.dimensions(60, 8, width, 1, 1).withDeviceMemory(DECAYS),
                                31)
                        .quantized();
        assertScores(random, DeviceModel.load(random.write(directory, random.stored())));
    }

    private void assertScores(String backbone, Dimensions dimensions) {
        RandomModel random = RandomModel.of(backbone, dimensions, 31);
        assertScores(random, DeviceModel.load(random.write(directory.resolve("bundle"))));
    }

    private static void assertScores(RandomModel random, DeviceModel model) {
        Dimensions dimensions = random.dimensions();
        Device device = new Device(RandomModel.DEVICE, model);
        assertThat(device.apply(random.delta(model.version(), 5))).isEqualTo(ApplyOutcome.APPLIED);
        ReferenceModel reference = new ReferenceModel(random);
        float[][] global = {random.global(1), random.global(2)};
        float[][] own = {device.layer(1), device.layer(2)};
        Random lengths = new Random(7);
        for (int i = 0; i < 100; i++) {
            // every length from none to more than is read
            long[] history = random.history(lengths, i % (dimensions.history() + 3));
            int[] window = random.vocabulary().window(history, dimensions.window());
            int[] remembered = random.vocabulary().window(history, dimensions.history());
            long[] candidates = random.history(lengths, 20);
            int[] items = model.indicesOf(candidates);
            ScoreComparison scores = device.compare(history, candidates);
            assertClose(scores.personalized(), reference.scores(window, remembered, own, items));
            assertClose(scores.global(), reference.scores(window, remembered, global, items));
        }
    }

    @ParameterizedTest(name = "{0} inputs, d={1}")
    @CsvSource({"64, 16", "3, 5", "1, 1"})
    void rawInputsScoreTheSame(int inputs, int width) {
        Dimensions dimensions =
                RandomModel.dimensions(12, 1, width, 1, 1).withFeatures(width, inputs);
        RandomModel random = RandomModel.of("perceptron", dimensions, 7);
        DeviceModel model = DeviceModel.load(random.write(directory.resolve("bundle")));
        Device device = new Device(RandomModel.DEVICE, model);
        assertThat(device.apply(random.delta(model.version(), 5))).isEqualTo(ApplyOutcome.APPLIED);
        ReferenceModel reference = new ReferenceModel(random);
        int[] items = model.indicesOf(random.allItems());
        for (int i = 0; i < 50; i++) {
            float[] input = RandomModel.normal(new Random(i), 0, 1, inputs).values();
            ScoreComparison scores = device.compareInput(input, random.allItems());
            assertClose(device.features(input), reference.features(input));
            assertClose(
                    scores.personalized(),
                    reference.scores(
                            input, new float[][] {device.layer(1), device.layer(2)}, items));
            assertClose(
                    scores.global(),
                    reference.scores(
                            input, new float[][] {random.global(1), random.global(2)}, items));
            assertThat(device.scoreInput(input, random.allItems()))
                    .containsExactly(scores.personalized());
        }
    }

    private static void assertClose(float[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
        }
        assertThat(largest).isLessThanOrEqualTo(1e-5);
    }
}
