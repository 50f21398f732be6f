package duet.device;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.bundle.Dimensions;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The device's arithmetic against {@link ReferenceSasrec}. */
class ReferenceTest {
    @TempDir Path directory;

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
    void scoresAreTheSame(int window, int width, int blocks, int heads) {
        Dimensions dimensions = RandomModel.dimensions(60, window, width, blocks, heads);
        RandomModel random = RandomModel.of(dimensions, 31L * window + width + blocks + heads);
        DeviceModel model = DeviceModel.load(random.write(directory.resolve("bundle")));
        Device device = new Device(RandomModel.DEVICE, model);
        assertThat(device.apply(random.delta(model.version(), 5))).isEqualTo(ApplyOutcome.APPLIED);
        ReferenceSasrec reference = new ReferenceSasrec(dimensions, random.tensors());
        float[][] global = {random.global(1), random.global(2)};
        float[][] own = {device.layer(1), device.layer(2)};
        Random lengths = new Random(7);
        for (int i = 0; i < 100; i++) {
            // every length from none to more than the window takes
            long[] history = random.history(lengths, i % (window + 3));
            int[] indices = random.vocabulary().window(history, window);
            long[] candidates = random.history(lengths, 20);
            int[] items = model.indicesOf(candidates);
            ScoreComparison scores = device.compare(history, candidates);
            assertClose(scores.personalized(), reference.scores(indices, own, items));
            assertClose(scores.global(), reference.scores(indices, global, items));
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
