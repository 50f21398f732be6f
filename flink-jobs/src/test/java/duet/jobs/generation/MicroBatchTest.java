package duet.jobs.generation;

import static duet.jobs.generation.Windows.featureWindow;
import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.FeatureVectors;
import duet.jobs.history.ItemIds;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MicroBatchTest {
    private static DeviceHistory history(long... items) {
        return DeviceHistory.empty().merge(0, new ItemIds(items), 10).history();
    }

    @Test
    void holdsADeviceOnceWithItsLastHistoryAndAllItsWindows() {
        MicroBatch batch = new MicroBatch(4, 4);
        DeviceWindow first = window("a", 0, 0, 1);
        DeviceWindow second = window("a", 1, 1, 2);
        batch.add(first, history(1));
        batch.add(window("b", 2, 0, 9), history(9));
        batch.add(second, history(1, 2));

        List<PendingDevice> devices = batch.drain();

        assertThat(devices).extracting(PendingDevice::deviceId).containsExactly("a", "b");
        assertThat(devices.get(0).windows()).containsExactly(first, second);
        assertThat(devices.get(0).history()).isEqualTo(history(1, 2));
        assertThat(devices.get(0).newest()).isSameAs(second);
        assertThat(batch.isEmpty()).isTrue();
    }

    @Test
    void measuresFromTheWindowSentLastAlsoWhereAnotherReachesFurther() {
        MicroBatch batch = new MicroBatch(4, 4);
        DeviceWindow ahead = window("a", 0, 5, 1);
        DeviceWindow repeat = window("a", 1, 0, 1);
        batch.add(ahead, history(1));
        batch.add(repeat, history(1));
        assertThat(batch.drain().get(0).newest()).isSameAs(repeat);

        batch.add(repeat, history(1));
        batch.add(ahead, history(1));
        assertThat(batch.drain().get(0).newest()).isSameAs(repeat);
    }

    @Test
    void measuresFromTheLastSentOfEqualWindows() {
        MicroBatch batch = new MicroBatch(4, 4);
        batch.add(window("a", 0, 0, 1), history(1));
        DeviceWindow again = window("a", 1, 0, 1);
        batch.add(again, history(1));

        assertThat(batch.drain().get(0).newest()).isSameAs(again);
    }

    @Test
    void isFullByDevices() {
        MicroBatch batch = new MicroBatch(2, 100);
        batch.add(window("a", 0, 0, 1), history(1));
        batch.add(window("a", 1, 0, 1), history(1));
        assertThat(batch.isFull()).isFalse();
        batch.add(window("b", 2, 0, 1), history(1));
        assertThat(batch.isFull()).isTrue();
    }

    @Test
    void isFullByWindowsOfOneBusyDevice() {
        MicroBatch batch = new MicroBatch(2, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(batch.isFull()).isFalse();
            batch.add(window("a", i, 0, 1), history(1));
        }
        assertThat(batch.isFull()).isTrue();
    }

    /** One vector stands at many places here; a batch counts every place. */
    @Test
    void isFullByTheNumbersOfFeatureVectors() {
        float[][] vectors = new float[512][];
        Arrays.fill(vectors, new float[4_096]);
        MicroBatch batch = new MicroBatch(100, 100);
        DeviceHistory history =
                DeviceHistory.empty().merge(0, new FeatureVectors(vectors), 512).history();
        // The first window of a device brings its history along: 2 + 7 times 2 Mi numbers are 18
        // Mi.
        for (int i = 0; i < 7; i++) {
            assertThat(batch.isFull()).isFalse();
            batch.add(featureWindow("a", i, 0, vectors), history);
        }
        assertThat(batch.isFull()).isTrue();

        batch.drain();

        assertThat(batch.isFull()).isFalse();
    }

    @Test
    void refusesBoundsThatHoldNothing() {
        assertThatThrownBy(() -> new MicroBatch(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MicroBatch(10, 9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10 devices and 9 windows");
    }
}
