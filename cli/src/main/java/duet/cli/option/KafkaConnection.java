package duet.cli.option;

import duet.jobs.config.KafkaPropertiesFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds the options that say how a command reaches a Kafka cluster, and who it is there. */
public final class KafkaConnection {

    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to connect to first, several separated by commas.")
    private String bootstrapServers;

    @Option(
            names = "--kafka-properties",
            paramLabel = "FILE",
            description =
                    "Kafka client properties, for example security.protocol and sasl.jaas.config.")
    private @Nullable Path file;

    /** Returns the brokers to connect to first: host:port, several separated by commas. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /**
     * Returns properties for any Kafka client: those of the file, and the bootstrap servers. They
     * may hold secrets.
     *
     * @throws duet.schemas.InvalidInputException naming the file: missing, too large or malformed
     */
    public Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        if (file != null) {
            properties.putAll(KafkaPropertiesFile.read(file));
        }
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return properties;
    }
}
