package duet.device;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.WeightDelta;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A device that goes over to another model")
class DeviceSwitchTest {
    @TempDir Path directory;

    private final RandomModel first = RandomModel.small();
    private final RandomModel second = RandomModel.of(RandomModel.dimensions(60, 6, 12, 1, 2), 8);
    private DeviceModel firstModel;
    private DeviceModel secondModel;
    private Device device;

    @BeforeEach
    void load() {
        firstModel = DeviceModel.load(first.write(directory.resolve("first")));
        secondModel = DeviceModel.load(second.write(directory.resolve("second")));
        device = new Device(RandomModel.DEVICE, firstModel);
    }

    private ApplyOutcome first(long sequence, long revision, long generated) {
        return device.apply(
                ordered(first.delta(firstModel.version(), sequence), revision, generated));
    }

    private ApplyOutcome second(long sequence, long revision, long generated) {
        return device.apply(
                ordered(second.delta(secondModel.version(), sequence), revision, generated));
    }

    private static WeightDelta ordered(WeightDelta delta, long revision, long generated) {
        delta.setRevision(revision);
        delta.setGeneratedAtMicros(generated);
        return RandomModel.sealed(delta);
    }

    /** Goes over to the second model once the device has taken a delta of the first. */
    private void switchAfter(ApplyOutcome taken) {
        assertThat(taken).isEqualTo(ApplyOutcome.APPLIED);
        assertThat(device.switchTo(secondModel)).isTrue();
    }

    private void assertGlobal(RandomModel model, DeviceModel loaded) {
        assertThat(device.model()).isSameAs(loaded);
        assertThat(device.lastSequence()).isEqualTo(-1);
        for (int n = 1; n <= 2; n++) {
            assertThat(device.layer(n)).containsExactly(model.global(n));
        }
    }

    @Test
    @DisplayName("ranks with that model's global classifier at once, of other sizes and items too")
    void globalLayers() {
        switchAfter(first(4, 0, 3));
        assertGlobal(second, secondModel);
        long[] history = second.history(new Random(1), 4);
        assertThat(device.score(history, second.allItems()))
                .containsExactly(
                        new Device("other", secondModel).score(history, second.allItems()));
        assertThat(device.topK(history, 60)).hasSizeGreaterThan(40);
    }

    @Test
    @DisplayName("takes deltas of the version it runs, and refuses those of the one it left")
    void versions() {
        switchAfter(first(4, 0, 3));
        assertThat(first(9, 0, 9)).isEqualTo(ApplyOutcome.OTHER_VERSION);
        assertGlobal(second, secondModel);
        assertThat(second(9, 0, 9)).isEqualTo(ApplyOutcome.APPLIED);
        assertThat(device.lastSequence()).isEqualTo(9);
        assertThat(device.layer(1)).isNotEqualTo(second.global(1));
    }

    @Test
    @DisplayName("keeps its layers if it runs that version already")
    void sameVersion() {
        first(4, 0, 3);
        DeviceModel again = DeviceModel.load(first.write(directory.resolve("again")));
        assertThat(device.switchTo(again)).isFalse();
        assertThat(device.lastSequence()).isEqualTo(4);
        assertThat(first(5, 0, 4)).isEqualTo(ApplyOutcome.APPLIED);
    }

    @Nested
    @DisplayName("does not go backwards:")
    class NeverBackwards {
        @Test
        @DisplayName("a delta made from less than it has seen is stale for the other model as well")
        void forwards() {
            switchAfter(first(4, 2, 30));
            assertThat(second(3, 9, 99)).isEqualTo(ApplyOutcome.STALE);
            assertThat(second(4, 1, 99)).isEqualTo(ApplyOutcome.STALE);
            assertGlobal(second, secondModel);
        }

        @Test
        @DisplayName("the same content applies for the other model, whenever it was generated")
        void sameContent() {
            switchAfter(first(4, 2, 30));
            assertThat(second(4, 2, 10)).isEqualTo(ApplyOutcome.APPLIED);
            assertThat(second(4, 2, 10)).isEqualTo(ApplyOutcome.STALE);
            assertThat(second(4, 2, 9)).isEqualTo(ApplyOutcome.STALE);
        }

        @Test
        @DisplayName("nor when it returns to a version it ran before")
        void returned() {
            switchAfter(first(4, 0, 3));
            second(7, 0, 5);
            device.switchTo(firstModel);
            assertGlobal(first, firstModel);
            assertThat(first(5, 0, 4)).isEqualTo(ApplyOutcome.STALE);
            assertGlobal(first, firstModel);
            assertThat(first(7, 0, 4)).isEqualTo(ApplyOutcome.APPLIED);
        }
    }

    @Nested
    @DisplayName("orders deltas of one model")
    class Order {
        @Test
        @DisplayName("by the reach of their content before anything else")
        void reach() {
            first(4, 1, 30);
            assertThat(first(5, 0, 1)).isEqualTo(ApplyOutcome.APPLIED);
            assertThat(first(4, 9, 99)).isEqualTo(ApplyOutcome.STALE);
        }

        @Test
        @DisplayName("then by revision, however the clocks of two machines stand")
        void revision() {
            first(4, 1, 30);
            assertThat(first(4, 2, 20)).isEqualTo(ApplyOutcome.APPLIED);
            assertThat(first(4, 1, 40)).isEqualTo(ApplyOutcome.STALE);
        }

        @Test
        @DisplayName("then by the time of generation")
        void time() {
            first(4, 2, 20);
            assertThat(first(4, 2, 19)).isEqualTo(ApplyOutcome.STALE);
            assertThat(first(4, 2, 21)).isEqualTo(ApplyOutcome.APPLIED);
        }
    }
}
