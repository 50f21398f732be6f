package duet.jobs.serialization;

import org.jspecify.annotations.Nullable;

/**
 * This is a record as it goes to Kafka.
 *
 * @param key key
 * @param value value; null in a tombstone, which takes the records of its key from a compacted
 *     topic
 */
public record EncodedRecord(byte[] key, byte @Nullable [] value) {
    /** Makes a record that takes those of its key from a compacted topic. */
    public static EncodedRecord tombstone(byte[] key) {
        return new EncodedRecord(key, null);
    }
}
