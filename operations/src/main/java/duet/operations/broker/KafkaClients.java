package duet.operations.broker;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes all of Duet's Kafka clients but those of its job's sources and sinks. Keys and values are
 * bytes: whoever reads a record decodes it, so a record that cannot be decoded stops no client.
 * Whoever asks for a client closes it.
 */
public final class KafkaClients {
    private KafkaClients() {}

    /** Makes a producer with Kafka's own settings. */
    public static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
        return producer(at(bootstrapServers));
    }

    /**
     * Makes a producer.
     *
     * @param properties bootstrap servers included
     */
    public static KafkaProducer<byte[], byte[]> producer(Map<String, ?> properties) {
        return new KafkaProducer<>(
                new HashMap<>(properties), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Makes a consumer that commits nothing by itself, and otherwise with Kafka's own settings. */
    public static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
        return consumer(at(bootstrapServers));
    }

    /**
     * Makes a consumer that, unless the properties say otherwise, commits nothing by itself.
     *
     * @param properties bootstrap servers included
     */
    public static KafkaConsumer<byte[], byte[]> consumer(Map<String, ?> properties) {
        Map<String, Object> all = new HashMap<>();
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.putAll(properties);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Makes a consumer that only looks: it belongs to no group, commits nothing, and sees from the
     * oldest record on what is committed, whatever the properties say of these.
     *
     * @param properties bootstrap servers included
     */
    public static KafkaConsumer<byte[], byte[]> onlooker(Map<String, ?> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return consumer(all);
    }

    /** Makes a client for administration with Kafka's own settings. */
    public static Admin admin(String bootstrapServers) {
        return admin(at(bootstrapServers));
    }

    /**
     * Makes a client for administration.
     *
     * @param properties bootstrap servers included
     */
    public static Admin admin(Map<String, ?> properties) {
        return Admin.create(new HashMap<>(properties));
    }

    private static Map<String, String> at(String bootstrapServers) {
        return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    }
}
