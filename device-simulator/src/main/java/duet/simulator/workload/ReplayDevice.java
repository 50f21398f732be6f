package duet.simulator.workload;

import duet.schemas.InvalidInputException;
import java.util.Locale;

/**
 * A replay device is a device of a recorded log: its history up to, and not including, the held-out
 * item. The arrays are handed on, not copied or changed.
 *
 * @param deviceId identity of the device
 * @param items raw item ids, oldest first; the position is the sequence number
 * @param timesMillis when each interaction happened, milliseconds since the epoch, never decreasing
 * @param positive raw id of the held-out item, or {@link #NONE}
 * @param negatives raw ids the device never touched; empty: the workload draws them from all items
 *     of the log
 */
public record ReplayDevice(
        String deviceId, long[] items, long[] timesMillis, long positive, long[] negatives) {
    /** Stands for no held-out item. */
    public static final long NONE = -1;

    public ReplayDevice {
        if (items.length == 0) {
            throw new InvalidInputException("device " + deviceId + " has no history");
        }
        if (items.length != timesMillis.length) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "device %s has %,d items and %,d times",
                            deviceId,
                            items.length,
                            timesMillis.length));
        }
        for (int i = 1; i < timesMillis.length; i++) {
            if (timesMillis[i] < timesMillis[i - 1]) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "device %s has interaction %d before interaction %d",
                                deviceId,
                                i,
                                i - 1));
            }
        }
    }
}
