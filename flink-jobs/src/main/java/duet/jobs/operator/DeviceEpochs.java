package duet.jobs.operator;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ValueState;
import org.jspecify.annotations.Nullable;

/**
 * This class keeps the epoch of each device that was ever reset. These are few, so all of a subtask
 * are in memory besides: a window of any other device costs no look into the state.
 */
final class DeviceEpochs {
    /** A device that was never reset has this epoch. */
    static final long NEVER_RESET = 0;

    private final ValueState<Long> state;
    private final Consumer<String> currentDevice;
    private final Map<String, Long> epochs = new HashMap<>();

    /**
     * @param state keyed by device
     * @param currentDevice makes a device the one whose state is read and written
     */
    DeviceEpochs(ValueState<Long> state, Consumer<String> currentDevice) {
        this.state = state;
        this.currentDevice = currentDevice;
    }

    /**
     * Reads what the state holds.
     *
     * @param devices all that have an epoch there
     */
    void restore(List<String> devices) throws IOException {
        for (String device : devices) {
            currentDevice.accept(device);
            @Nullable Long epoch = state.value();
            if (epoch != null) {
                epochs.put(device, epoch);
            }
        }
    }

    /** Returns when that device was reset last, microseconds since the epoch, or never. */
    long of(String deviceId) {
        return epochs.getOrDefault(deviceId, NEVER_RESET);
    }

    /** Begins an epoch of that device, which is the current one. */
    void begin(String deviceId, long resetAtMicros) throws IOException {
        state.update(resetAtMicros);
        epochs.put(deviceId, resetAtMicros);
    }
}
