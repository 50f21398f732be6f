package duet.jobs.operator;

import duet.jobs.history.DeviceHistory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * This class puts the devices whose state was restored into the index, in the order in which their
 * histories were last written, which say when that was. A backend knows its devices in no such
 * order; without it a flood of made-up ids would drive out devices that are active, after every
 * restore.
 *
 * <p>Histories that do not say when they were written are of code before those that do, so their
 * devices are older than all others. They get the time of the oldest that says it: when that
 * leaves, their time has come, too. Where none says it, the times of all begin anew.
 */
final class RestoredDevices {
    /** A device of which no history is left was written longer ago than any other. */
    private static final long LONG_AGO_MILLIS = 0;

    private static final long MILLIS_PER_SECOND = 1_000;

    private record Held(String deviceId, long writtenSecond) {}

    private final DeviceIndex index;
    private final List<Held> devices = new ArrayList<>();

    /**
     * @param index an empty one
     */
    RestoredDevices(DeviceIndex index) {
        this.index = index;
    }

    /** Takes a device that has some state, but maybe no history. */
    void found(String deviceId) {
        index.written(deviceId, LONG_AGO_MILLIS);
    }

    /** Takes a device with its history, an empty one where it has run out of its time to live. */
    void found(String deviceId, DeviceHistory history) {
        if (history.size() == 0) {
            found(deviceId);
        } else {
            devices.add(new Held(deviceId, history.writtenSecond()));
        }
    }

    /**
     * Puts all devices that were found into the index.
     *
     * @param nowMillis milliseconds since the epoch; none was written later, whatever the clock of
     *     another machine said
     */
    void index(long nowMillis) {
        devices.sort(Comparator.comparingLong(Held::writtenSecond));
        long unknown =
                devices.stream()
                        .mapToLong(Held::writtenSecond)
                        .filter(second -> second != DeviceHistory.TIME_UNKNOWN)
                        .map(second -> second * MILLIS_PER_SECOND)
                        .findFirst()
                        .orElse(nowMillis);
        for (Held device : devices) {
            long written =
                    device.writtenSecond() == DeviceHistory.TIME_UNKNOWN
                            ? unknown
                            : device.writtenSecond() * MILLIS_PER_SECOND;
            index.written(device.deviceId(), Math.min(written, nowMillis));
        }
        devices.clear();
    }
}
