package duet.simulator.fleet.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.device.ScoreComparison;
import duet.model.bundle.BundleExport;
import duet.model.bundle.ModelTensors;
import duet.model.network.Backbone;
import duet.model.serving.DeviceScorer;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ServedGenerator;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.WeightDelta;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The device's plain Java and {@code device.onnx} give the same scores with every backbone, with
 * the global classifier and with generated deltas, on random histories of every length, unknown
 * items among them.
 */
class DeviceParityIT {
    private static final int ITEMS = 300;
    private static final int WINDOWS = 1_000;
    private static final int CANDIDATES = 20;
    private static final float TOLERANCE = 1e-5f;

    @TempDir Path directory;

    @ParameterizedTest(name = "L={0} d={1} blocks={2} heads={3} layers={4}")
    @CsvSource({"30, 32, 1, 1, 2", "30, 32, 2, 2, 2", "12, 16, 1, 4, 3", "5, 6, 3, 1, 1"})
    void sasrecScoresTheSame(int window, int width, int blocks, int heads, int layers) {
        assertSameScores(
                Backbone.SASREC,
                new Dimensions(
                        ITEMS,
                        window,
                        window,
                        new DeviceSizes(width, blocks, heads, width),
                        layers,
                        GeneratorSizes.recurrent(8, 8, 8, 8, 2)));
    }

    @ParameterizedTest(name = "{0} L={1} d={2}")
    @CsvSource({"GRU4REC, 30, 32", "GRU4REC, 5, 6", "DIN, 30, 32", "DIN, 5, 6"})
    void otherBackbonesScoreTheSame(Backbone backbone, int window, int width) {
        assertSameScores(
                backbone,
                new Dimensions(
                        ITEMS,
                        window,
                        window,
                        new DeviceSizes(width, 1, 1, width / 2),
                        2,
                        GeneratorSizes.recurrent(8, 8, 8, 8, 2)));
    }

    @ParameterizedTest
    @EnumSource(names = {"SASREC", "GRU4REC", "DIN"})
    void aLongMemoryScoresTheSame(Backbone backbone) {
        assertSameScores(
                backbone,
                new Dimensions(
                                ITEMS,
                                10,
                                40,
                                new DeviceSizes(16, 1, 1, 16),
                                2,
                                GeneratorSizes.recurrent(8, 8, 8, 8, 2))
                        .withDeviceMemory(List.of(.8, .93, .98, .995)));
    }

    @ParameterizedTest
    @EnumSource(names = {"SASREC", "GRU4REC", "DIN"})
    void factorsOfLowRankScoreTheSame(Backbone backbone) {
        assertSameScores(
                backbone,
                new Dimensions(
                                ITEMS,
                                10,
                                40,
                                new DeviceSizes(16, 1, 1, 16),
                                2,
                                GeneratorSizes.recurrent(8, 8, 8, 8, 2))
                        .withMemory(0, List.of(.8, .98))
                        .withRank(4));
    }

    @ParameterizedTest
    @EnumSource(names = {"SASREC", "GRU4REC", "DIN"})
    void int8ItemsScoreTheSame(Backbone backbone) {
        ModelBundle float32 =
                bundle(
                        backbone,
                        new Dimensions(
                                        ITEMS,
                                        10,
                                        40,
                                        new DeviceSizes(16, 1, 1, 16),
                                        2,
                                        GeneratorSizes.recurrent(8, 8, 8, 8, 2))
                                .withDeviceMemory(List.of(.8, .98)));
        assertSameScores(
                BundleExport.write(
                        directory.resolve("int8"),
                        backbone.id(),
                        float32.dimensions(),
                        float32.vocabulary(),
                        ModelTensors.of(float32).withInt8Items(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        Optional.empty()));
    }

    @Test
    void rawInputsScoreTheSame() {
        Dimensions dimensions =
                new Dimensions(
                                10,
                                10,
                                40,
                                new DeviceSizes(16, 1, 1, 24),
                                2,
                                GeneratorSizes.recurrent(8, 8, 8, 8, 2))
                        .withMemory(0, List.of(.8, .98))
                        .withRank(4)
                        .withFeatures(16, 64);
        ModelBundle bundle = bundle(Backbone.PERCEPTRON, dimensions);
        DeviceModel model = DeviceModel.load(bundle);
        Device unchanged = new Device("d", model);
        Random random = new Random(7);
        List<float[]> inputs = new ArrayList<>();
        List<float[][]> histories = new ArrayList<>();
        List<long[]> candidates = new ArrayList<>();
        for (int i = 0; i < WINDOWS; i++) {
            inputs.add(gaussian(random, 64));
            float[][] history = new float[i % 50][];
            for (int j = 0; j < history.length; j++) {
                history[j] = unchanged.features(gaussian(random, 64));
            }
            histories.add(history);
            candidates.add(bundle.vocabulary().ids());
        }
        try (ServedGenerator generator = ServedGenerator.load(bundle);
                DeviceScorer scorer = DeviceScorer.load(bundle)) {
            GeneratedDeltas deltas = generator.generateFromFeatures(histories);
            List<float[]> global = scorer.scoreInputsGlobally(inputs, candidates);
            List<float[]> own =
                    scorer.scoreInputs(inputs, personalized(scorer, deltas), candidates);
            float largest = 0;
            for (int i = 0; i < WINDOWS; i++) {
                Device device = applied(model, deltas, i);
                ScoreComparison scores = device.compareInput(inputs.get(i), candidates.get(i));
                assertThat(scores.personalized()).isNotEqualTo(scores.global());
                largest = Math.max(largest, difference(scores.global(), global.get(i)));
                largest = Math.max(largest, difference(scores.personalized(), own.get(i)));
            }
            assertThat(largest).isLessThanOrEqualTo(TOLERANCE);
        }
    }

    private ModelBundle bundle(Backbone backbone, Dimensions dimensions) {
        return BundleExport.untrained(
                directory.resolve("bundle"),
                backbone,
                dimensions,
                Vocabulary.of(LongStream.range(0, dimensions.items()).map(i -> 7 * i).toArray()),
                7);
    }

    private void assertSameScores(Backbone backbone, Dimensions dimensions) {
        assertSameScores(bundle(backbone, dimensions));
    }

    private static void assertSameScores(ModelBundle bundle) {
        Dimensions dimensions = bundle.dimensions();
        Random random = new Random(7);
        List<long[]> histories = new ArrayList<>();
        List<long[]> candidates = new ArrayList<>();
        for (int i = 0; i < WINDOWS; i++) {
            // about every third id is one that the model may not know
            histories.add(
                    random.longs(i % (2 * dimensions.history()), 0, 10 * ITEMS)
                            .map(DeviceParityIT::mostlyKnown)
                            .toArray());
            candidates.add(random.longs(CANDIDATES, 0, ITEMS).map(id -> 7 * id).toArray());
        }
        DeviceModel model = DeviceModel.load(bundle);
        float largest = 0;
        try (ServedGenerator generator = ServedGenerator.load(bundle);
                DeviceScorer scorer = DeviceScorer.load(bundle)) {
            GeneratedDeltas deltas = generator.generate(histories);
            List<float[][]> personalized = personalized(scorer, deltas);
            List<float[]> onnxGlobal = scorer.scoreGlobally(histories, candidates);
            List<float[]> onnxOwn = scorer.score(histories, personalized, candidates);
            for (int i = 0; i < WINDOWS; i++) {
                Device device = applied(model, deltas, i);
                for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
                    // products of factors are summed in another order
                    assertThat(device.layer(n))
                            .containsExactly(
                                    personalized.get(i)[n - 1],
                                    within(dimensions.rank() == 0 ? 0f : 1e-6f));
                }
                ScoreComparison scores = device.compare(histories.get(i), candidates.get(i));
                assertThat(scores.personalized()).isNotEqualTo(scores.global());
                largest = Math.max(largest, difference(scores.global(), onnxGlobal.get(i)));
                largest = Math.max(largest, difference(scores.personalized(), onnxOwn.get(i)));
            }
        }
        assertThat(largest).isLessThanOrEqualTo(TOLERANCE);
    }

    private static List<float[][]> personalized(DeviceScorer scorer, GeneratedDeltas deltas) {
        return IntStream.range(0, WINDOWS)
                .mapToObj(i -> scorer.personalizedLayers(deltas, i))
                .toList();
    }

    private static Device applied(DeviceModel model, GeneratedDeltas deltas, int i) {
        Device device = new Device("d-" + i, model);
        WeightDelta delta =
                ExactDelta.generated(
                        device.id(), model.version(), model.dimensions(), 0, deltas, i);
        assertThat(device.apply(delta)).isEqualTo(ApplyOutcome.APPLIED);
        return device;
    }

    private static float[] gaussian(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** The largest difference of two scores; not a number if one is not. */
    private static float difference(float[] device, float[] onnx) {
        assertThat(device).isNotEmpty().hasSameSizeAs(onnx);
        float largest = 0;
        for (int i = 0; i < device.length; i++) {
            largest = Math.max(largest, Math.abs(device[i] - onnx[i]));
        }
        return largest;
    }

    private static long mostlyKnown(long id) {
        return id % 3 == 0 ? id : id % ITEMS * 7;
    }
}
