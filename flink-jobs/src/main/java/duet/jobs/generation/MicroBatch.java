package duet.jobs.generation;

import duet.jobs.history.DeviceHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Devices that will be generated together. Windows of one device coalesce: the device stands in the batch once, with the
 * history after all of them. Bounded by devices and by windows, so that one busy device cannot fill the memory. Not
 * thread-safe.
 */
public final class MicroBatch {
    private final int maxDevices;
    private final int maxWindows;
    private final Map<String, PendingDevice> devices = new LinkedHashMap<>();
    private int windows;

    public MicroBatch(int maxDevices, int maxWindows) {
        if (maxDevices < 1 || maxWindows < maxDevices) {
            throw new IllegalArgumentException(
                    "a batch of up to %,d devices and %,d windows"
                            .formatted(maxDevices, maxWindows));
        }
        this.maxDevices = maxDevices;
        this.maxWindows = maxWindows;
    }

    /** Adds a window with the history after it. */
    public void add(DeviceWindow window, DeviceHistory merged) {
        devices.computeIfAbsent(window.deviceId(), id -> new PendingDevice()).add(window, merged);
        windows++;
    }

    public boolean isEmpty() {
        return windows == 0;
    }

    /** Whether it must be generated before the next window comes in. */
    public boolean isFull() {
        return devices.size() >= maxDevices || windows >= maxWindows;
    }

    /** Hands out all devices in the order they came in, and is empty afterwards. */
    public List<PendingDevice> drain() {
        List<PendingDevice> drained = new ArrayList<>(devices.values());
        devices.clear();
        windows = 0;
        return drained;
    }
}
