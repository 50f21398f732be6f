package duet.jobs.internal;

import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes encoded records to one topic; the broker's default partitioner keeps a key in its partition. */
public final class EncodedRecordSerializationSchema
        implements KafkaRecordSerializationSchema<EncodedRecord> {
    private static final long serialVersionUID = 1L;

    private final String topic;

    public EncodedRecordSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            EncodedRecord record, KafkaSinkContext context, Long timestamp) {
        return new ProducerRecord<>(topic, record.key(), record.value());
    }
}
