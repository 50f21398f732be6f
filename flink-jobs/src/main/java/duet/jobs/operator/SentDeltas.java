package duet.jobs.operator;

import duet.jobs.policy.SentDelta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ValueState;
import org.jspecify.annotations.Nullable;

/** This class keeps what each device was sent last, where a policy asks for it. */
final class SentDeltas {
    private final ValueState<SentDelta> state;
    private final Consumer<String> currentDevice;

    /**
     * @param state keyed by device
     * @param currentDevice makes a device the one whose state is read and written
     */
    SentDeltas(ValueState<SentDelta> state, Consumer<String> currentDevice) {
        this.state = state;
        this.currentDevice = currentDevice;
    }

    /** Returns what that device was sent last, null where it was sent nothing. */
    @Nullable SentDelta last(String deviceId) {
        currentDevice.accept(deviceId);
        try {
            return state.value();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what a device was sent last", e);
        }
    }

    /** Remembers what the device was sent that {@link #last} was asked about most recently. */
    void keep(SentDelta sent) {
        try {
            state.update(sent);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep what a device was sent", e);
        }
    }

    /** Forgets what the current device was sent. */
    void forget() {
        state.clear();
    }
}
