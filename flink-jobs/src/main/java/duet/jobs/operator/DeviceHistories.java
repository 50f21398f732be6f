package duet.jobs.operator;

import duet.jobs.generation.DeviceWindow;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryMerge;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.state.ValueState;

/** This class keeps the history of each device, in the order of its interactions. */
final class DeviceHistories {
    private final ValueState<DeviceHistory> state;
    private final LongSupplier nowMillis;

    /**
     * @param state keyed by device; the device of a window is the current one when it is merged
     * @param nowMillis milliseconds since the epoch
     */
    DeviceHistories(ValueState<DeviceHistory> state, LongSupplier nowMillis) {
        this.state = state;
        this.nowMillis = nowMillis;
    }

    /** Returns the history of the current device, an empty one where nothing is known of it. */
    DeviceHistory held() throws IOException {
        DeviceHistory held = state.value();
        return held == null ? DeviceHistory.empty() : held;
    }

    /**
     * Merges a window into the history of its device, and notes there when that was. One that
     * brings nothing new writes nothing.
     *
     * @param held what is {@link #held()} of the device
     * @param capacity interactions that are kept, the newest
     */
    HistoryMerge merge(DeviceHistory held, DeviceWindow window, int capacity) throws IOException {
        // A model of another kind may have served the device before; its vectors mean nothing to
        // this one.
        DeviceHistory before = held.takes(window.contents()) ? held : held.cleared();
        HistoryMerge merge = before.merge(window.firstSequence(), window.contents(), capacity);
        if (merge.history() == before) {
            return merge;
        }
        HistoryMerge written = merge.written(nowMillis.getAsLong());
        state.update(written.history());
        return written;
    }

    /** Forgets the history of the current device. */
    void forget() {
        state.clear();
    }
}
