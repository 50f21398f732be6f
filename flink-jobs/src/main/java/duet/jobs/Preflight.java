package duet.jobs;

import duet.jobs.config.GenerationOptions;
import duet.model.serving.BundleProbe;
import duet.model.serving.ServedGenerator;
import duet.operations.broker.BrokerCheck;
import duet.operations.broker.BrokerUnreachableException;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The preflight checks a job before it starts, so that a wrong setting is one clear line at once
 * and not a job that restarts for ever: brokers answer, topics exist, the bundle is whole and
 * passes the probe that every release has to pass, keys can be read.
 */
public final class Preflight {
    private Preflight() {}

    /**
     * Checks brokers, topics, bundle and keys of a job.
     *
     * @throws BrokerUnreachableException if no broker answers in {@link BrokerCheck#ANSWER_TIME}
     * @throws InvalidInputException if an address, a topic, the bundle or a key file is wrong
     */
    public static void check(GenerationOptions options) {
        check(options, BrokerCheck.ANSWER_TIME);
    }

    /**
     * Checks brokers, topics, bundle and keys of a job, with a time limit for the brokers' answer.
     *
     * @param answerTime time that brokers have to answer
     * @throws BrokerUnreachableException if no broker answers in that time
     * @throws InvalidInputException if an address, a topic, the bundle or a key file is wrong
     */
    public static void check(GenerationOptions options, Duration answerTime) {
        options.bundle().ifPresent(Preflight::probe);
        options.releases().keys();
        new BrokerCheck(options.bootstrapServers(), options.kafka().properties(), answerTime)
                .requireTopics(options.topics());
        TransactionLimit.check(options, answerTime);
    }

    private static void probe(Path directory) {
        ModelBundle bundle = ModelBundle.open(directory);
        try (ServedGenerator generator = ServedGenerator.load(bundle)) {
            BundleProbe.check(bundle, generator);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    "bundle " + directory + " cannot be served: " + e.getMessage(), e);
        }
    }
}
