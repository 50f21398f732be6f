package duet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every backbone promises a device, with a long memory and without. */
class BackboneTest {
    private static final int L = 6;
    private static final int H = 20;

    @TempDir Path directory;

    private RandomModel random;
    private DeviceModel model;
    private Device device;

    private void load(String backbone, boolean remembers) {
        Dimensions dimensions =
                new Dimensions(
                        40,
                        L,
                        H,
                        new DeviceSizes(8, 1, 1, 16),
                        2,
                        GeneratorSizes.recurrent(4, 4, 4, 4, 1));
        random =
                RandomModel.of(
                        backbone,
                        remembers ? dimensions.withDeviceMemory(List.of(0.7, 1.0)) : dimensions,
                        7);
        model = DeviceModel.load(random.write(directory.resolve("bundle")));
        device = new Device(RandomModel.DEVICE, model);
        device.apply(random.delta(model.version(), 3));
    }

    @ParameterizedTest
    @CsvSource({
        "sasrec, false",
        "sasrec, true",
        "gru4rec, false",
        "gru4rec, true",
        "din, false",
        "din, true"
    })
    void scoresACandidateAsIfItWereAlone(String backbone, boolean remembers) {
        load(backbone, remembers);
        long[] history = random.history(new Random(7), 30);
        float[] all = device.score(history, random.allItems());
        for (int i = 0; i < all.length; i++) {
            assertThat(device.score(history, new long[] {random.allItems()[i]}))
                    .containsExactly(all[i]);
        }
        ScoreComparison both = device.compare(history, random.allItems());
        assertThat(both.personalized()).containsExactly(all);
        assertThat(both.global())
                .containsExactly(device.scoreGlobally(history, random.allItems()))
                .isNotEqualTo(all);
        assertThat(device.topK(history, 3, random.allItems()))
                .extracting(ScoredItem::score)
                .isSortedAccordingTo((a, b) -> Float.compare(b, a))
                .first()
                .isEqualTo(max(all));
    }

    @ParameterizedTest
    @CsvSource({
        "sasrec, false",
        "sasrec, true",
        "gru4rec, false",
        "gru4rec, true",
        "din, false",
        "din, true"
    })
    void readsTheNewestItemsAlone(String backbone, boolean remembers) {
        load(backbone, remembers);
        long[] history = random.history(new Random(9), 50);
        int read = remembers ? H : L;
        float[] all = device.score(history, random.allItems());
        assertThat(device.score(newest(history, read), random.allItems())).containsExactly(all);
        assertThat(device.score(newest(history, read - 1), random.allItems())).isNotEqualTo(all);
    }

    @ParameterizedTest
    @CsvSource({
        "sasrec, false",
        "sasrec, true",
        "gru4rec, false",
        "gru4rec, true",
        "din, false",
        "din, true"
    })
    void ranksWithoutAHistory(String backbone, boolean remembers) {
        load(backbone, remembers);
        for (float score : device.score(new long[0], random.allItems())) {
            assertThat(score).isFinite();
        }
        assertThat(device.score(new long[] {1, 2}, random.allItems()))
                .containsExactly(device.score(new long[0], random.allItems()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sasrec", "gru4rec", "din"})
    void countsWithTheOrderOfTheHistory(String backbone) {
        load(backbone, false);
        assertThat(device.score(new long[] {13, 23, 33}, random.allItems()))
                .isNotEqualTo(device.score(new long[] {23, 13, 33}, random.allItems()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sasrec", "gru4rec", "din"})
    void readsNoRawInputs(String backbone) {
        load(backbone, false);
        for (Runnable call :
                new Runnable[] {
                    () -> device.features(new float[4]),
                    () -> device.scoreInput(new float[4], new long[] {13}),
                    () -> device.compareInput(new float[4], new long[] {13})
                }) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            String.format(
                                    Locale.ROOT,
                                    "model %s reads histories, no raw inputs",
                                    model.version()));
        }
    }

    @Nested
    class OfRawInputs {
        private final float[] input = {1, -2, 0.5f};

        OfRawInputs() {
            random =
                    RandomModel.of(
                            "perceptron",
                            RandomModel.dimensions(6, 1, 8, 1, 1).withFeatures(8, 3),
                            7);
        }

        private void load() {
            model = DeviceModel.load(random.write(directory.resolve("bundle")));
            device = new Device(RandomModel.DEVICE, model);
            device.apply(random.delta(model.version(), 3));
        }

        @Test
        void scoresClasses() {
            load();
            ScoreComparison scores = device.compareInput(input, random.allItems());
            assertThat(scores.personalized())
                    .hasSize(6)
                    .isNotEqualTo(scores.global())
                    .containsExactly(device.scoreInput(input, random.allItems()));
            assertThat(scores.deltaSequence()).isEqualTo(3);
            assertThat(device.scoreInput(new float[] {1, -2, 0.6f}, random.allItems()))
                    .isNotEqualTo(scores.personalized());
        }

        @Test
        void readsNoHistories() {
            load();
            assertThatThrownBy(() -> device.score(new long[0], random.allItems()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            String.format(
                                    Locale.ROOT,
                                    "model %s reads raw inputs, no histories",
                                    model.version()));
        }

        @Test
        void refusesAnInputOfAnotherLength() {
            load();
            assertThatThrownBy(() -> device.features(new float[2]))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            String.format(
                                    Locale.ROOT,
                                    "the input has 2 numbers, model %s reads 3",
                                    model.version()));
        }

        @ParameterizedTest
        @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
        void refusesAnInputThatIsNotFinite(float value) {
            load();
            float[] broken = {0, 0, value};
            assertThatThrownBy(() -> device.scoreInput(broken, random.allItems()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            String.format(Locale.ROOT, "the input has the value %s at 2", value));
        }
    }

    private static long[] newest(long[] history, int count) {
        return Arrays.copyOfRange(history, history.length - count, history.length);
    }

    private static float max(float[] values) {
        float max = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            max = Math.max(max, value);
        }
        return max;
    }
}
