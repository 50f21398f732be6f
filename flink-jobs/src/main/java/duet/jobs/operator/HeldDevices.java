package duet.jobs.operator;

import duet.jobs.serialization.EncodedRecord;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * This class lets devices go that the index says leave: their state is forgotten, and a tombstone
 * takes their last delta from the topic, where it would otherwise stay when nobody knows the device
 * any more.
 */
final class HeldDevices {
    /**
     * So many leave at once besides as many as were written meanwhile: after a restore with a lower
     * limit, or when all that came with a restore expires in the same moment, the others must not
     * wait for long. It is enough that more leave than come.
     */
    static final int MOST_AT_ONCE = 256;

    private final DeviceIndex index;
    private final Consumer<String> forget;
    private final Consumer<EncodedRecord> tombstones;
    private final GenerationMetrics metrics;
    private final LongSupplier nowMillis;
    private int written;

    /**
     * @param forget clears all state of a device, and may make it the current one
     * @param tombstones takes records without a value, under the device ids in UTF-8
     * @param nowMillis milliseconds since the epoch
     */
    HeldDevices(
            DeviceIndex index,
            Consumer<String> forget,
            Consumer<EncodedRecord> tombstones,
            GenerationMetrics metrics,
            LongSupplier nowMillis) {
        this.index = index;
        this.forget = forget;
        this.tombstones = tombstones;
        this.metrics = metrics;
        this.nowMillis = nowMillis;
    }

    /** Takes that the state of a device was written. */
    void written(String deviceId) {
        index.written(deviceId, nowMillis.getAsLong());
        written++;
    }

    /**
     * Lets devices go. No window may wait for its answer meanwhile: one of a device that leaves
     * would bring back what is forgotten here.
     */
    void leave() {
        int left = MOST_AT_ONCE + written;
        written = 0;
        long now = nowMillis.getAsLong();
        String expired = index.takeExpired(now);
        while (expired != null) {
            forget(expired);
            metrics.expiredDevice();
            expired = --left > 0 ? index.takeExpired(now) : null;
        }
        String evicted = left > 0 ? index.takeBeyondLimit() : null;
        while (evicted != null) {
            forget(evicted);
            metrics.evictedDevice();
            evicted = --left > 0 ? index.takeBeyondLimit() : null;
        }
    }

    /** Forgets a device, and has its last delta leave the topic. */
    void forget(String deviceId) {
        forget.accept(deviceId);
        tombstones.accept(EncodedRecord.tombstone(deviceId.getBytes(StandardCharsets.UTF_8)));
    }
}
