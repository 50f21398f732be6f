package duet.jobs.generation;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.InteractionContents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A micro-batch holds devices that will be generated together. Windows of one device coalesce: the
 * device stands in the batch once, with the history after all of them. A batch is bounded by
 * devices, by windows and by the numbers of the feature vectors in both, so that neither a busy
 * device nor long vectors can fill the memory. It is not thread-safe.
 */
public final class MicroBatch {
    /** A batch is full at this many numbers of feature vectors, which is 64 MiB of them. */
    static final long MAX_FEATURE_NUMBERS = 16L << 20;

    private final int maxDevices;
    private final int maxWindows;
    private final Map<String, PendingDevice> devices = new LinkedHashMap<>();
    private int windows;
    private long featureNumbers;

    public MicroBatch(int maxDevices, int maxWindows) {
        if (maxDevices < 1 || maxWindows < maxDevices) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "a batch of up to %,d devices and %,d windows",
                            maxDevices,
                            maxWindows));
        }
        this.maxDevices = maxDevices;
        this.maxWindows = maxWindows;
    }

    /** Adds a window with the history after it. */
    public void add(DeviceWindow window, DeviceHistory merged) {
        // The history shares its vectors with what was counted before, but for a device's first.
        PendingDevice device = devices.get(window.deviceId());
        if (device == null) {
            device = new PendingDevice();
            devices.put(window.deviceId(), device);
            featureNumbers += numbers(merged.contents());
        }
        device.add(window, merged);
        windows++;
        featureNumbers += numbers(window.contents());
    }

    public boolean isEmpty() {
        return windows == 0;
    }

    /** Returns whether the batch must be generated before the next window comes in. */
    public boolean isFull() {
        return devices.size() >= maxDevices
                || windows >= maxWindows
                || featureNumbers >= MAX_FEATURE_NUMBERS;
    }

    private static long numbers(InteractionContents contents) {
        return (long) contents.size() * contents.dimension();
    }

    /** Hands out all devices in the order they came in, and is empty afterwards. */
    public List<PendingDevice> drain() {
        List<PendingDevice> drained = new ArrayList<>(devices.values());
        devices.clear();
        windows = 0;
        featureNumbers = 0;
        return drained;
    }
}
