package duet.jobs.operator;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The index knows of which devices a subtask holds state, in the order in which that was last
 * written, and so which of them leave next: those that have not been written for the time to live,
 * and the ones written least recently where there are too many. State backends tell neither how
 * many devices they hold nor which is the oldest. It lives in memory alone and is not thread-safe.
 */
final class DeviceIndex {
    /** With this limit the index holds no device, and none leaves. */
    static final int OFF = 0;

    /**
     * Times are kept as counts of so many milliseconds: devices that are written in the same one
     * share the number, which would otherwise take a quarter of the index.
     */
    static final long TICK_MILLIS = 1_000;

    private final int most;
    private final long timeToLiveMillis;
    private final LinkedHashMap<String, Long> ticks = new LinkedHashMap<>(16, 0.75f, true);
    private Long newest = Long.MIN_VALUE;

    /**
     * @param most devices that may be held, {@link #OFF} for any number, unobserved
     * @param timeToLive time without a write after which a device leaves, zero for never
     */
    DeviceIndex(int most, Duration timeToLive) {
        this.most = most;
        this.timeToLiveMillis = timeToLive.toMillis();
    }

    /**
     * Takes that the state of a device was written.
     *
     * @param nowMillis milliseconds since the epoch
     */
    void written(String deviceId, long nowMillis) {
        if (most == OFF) {
            return;
        }
        long tick = Math.floorDiv(nowMillis, TICK_MILLIS);
        if (newest != tick) {
            newest = tick;
        }
        ticks.put(deviceId, newest);
    }

    /**
     * Takes the device out that was written least recently, if that was more than the time to live
     * ago, at most a tick after its time has come; its state has been forgotten by then.
     *
     * @return null if there is none
     */
    @Nullable String takeExpired(long nowMillis) {
        if (timeToLiveMillis == 0 || ticks.isEmpty()) {
            return null;
        }
        long alive = Math.floorDiv(nowMillis - timeToLiveMillis, TICK_MILLIS);
        Iterator<Map.Entry<String, Long>> oldest = ticks.entrySet().iterator();
        Map.Entry<String, Long> device = oldest.next();
        if (device.getValue() >= alive) {
            return null;
        }
        oldest.remove();
        return device.getKey();
    }

    /**
     * Takes the device out that was written least recently, if there are more than may be held.
     *
     * @return null if there are not
     */
    @Nullable String takeBeyondLimit() {
        if (most == OFF || ticks.size() <= most) {
            return null;
        }
        Iterator<String> oldest = ticks.keySet().iterator();
        String device = oldest.next();
        oldest.remove();
        return device;
    }

    /** Returns how many devices are held. */
    int size() {
        return ticks.size();
    }
}
