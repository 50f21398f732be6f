package duet.cli.release;

import duet.cli.option.KafkaConnection;
import duet.operations.broker.BrokerCheck;
import duet.operations.release.Releases;
import duet.schemas.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** Holds the options that say where the releases are. */
final class ReleaseConnection {

    @Mixin private KafkaConnection kafka;

    /**
     * Opens the releases, after a check that the brokers answer and the topics exist.
     *
     * @throws duet.schemas.InvalidInputException naming the address, property or topic that is
     *     wrong
     */
    Releases open() {
        Map<String, Object> properties = kafka.properties();
        new BrokerCheck(kafka.bootstrapServers(), properties, BrokerCheck.ANSWER_TIME)
                .requireTopics(List.of(Topics.MODELS, Topics.RELEASE_STATUS));
        return new Releases(
                properties, () -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }
}
