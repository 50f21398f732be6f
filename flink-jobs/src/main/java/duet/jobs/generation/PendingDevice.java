package duet.jobs.generation;

import duet.jobs.history.DeviceHistory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pending device waits in a micro-batch for its delta, with its merged history and the windows
 * that one delta will answer.
 */
public final class PendingDevice {
    private final List<DeviceWindow> windows = new ArrayList<>(1);
    private DeviceHistory history;
    private @Nullable DeviceWindow newest;

    PendingDevice() {}

    void add(DeviceWindow window, DeviceHistory merged) {
        windows.add(window);
        history = merged;
        if (newest == null || window.sentAtMicros() >= newest.sentAtMicros()) {
            newest = window;
        }
    }

    public String deviceId() {
        return newest.deviceId();
    }

    /** Returns the history after all of its windows. */
    public DeviceHistory history() {
        return history;
    }

    /**
     * Returns the window sent last, which need not be the one that reaches furthest: a repeat comes
     * after newer ones. Latency is measured from it, and whoever waits for answers knows that all
     * windows sent up to then are answered.
     */
    public DeviceWindow newest() {
        return newest;
    }

    /** Returns all windows in the order they came in, at least one. */
    public List<DeviceWindow> windows() {
        return Collections.unmodifiableList(windows);
    }
}
