package duet.jobs.config;

import duet.schemas.InvalidInputException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.types.Password;

/**
 * These options say how the job's Kafka clients reach the brokers, and who they are there.
 *
 * @param bootstrapServers {@link DuetOptions#BOOTSTRAP_SERVERS}
 * @param properties {@link DuetOptions#KAFKA_PROPERTIES} over those of {@link
 *     DuetOptions#KAFKA_PROPERTIES_FILE}; may hold secrets
 */
public record KafkaClientOptions(String bootstrapServers, Map<String, String> properties) {

    public KafkaClientOptions {
        properties = Map.copyOf(properties);
    }

    /**
     * Reads the options and the file.
     *
     * @throws InvalidInputException naming the option or the file: missing or malformed; no value
     *     is repeated
     */
    static KafkaClientOptions from(ReadableConfig config) {
        Map<String, String> properties = new TreeMap<>();
        if (OptionValues.value(config, DuetOptions.KAFKA_PROPERTIES_FILE) != null) {
            properties.putAll(
                    KafkaPropertiesFile.read(
                            OptionValues.path(config, DuetOptions.KAFKA_PROPERTIES_FILE)));
        }
        properties.putAll(given(config));
        return new KafkaClientOptions(
                OptionValues.text(config, DuetOptions.BOOTSTRAP_SERVERS), properties);
    }

    private static Map<String, String> given(ReadableConfig config) {
        try {
            return config.get(DuetOptions.KAFKA_PROPERTIES);
        } catch (IllegalArgumentException e) {
            // Without the cause, which repeats the value.
            throw new InvalidInputException(
                    DuetOptions.KAFKA_PROPERTIES.key()
                            + " cannot be read: it must be NAME:VALUE,NAME:VALUE");
        }
    }

    /**
     * Shows {@code [hidden]} for the value of every property that Kafka holds to be a password or
     * does not know.
     */
    @Override
    public String toString() {
        Map<String, String> shown = new TreeMap<>();
        properties.forEach(
                (name, value) -> shown.put(name, isPublic(name) ? value : Password.HIDDEN));
        return "KafkaClientOptions[bootstrapServers="
                + bootstrapServers
                + ", properties="
                + shown
                + "]";
    }

    private static boolean isPublic(String name) {
        return isPublic(AdminClientConfig.configDef(), name)
                || isPublic(ProducerConfig.configDef(), name)
                || isPublic(ConsumerConfig.configDef(), name);
    }

    private static boolean isPublic(ConfigDef known, String name) {
        ConfigKey key = known.configKeys().get(name);
        return key != null && key.type != ConfigDef.Type.PASSWORD;
    }
}
