package duet.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.device.ScoreComparison;
import duet.model.bundle.BundleExport;
import duet.model.serving.DeviceScorer;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ParameterGenerator;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The device's plain Java and {@code device.onnx} give the same scores, with the global classifier and with generated
 * deltas, on random histories of every length, unknown items among them.
 */
class DeviceParityIT {
    private static final int ITEMS = 300;
    private static final int WINDOWS = 1_000;
    private static final int CANDIDATES = 20;
    private static final float TOLERANCE = 1e-5f;

    @TempDir Path directory;

    @ParameterizedTest(name = "L={0} d={1} blocks={2} heads={3} layers={4}")
    @CsvSource({"30, 32, 1, 1, 2", "30, 32, 2, 2, 2", "12, 16, 1, 4, 3", "5, 6, 3, 1, 1"})
    void deviceAndOnnxGiveTheSameScores(int window, int width, int blocks, int heads, int layers) {
        Dimensions dimensions =
                new Dimensions(
                        ITEMS, window, window, width, blocks, heads, width, layers, 8, 8, 8, 8, 2);
        ModelBundle bundle =
                BundleExport.untrained(
                        directory.resolve("bundle"),
                        dimensions,
                        Vocabulary.of(LongStream.range(0, ITEMS).map(i -> 7 * i).toArray()),
                        7);
        Random random = new Random(7);
        List<long[]> histories = new ArrayList<>();
        List<long[]> candidates = new ArrayList<>();
        for (int i = 0; i < WINDOWS; i++) {
            // about every third id is one that the model may not know
            histories.add(
                    random.longs(i % (2 * window), 0, 10 * ITEMS)
                            .map(DeviceParityIT::mostlyKnown)
                            .toArray());
            candidates.add(random.longs(CANDIDATES, 0, ITEMS).map(id -> 7 * id).toArray());
        }
        DeviceModel model = DeviceModel.load(bundle);
        float largest = 0;
        try (ParameterGenerator generator = ParameterGenerator.load(bundle);
                DeviceScorer scorer = DeviceScorer.load(bundle)) {
            GeneratedDeltas deltas = generator.generate(histories);
            List<float[][]> personalized = new ArrayList<>();
            for (int i = 0; i < WINDOWS; i++) {
                personalized.add(scorer.personalizedLayers(deltas, i));
            }
            List<float[]> onnxGlobal = scorer.scoreGlobally(histories, candidates);
            List<float[]> onnxOwn = scorer.score(histories, personalized, candidates);
            for (int i = 0; i < WINDOWS; i++) {
                Device device = new Device("d-" + i, model);
                assertThat(device.apply(delta(device, deltas, i))).isEqualTo(ApplyOutcome.APPLIED);
                for (int n = 1; n <= layers; n++) {
                    assertThat(device.layer(n)).containsExactly(personalized.get(i)[n - 1]);
                }
                ScoreComparison scores = device.compare(histories.get(i), candidates.get(i));
                assertThat(scores.personalized()).isNotEqualTo(scores.global());
                largest = Math.max(largest, difference(scores.global(), onnxGlobal.get(i)));
                largest = Math.max(largest, difference(scores.personalized(), onnxOwn.get(i)));
            }
        }
        assertThat(largest).isLessThanOrEqualTo(TOLERANCE);
    }

    /** The largest difference of two scores; not a number if one is not. */
    private static float difference(float[] device, float[] onnx) {
        assertThat(device).hasSize(CANDIDATES).hasSameSizeAs(onnx);
        float largest = 0;
        for (int i = 0; i < device.length; i++) {
            largest = Math.max(largest, Math.abs(device[i] - onnx[i]));
        }
        return largest;
    }

    private static long mostlyKnown(long id) {
        return id % 3 == 0 ? id : id % ITEMS * 7;
    }

    private static WeightDelta delta(Device device, GeneratedDeltas deltas, int i) {
        Dimensions dimensions = device.model().dimensions();
        List<LayerDelta> layers = new ArrayList<>();
        for (int n = 1; n <= deltas.layers(); n++) {
            layers.add(
                    DeltaCodec.encode(
                            Dimensions.layerName(n),
                            dimensions.layerRows(),
                            dimensions.width(),
                            deltas.layer(i, n),
                            Encoding.FLOAT32));
        }
        WeightDelta delta =
                new WeightDelta(
                        device.id(), device.model().version(), 0L, 1, layers, 1L, 2L, 3L, 0);
        delta.setChecksum(DeltaChecksum.of(delta));
        return delta;
    }
}
