package duet.jobs.config;

import static duet.jobs.config.OptionValues.durationInRange;
import static duet.jobs.config.OptionValues.value;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * These options say how often what the job writes may arrive.
 *
 * @param delivery {@link DuetOptions#DELIVERY}
 * @param transactionalIdPrefix {@link DuetOptions#TRANSACTIONAL_ID_PREFIX}, the consumer group
 *     where it is not set
 * @param transactionTimeout {@link DuetOptions#TRANSACTION_TIMEOUT}
 */
public record DeliveryOptions(
        Delivery delivery, String transactionalIdPrefix, Duration transactionTimeout) {
    private static final long LEAST_TIMEOUT_MILLIS = 1_000;

    /** A delivery is one of the guarantees that there are. */
    public enum Delivery {
        /**
         * Records arrive within milliseconds; after a failure some of them come twice. Deltas are
         * idempotent.
         */
        AT_LEAST_ONCE,
        /**
         * Records arrive in transactions that a checkpoint commits: who reads committed records
         * alone sees each once, a checkpoint later.
         */
        EXACTLY_ONCE;

        /** Returns the guarantee as it is written in a configuration. */
        @Override
        public String toString() {
            return this == AT_LEAST_ONCE ? "at-least-once" : "exactly-once";
        }
    }

    /**
     * Reads and checks the options.
     *
     * @throws InvalidInputException naming the option and its value: unreadable, out of its range,
     *     or a transaction that would time out before the checkpoint that commits it
     */
    public static DeliveryOptions from(ReadableConfig config) {
        Delivery delivery = value(config, DuetOptions.DELIVERY);
        String prefix = value(config, DuetOptions.TRANSACTIONAL_ID_PREFIX);
        if (prefix != null && prefix.isBlank()) {
            throw new InvalidInputException(
                    DuetOptions.TRANSACTIONAL_ID_PREFIX.key() + " is blank");
        }
        Duration timeout =
                durationInRange(
                        config,
                        DuetOptions.TRANSACTION_TIMEOUT,
                        LEAST_TIMEOUT_MILLIS,
                        Duration.ofDays(7).toMillis());
        Duration checkpoints = value(config, DuetOptions.CHECKPOINT_INTERVAL);
        if (delivery == Delivery.EXACTLY_ONCE && timeout.compareTo(checkpoints) <= 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %,d ms, it must be longer than %s, which is %,d ms: a checkpoint"
                                    + " commits the transaction",
                            DuetOptions.TRANSACTION_TIMEOUT.key(),
                            timeout.toMillis(),
                            DuetOptions.CHECKPOINT_INTERVAL.key(),
                            checkpoints.toMillis()));
        }
        return new DeliveryOptions(
                delivery,
                prefix == null ? OptionValues.text(config, DuetOptions.GROUP_ID) : prefix,
                timeout);
    }

    /**
     * Sets up a sink for the guarantee.
     *
     * @param sink a sink whose Kafka properties are set already
     * @param name the sink's name, which sets its transactions apart from those of the job's other
     *     sinks
     */
    public <T> KafkaSinkBuilder<T> configure(KafkaSinkBuilder<T> sink, String name) {
        if (delivery == Delivery.AT_LEAST_ONCE) {
            return sink.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE);
        }
        return sink.setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(transactionalIdPrefix + "-" + name)
                // A few ids for ever, where the default leaves the brokers a new one at each
                // checkpoint.
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                .setProperty(
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        Long.toString(transactionTimeout.toMillis()));
    }
}
