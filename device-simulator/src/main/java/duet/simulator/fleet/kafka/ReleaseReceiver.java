package duet.simulator.fleet.kafka;

import duet.schemas.record.ModelRelease;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.ReleaseValidation;
import duet.simulator.fleet.FaultLog;
import duet.simulator.fleet.RunControl;
import duet.simulator.fleet.ranking.ReleaseFollower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.WakeupException;

/** Keeps devices on the versions that the releases in their topic give them. */
public final class ReleaseReceiver {
    private static final long LONGEST_POLL_MICROS = 100_000;

    /** Devices that go over within this many microseconds do so together. */
    private static final long SHORTEST_POLL_MICROS = 5_000;

    private final ReleaseFollower follower;
    private final RunControl control;
    private final FaultLog faults;

    public ReleaseReceiver(ReleaseFollower follower, RunControl control, FaultLog faults) {
        this.follower = follower;
        this.control = control;
        this.faults = faults;
    }

    /** Follows until the run is closed, and closes the consumer. */
    public void run(Consumer<byte[], byte[]> consumer) {
        try (consumer) {
            while (!control.isClosed()) {
                List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                consumer.poll(untilNext()).forEach(records::add);
                if (!records.isEmpty()) {
                    follower.changed(releases(records, faults), control.nowMicros());
                }
                if (!follower.isSettled()) {
                    control.windowLeft(control.nowMicros());
                }
                follower.work(control.nowMicros());
            }
        } catch (WakeupException e) {
            if (!control.isClosed()) {
                throw e;
            }
        }
    }

    private Duration untilNext() {
        long wait = follower.nextMicros() - control.nowMicros();
        return Duration.ofNanos(
                TimeUnit.MICROSECONDS.toNanos(
                        Math.min(LONGEST_POLL_MICROS, Math.max(SHORTEST_POLL_MICROS, wait))));
    }

    /** Returns what can be read of these records, in their order. */
    public static List<ModelRelease> releases(
            List<ConsumerRecord<byte[], byte[]>> records, FaultLog faults) {
        RecordDecoder<ModelRelease> decoder = Records.releaseDecoder();
        List<ModelRelease> releases = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                // A release is withdrawn, not deleted: a record without a value says nothing.
                if (record.value() != null) {
                    ModelRelease release = decoder.decode(record.value());
                    ReleaseValidation.check(release);
                    releases.add(release);
                }
            } catch (MalformedRecordException e) {
                faults.report("malformed release", () -> PollLoop.at(record, e));
            }
        }
        return releases;
    }
}
