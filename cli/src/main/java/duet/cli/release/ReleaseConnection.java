package duet.cli.release;

import duet.cli.option.KafkaConnection;
import duet.operations.broker.BrokerCheck;
import duet.operations.release.ReleaseSigners;
import duet.operations.release.Releases;
import duet.schemas.InvalidInputException;
import duet.schemas.Topics;
import duet.schemas.release.ReleaseKeys;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the options that say where the releases are. */
final class ReleaseConnection {

    @Mixin private KafkaConnection kafka;

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            description =
                    "Public keys in PEM of those who publish, as the job has them: what nobody of"
                            + " them has signed does not count (default: the key of --sign, where"
                            + " one is given).")
    private @Nullable Path publicKey;

    @Option(
            names = "--rollout-public-key",
            paramLabel = "FILE",
            description =
                    "Public keys in PEM of those who decide which devices run a release (default:"
                            + " those of --public-key).")
    private @Nullable Path rolloutPublicKey;

    /**
     * Opens the releases that count, after a check that the brokers answer and the topics exist.
     *
     * @param signers whose releases count where no keys are given
     * @throws InvalidInputException naming the address, property, topic or file that is wrong
     */
    Releases open(ReleaseSigners signers) {
        if (publicKey == null && rolloutPublicKey != null) {
            throw new InvalidInputException("--rollout-public-key goes with --public-key");
        }
        return open(
                publicKey == null ? signers.keys() : ReleaseKeys.read(publicKey, rolloutPublicKey));
    }

    /** Opens all releases that there are, whoever wrote them; see {@link #open(ReleaseSigners)}. */
    Releases openAll() {
        return open(ReleaseKeys.none());
    }

    private Releases open(ReleaseKeys keys) {
        Map<String, Object> properties = kafka.properties();
        new BrokerCheck(kafka.bootstrapServers(), properties, BrokerCheck.ANSWER_TIME)
                .requireTopics(List.of(Topics.MODELS, Topics.RELEASE_STATUS));
        return new Releases(
                properties, keys, () -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }
}
