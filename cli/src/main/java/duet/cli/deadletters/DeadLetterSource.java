package duet.cli.deadletters;

import duet.cli.option.KafkaConnection;
import duet.operations.broker.BrokerCheck;
import duet.operations.deadletters.DeadLetterTopic;
import duet.schemas.Topics;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the options that say where the dead letters are. */
final class DeadLetterSource {

    @Mixin private KafkaConnection kafka;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.DEAD_LETTERS,
            description = "Topic of the dead letters (default: ${DEFAULT-VALUE}).")
    private String topic;

    /** Returns Kafka client properties, bootstrap servers included. */
    Map<String, Object> clientProperties() {
        return kafka.properties();
    }

    /**
     * Opens the dead letters, after a check that the brokers answer and the topics exist.
     *
     * @param others further topics that must exist
     * @throws duet.schemas.InvalidInputException naming the address, property or topic that is
     *     wrong
     */
    DeadLetterTopic open(String... others) {
        Set<String> topics = new TreeSet<>(Set.of(others));
        topics.add(topic);
        Map<String, Object> properties = clientProperties();
        new BrokerCheck(kafka.bootstrapServers(), properties, BrokerCheck.ANSWER_TIME)
                .requireTopics(topics);
        return new DeadLetterTopic(properties, topic);
    }
}
