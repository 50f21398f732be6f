package duet.jobs;

import duet.jobs.config.DeliveryOptions;
import duet.jobs.config.DeliveryOptions.Delivery;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.operations.broker.BrokerUnreachableException;
import duet.operations.broker.KafkaClients;
import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This check holds the job's transactions against the longest one that brokers allow. A producer
 * that asks for a longer one is refused again and again after the job has started; here it is one
 * line before.
 */
final class TransactionLimit {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionLimit.class);
    private static final String SETTING = "transaction.max.timeout.ms";

    private TransactionLimit() {}

    /**
     * Checks that every broker allows transactions as long as the job's; does nothing where the job
     * has none, or where it may not read the brokers' settings.
     *
     * @param answerTime time for each answer
     * @throws InvalidInputException naming the option, its value, the broker and its limit
     */
    static void check(GenerationOptions options, Duration answerTime) {
        if (options.output().delivery().delivery() != Delivery.EXACTLY_ONCE) {
            return;
        }
        Map<String, Object> properties = new HashMap<>(options.kafka().properties());
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
        try (Admin admin = KafkaClients.admin(properties)) {
            Collection<Node> brokers =
                    admin.describeCluster()
                            .nodes()
                            .get(answerTime.toMillis(), TimeUnit.MILLISECONDS);
            Map<ConfigResource, Config> settings =
                    admin.describeConfigs(brokers.stream().map(TransactionLimit::resource).toList())
                            .all()
                            .get(answerTime.toMillis(), TimeUnit.MILLISECONDS);
            settings.forEach(
                    (broker, config) ->
                            check(options.output().delivery(), broker, config.get(SETTING)));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw unanswered(options, answerTime, e.getCause());
            }
            LOG.warn(
                    "{} cannot be held against the brokers' {}: {}",
                    DuetOptions.TRANSACTION_TIMEOUT.key(),
                    SETTING,
                    e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw unanswered(options, answerTime, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unanswered(options, answerTime, e);
        }
    }

    private static BrokerUnreachableException unanswered(
            GenerationOptions options, Duration answerTime, Throwable cause) {
        return new BrokerUnreachableException(
                "the brokers at "
                        + options.bootstrapServers()
                        + " do not tell their settings within "
                        + answerTime.toSeconds()
                        + " s",
                cause);
    }

    private static ConfigResource resource(Node broker) {
        return new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
    }

    private static void check(
            DeliveryOptions delivery, ConfigResource broker, @Nullable ConfigEntry limit) {
        long asked = delivery.transactionTimeout().toMillis();
        if (limit != null && asked > Long.parseLong(limit.value())) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %,d ms, broker %s allows transactions of %,d ms (%s)",
                            DuetOptions.TRANSACTION_TIMEOUT.key(),
                            asked,
                            broker.name(),
                            Long.parseLong(limit.value()),
                            SETTING));
        }
    }
}
