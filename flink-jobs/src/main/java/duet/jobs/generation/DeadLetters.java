package duet.jobs.generation;

import duet.schemas.OneLine;
import duet.schemas.record.DeadLetter;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.RecordLimits;
import duet.schemas.serde.Records;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * This class writes dead letters within the sizes their schema promises: key, value and reason are
 * cut, so whatever was sent fits into one record of {@value #MAX_BYTES} bytes. It is not
 * thread-safe.
 */
public final class DeadLetters {
    /** At most this many bytes of a key are kept. */
    public static final int MAX_KEY_BYTES = RecordLimits.DEAD_LETTER_KEY_BYTES;

    /** At most this many bytes of a value are kept. */
    public static final int MAX_VALUE_BYTES = 512 * 1024;

    /** At most this many characters of a reason are kept. */
    public static final int MAX_REASON_LENGTH = 1000;

    /**
     * The largest encoded dead letter has this size: key, value, reason of three bytes a character,
     * and 1 KiB for the rest.
     */
    public static final int MAX_BYTES =
            MAX_KEY_BYTES + MAX_VALUE_BYTES + 3 * MAX_REASON_LENGTH + 1024;

    private static final byte[] NONE = {};

    private final RecordEncoder<DeadLetter> encoder = Records.deadLetterEncoder();

    /**
     * Encodes a dead letter for a record as it was received.
     *
     * @param key key as received, null where there was none
     * @param value value as received, null where there was none
     */
    public byte[] encode(
            String topic,
            int partition,
            long offset,
            byte @Nullable [] key,
            byte @Nullable [] value,
            String reason,
            long failedAtMicros) {
        byte[] whole = value == null ? NONE : value;
        return encoder.encode(
                new DeadLetter(
                        topic,
                        partition,
                        offset,
                        ByteBuffer.wrap(keptKey(key)),
                        ByteBuffer.wrap(whole, 0, Math.min(whole.length, MAX_VALUE_BYTES)),
                        (long) whole.length,
                        OneLine.of(reason, MAX_REASON_LENGTH),
                        failedAtMicros));
    }

    /**
     * Returns the part of a record key that is kept: its first {@value #MAX_KEY_BYTES} bytes, empty
     * for null.
     */
    public static byte[] keptKey(byte @Nullable [] key) {
        if (key == null) {
            return NONE;
        }
        return key.length <= MAX_KEY_BYTES ? key : Arrays.copyOf(key, MAX_KEY_BYTES);
    }
}
