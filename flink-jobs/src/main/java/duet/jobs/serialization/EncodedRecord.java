package duet.jobs.serialization;

/**
 * This is a record as it goes to Kafka.
 *
 * @param key key
 * @param value value
 */
public record EncodedRecord(byte[] key, byte[] value) {}
