package duet.jobs.operator;

import duet.jobs.generation.DeadLetters;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.serialization.EncodedRecord;
import duet.jobs.serialization.RawRecord;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;

/**
 * This class makes dead letters as they go to Kafka, under the key that the refused record had. It
 * is not thread-safe.
 */
final class DeadLetterRecords {
    private final DeadLetters letters = new DeadLetters();
    private final RecordEncoder<InteractionWindow> windows = Records.windowEncoder();
    private final MicrosClock clock;

    /**
     * @param clock says when a record was refused
     */
    DeadLetterRecords(MicrosClock clock) {
        this.clock = clock;
    }

    /** Makes the letter for a record as it was read. */
    EncodedRecord of(RawRecord refused, String reason) {
        return new EncodedRecord(
                DeadLetters.keptKey(refused.key()),
                letters.encode(
                        refused.topic(),
                        refused.partition(),
                        refused.offset(),
                        refused.key(),
                        refused.value(),
                        reason,
                        clock.nowMicros()));
    }

    /** Makes the letter for a window that was decoded before, of that topic. */
    EncodedRecord of(DeviceWindow refused, String topic, String reason) {
        byte[] key = refused.receivedKey();
        return new EncodedRecord(
                key,
                letters.encode(
                        topic,
                        refused.origin().partition(),
                        refused.origin().offset(),
                        key,
                        windows.encode(refused.toRecord()),
                        reason,
                        clock.nowMicros()));
    }
}
