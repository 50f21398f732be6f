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

    /** Returns the history of the current device, an empty one where nothing is known of it. */
    DeviceHistory held() throws IOException {
        DeviceHistory held = state.value();
        return held == null ? DeviceHistory.empty() : held;
    }

    /**
     * Merges a window into the history of its device. One that brings nothing new writes nothing.
     *
     * @param held what is {@link #held()} of the device
     * @param capacity interactions that are kept, the newest
     */
    HistoryMerge merge(DeviceHistory held, DeviceWindow window, int capacity) throws IOException {
        // A model of another kind may have served the device before; its vectors mean nothing to
        // this one.
        DeviceHistory before = held.takes(window.contents()) ? held : held.cleared();
        HistoryMerge merge = before.merge(window.firstSequence(), window.contents(), capacity);
        if (merge.history() != before) {
            state.update(merge.history());
        }
        return merge;
    }

    /** Forgets the history of the current device. */
    void forget() {
        state.clear();
    }
}
