package duet.jobs.operator;

import static duet.jobs.generation.Windows.featureWindow;
import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.generation.DeviceWindow;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.FeatureVectors;
import duet.jobs.history.HistoryMerge;
import duet.jobs.history.ItemIds;
import org.junit.jupiter.api.Test;

class DeviceHistoriesTest {
    private final PlainValueState<DeviceHistory> state = new PlainValueState<>();
    private long nowMillis = 1_700_000_000_000L;
    private final DeviceHistories histories = new DeviceHistories(state, () -> nowMillis);

    private HistoryMerge merge(DeviceWindow window, int capacity) throws Exception {
        state.setDevice(window.deviceId());
        return histories.merge(histories.held(), window, capacity);
    }

    @Test
    void growOfTheWindowsOfTheirDevice() throws Exception {
        merge(window("a", 0, 0, 1, 2), 10);
        merge(window("b", 1, 0, 9), 10);
        HistoryMerge merge = merge(window("a", 2, 2, 3), 10);

        assertThat(merge.kind()).isEqualTo(HistoryMerge.Kind.NEW);
        assertThat(merge.history().contents()).isEqualTo(new ItemIds(1, 2, 3));
        assertThat(state.of("a")).isSameAs(merge.history());
        assertThat(state.of("b").contents()).isEqualTo(new ItemIds(9));
    }

    @Test
    void areEmptyForADeviceOfWhichNothingIsKnown() throws Exception {
        merge(window("a", 0, 0, 1, 2), 10);
        state.setDevice("b");

        assertThat(histories.held()).isEqualTo(DeviceHistory.empty());
    }

    @Test
    void keepTheNewestInteractions() throws Exception {
        merge(window("a", 0, 0, 1, 2, 3), 2);

        assertThat(state.of("a").contents()).isEqualTo(new ItemIds(2, 3));
    }

    @Test
    void areNotWrittenWhereAWindowBringsNothingNew() throws Exception {
        merge(window("a", 0, 0, 1, 2), 10);
        HistoryMerge merge = merge(window("a", 1, 1, 2), 10);

        assertThat(merge.kind()).isEqualTo(HistoryMerge.Kind.REPEAT);
        assertThat(merge.history()).isSameAs(state.of("a"));
        assertThat(state.writes()).isEqualTo(1);
    }

    @Test
    void sayWhenTheyWereLastWritten() throws Exception {
        merge(window("a", 0, 0, 1, 2), 10);
        assertThat(state.of("a").writtenSecond()).isEqualTo(1_700_000_000);
        nowMillis += 5_999;
        merge(window("a", 1, 1, 2), 10);
        assertThat(state.of("a").writtenSecond()).isEqualTo(1_700_000_000);
        merge(window("a", 2, 2, 3), 10);
        assertThat(state.of("a").writtenSecond()).isEqualTo(1_700_000_005);
        nowMillis += 1_000;
        merge(featureWindow("a", 3, 2, new float[] {1, 2}), 10);
        assertThat(state.of("a").writtenSecond()).isEqualTo(1_700_000_006);
    }

    @Test
    void startAnewWithTheFirstWindowOfAnotherKind() throws Exception {
        merge(window("a", 0, 0, 1, 2), 10);
        merge(featureWindow("a", 1, 2, new float[] {1, 2}), 10);

        assertThat(state.of("a").contents()).isInstanceOf(FeatureVectors.class);
        assertThat(state.of("a").size()).isEqualTo(1);
    }
}
