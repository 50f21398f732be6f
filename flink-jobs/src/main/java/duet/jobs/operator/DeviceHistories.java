package duet.jobs.operator;

import duet.jobs.generation.DeviceWindow;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryMerge;
import java.io.IOException;
import org.apache.flink.api.common.state.ValueState;

/** This class keeps the history of each device, in the order of its interactions. */
final class DeviceHistories {
    private final ValueState<DeviceHistory> state;

    /**
     * @param state keyed by device; the device of a window is the current one when it is merged
     */
    DeviceHistories(ValueState<DeviceHistory> state) {
        this.state = state;
    }

    /**
     * Merges a window into the history of its device. One that brings nothing new writes nothing.
     *
     * @param capacity interactions that are kept, the newest
     */
    HistoryMerge merge(DeviceWindow window, int capacity) throws IOException {
        DeviceHistory held = state.value();
        if (held == null) {
            held = DeviceHistory.empty();
        }
        // A model of another kind may have served the device before; its vectors mean nothing to
        // this one.
        DeviceHistory before = held.takes(window.contents()) ? held : held.cleared();
        HistoryMerge merge = before.merge(window.firstSequence(), window.contents(), capacity);
        if (merge.history() != before) {
            state.update(merge.history());
        }
        return merge;
    }
}
