package duet.jobs.operator;

import duet.jobs.history.DeviceHistory;
import duet.jobs.internal.DeviceHistorySerializer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/**
 * This class describes the keyed state of a device: names and serializers, which are part of every
 * savepoint, and when it is forgotten.
 *
 * <p>What a device left behind, but that it was reset, is forgotten once it has not been written
 * for the time to live, counted by the clock of the task manager. A window that holds something new
 * writes; one that only repeats does not. Forgotten state is never read again and leaves the heap
 * by and by, RocksDB when it compacts, and every full savepoint. A state may gain, change or lose
 * its time to live between a savepoint and the restore from it (FLINK-32955); where it is gained,
 * it starts to run at the restore.
 */
public final class DeviceState {
    private static final String HISTORY = "history";
    private static final String SENT = "sent";
    private static final String EPOCH = "epoch";

    /**
     * An access to the state of one device on the heap looks at this many devices to forget them. A
     * window accesses it twice, so as many windows as there are devices have looked at each of
     * them.
     */
    private static final int LOOKED_AT_PER_ACCESS = 1;

    private DeviceState() {}

    /**
     * Describes the state that holds the newest interactions of the device.
     *
     * @param timeToLive time without a write after which it is forgotten, zero for never
     */
    public static ValueStateDescriptor<DeviceHistory> history(Duration timeToLive) {
        return descriptor(HISTORY, new DeviceHistorySerializer(), timeToLive);
    }

    /**
     * Describes the state that holds what the device was sent last.
     *
     * @param serializer how it is written
     * @param timeToLive time without a write after which it is forgotten, zero for never
     */
    public static <T> ValueStateDescriptor<T> sent(
            TypeSerializer<T> serializer, Duration timeToLive) {
        return descriptor(SENT, serializer, timeToLive);
    }

    /**
     * Returns the devices of which a subtask holds a history. They stand apart from the state: to
     * read one that has run out of its time to live takes it out there.
     */
    static List<String> devicesWithHistory(KeyedStateBackend<String> backend) {
        return devices(backend, HISTORY);
    }

    /** Returns the devices of which a subtask holds what they were sent last. */
    static List<String> devicesWithSent(KeyedStateBackend<String> backend) {
        return devices(backend, SENT);
    }

    /** Returns the devices of which a subtask holds when they were reset last. */
    static List<String> devicesWithEpoch(KeyedStateBackend<String> backend) {
        return devices(backend, EPOCH);
    }

    private static List<String> devices(KeyedStateBackend<String> backend, String state) {
        try (Stream<String> devices = backend.getKeys(state, VoidNamespace.INSTANCE)) {
            return devices.toList();
        }
    }

    /**
     * Describes the state that holds when the device was reset last, microseconds since the epoch.
     * It has no time to live: a delta of an earlier epoch must never be made again.
     */
    public static ValueStateDescriptor<Long> epoch() {
        return descriptor(EPOCH, LongSerializer.INSTANCE, Duration.ZERO);
    }

    private static <T> ValueStateDescriptor<T> descriptor(
            String name, TypeSerializer<T> serializer, Duration timeToLive) {
        ValueStateDescriptor<T> descriptor = new ValueStateDescriptor<>(name, serializer);
        if (!timeToLive.isZero()) {
            descriptor.enableTimeToLive(
                    StateTtlConfig.newBuilder(timeToLive)
                            .updateTtlOnCreateAndWrite()
                            .neverReturnExpired()
                            .cleanupFullSnapshot()
                            .cleanupIncrementally(LOOKED_AT_PER_ACCESS, false)
                            .build());
        }
        return descriptor;
    }
}
