package duet.jobs.generation;

import duet.jobs.history.DeviceHistory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A device that waits in a micro-batch for its delta: its merged history, and the windows that one delta will answer. */
public final class PendingDevice {
    private final List<DeviceWindow> windows = new ArrayList<>(1);
    private DeviceHistory history;
    private DeviceWindow newest;

    PendingDevice() {}

    void add(DeviceWindow window, DeviceHistory merged) {
        windows.add(window);
        history = merged;
        if (newest == null || isNewer(window, newest)) {
            newest = window;
        }
    }

    private static boolean isNewer(DeviceWindow window, DeviceWindow other) {
        return window.lastSequence() != other.lastSequence()
                ? window.lastSequence() > other.lastSequence()
                : window.sentAtMicros() >= other.sentAtMicros();
    }

    public String deviceId() {
        return newest.deviceId();
    }

    /** The history after all of its windows. */
    public DeviceHistory history() {
        return history;
    }

    /** The window that reaches furthest; of those, the one sent last. Latency is measured from it. */
    public DeviceWindow newest() {
        return newest;
    }

    /** All windows in the order they came in, at least one. */
    public List<DeviceWindow> windows() {
        return Collections.unmodifiableList(windows);
    }
}
