package duet.embedded.cli;

import duet.embedded.deadletters.DeadLetterTopic;
import duet.jobs.Preflight;
import duet.schemas.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** The options that say where the dead letters are. */
final class DeadLetterSource {

    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to connect to first, several separated by commas.")
    private String bootstrapServers;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.DEAD_LETTERS,
            description = "Topic of the dead letters (default: ${DEFAULT-VALUE}).")
    private String topic;

    /** Kafka client properties, bootstrap servers included. */
    Map<String, Object> clientProperties() {
        return Map.of("bootstrap.servers", bootstrapServers);
    }

    /**
     * Opens the dead letters, after a check that the brokers answer and the topics exist.
     *
     * @param others further topics that must exist
     * @throws duet.schemas.InvalidInputException naming the address, property or topic that is wrong
     */
    DeadLetterTopic open(String... others) {
        Set<String> topics = new TreeSet<>(Set.of(others));
        topics.add(topic);
        Map<String, String> properties = new HashMap<>();
        clientProperties().forEach((name, value) -> properties.put(name, value.toString()));
        Preflight.brokers(bootstrapServers, topics, properties);
        return new DeadLetterTopic(clientProperties(), topic);
    }
}
