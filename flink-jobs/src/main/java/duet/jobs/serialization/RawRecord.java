package duet.jobs.serialization;

import org.jspecify.annotations.Nullable;

/**
 * This is a record as read from Kafka, before anything looked into it.
 *
 * @param topic topic it was read from
 * @param partition partition it was read from
 * @param offset offset it was read from
 * @param key key, null where there was none
 * @param value value, null where there was none
 */
public record RawRecord(
        String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {}
