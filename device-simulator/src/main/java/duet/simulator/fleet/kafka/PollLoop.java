package duet.simulator.fleet.kafka;

import duet.schemas.serde.MalformedRecordException;
import duet.simulator.fleet.RunControl;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.WakeupException;

/** Reads a topic until the run is closed. */
public final class PollLoop {
    private static final long LONGEST_POLL_MICROS = 100_000;

    /** Says what is done with records, by one thread. */
    interface Handler {
        /**
         * Takes a record that came.
         *
         * @throws MalformedRecordException if it is not what it should be; reading goes on
         */
        void handle(ConsumerRecord<byte[], byte[]> record) throws MalformedRecordException;

        /** Takes note of a record that could not be read. */
        void malformed(ConsumerRecord<byte[], byte[]> record, MalformedRecordException problem);

        /** Is called between records, and when there are none. */
        default void meanwhile() {}

        /**
         * Returns when {@link #meanwhile} is to be called at the latest, in microseconds since the
         * epoch.
         */
        default long nextMicros() {
            return Long.MAX_VALUE;
        }
    }

    private PollLoop() {}

    /** Reads, and closes the consumer in the end. */
    public static void run(Consumer<byte[], byte[]> consumer, RunControl control, Handler handler) {
        try (consumer) {
            while (!control.isClosed()) {
                long wait = handler.nextMicros() - control.nowMicros();
                Duration timeout =
                        Duration.ofNanos(
                                TimeUnit.MICROSECONDS.toNanos(
                                        Math.max(0, Math.min(wait, LONGEST_POLL_MICROS))));
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
                    try {
                        handler.handle(record);
                    } catch (MalformedRecordException e) {
                        handler.malformed(record, e);
                    }
                    handler.meanwhile();
                }
                handler.meanwhile();
            }
        } catch (WakeupException e) {
            if (!control.isClosed()) {
                throw e;
            }
        }
    }

    /** Says where a record stands, and what is wrong with it. */
    static String at(ConsumerRecord<byte[], byte[]> record, MalformedRecordException problem) {
        return String.format(
                Locale.ROOT,
                "%s-%d@%d: %s",
                record.topic(),
                record.partition(),
                record.offset(),
                problem.getMessage());
    }
}
