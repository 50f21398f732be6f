package duet.simulator.fleet;

import duet.schemas.InvalidInputException;
import duet.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How a fleet reaches its cluster and how long it waits.
 *
 * @param kafka client properties of producer, consumers and admin client; must hold {@code bootstrap.servers}, wins over
 *     the fleet's defaults
 * @param windowsTopic where windows go
 * @param deltasTopic where deltas come from
 * @param deadLettersTopic where refused windows are found
 * @param brokerTimeout how long a broker may take to answer at the start
 * @param answerTimeout after everything was sent: how long no answer may come before the run is given up
 * @param quality whether devices rank over the stream
 */
public record FleetOptions(
        Map<String, Object> kafka,
        String windowsTopic,
        String deltasTopic,
        String deadLettersTopic,
        Duration brokerTimeout,
        Duration answerTimeout,
        boolean quality) {
    public static final Duration DEFAULT_BROKER_TIMEOUT = Duration.ofSeconds(15);
    public static final Duration DEFAULT_ANSWER_TIMEOUT = Duration.ofSeconds(60);

    static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

    public FleetOptions {
        kafka = Map.copyOf(kafka);
        if (kafka.getOrDefault(BOOTSTRAP_SERVERS, "").toString().isBlank()) {
            throw new InvalidInputException("the Kafka properties lack " + BOOTSTRAP_SERVERS);
        }
        positive("broker timeout", brokerTimeout);
        positive("answer timeout", answerTimeout);
    }

    /** Default topics and times. */
    public static FleetOptions of(String bootstrapServers) {
        return new FleetOptions(
                Map.of(BOOTSTRAP_SERVERS, bootstrapServers),
                Topics.WINDOWS,
                Topics.DELTAS,
                Topics.DEAD_LETTERS,
                DEFAULT_BROKER_TIMEOUT,
                DEFAULT_ANSWER_TIMEOUT,
                true);
    }

    /** These options with further client properties. */
    public FleetOptions withKafka(Map<String, ?> properties) {
        Map<String, Object> merged = new HashMap<>(kafka);
        merged.putAll(properties);
        return new FleetOptions(
                merged,
                windowsTopic,
                deltasTopic,
                deadLettersTopic,
                brokerTimeout,
                answerTimeout,
                quality);
    }

    public FleetOptions withTopics(String windows, String deltas, String deadLetters) {
        return new FleetOptions(
                kafka, windows, deltas, deadLetters, brokerTimeout, answerTimeout, quality);
    }

    public FleetOptions withBrokerTimeout(Duration timeout) {
        return new FleetOptions(
                kafka,
                windowsTopic,
                deltasTopic,
                deadLettersTopic,
                timeout,
                answerTimeout,
                quality);
    }

    public FleetOptions withAnswerTimeout(Duration timeout) {
        return new FleetOptions(
                kafka,
                windowsTopic,
                deltasTopic,
                deadLettersTopic,
                brokerTimeout,
                timeout,
                quality);
    }

    public FleetOptions withQuality(boolean measured) {
        return new FleetOptions(
                kafka,
                windowsTopic,
                deltasTopic,
                deadLettersTopic,
                brokerTimeout,
                answerTimeout,
                measured);
    }

    String bootstrapServers() {
        return kafka.get(BOOTSTRAP_SERVERS).toString();
    }

    private static void positive(String name, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new InvalidInputException(
                    "the %s is %s, it must be above 0".formatted(name, duration));
        }
    }
}
