package duet.simulator.fleet.kafka;

import duet.operations.broker.BrokerUnreachableException;
import duet.operations.broker.KafkaClients;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.RunControl;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Asks the brokers of a run again and again whether they are there, and ends the run when they are
 * silent for too long.
 */
public final class BrokerWatch {
    /** One question waits this many milliseconds for its answer; the pause after it is as long. */
    private static final int PATIENCE_MILLIS = 1_000;

    private final FleetOptions options;
    private final Duration longestSilence;
    private final RunControl control;

    public BrokerWatch(FleetOptions options, Duration longestSilence, RunControl control) {
        this.options = options;
        this.longestSilence = longestSilence;
        this.control = control;
    }

    /**
     * Asks until the run is closed.
     *
     * @throws BrokerUnreachableException when no broker has answered for longer than {@code
     *     longestSilence}
     */
    public void run() throws InterruptedException {
        Map<String, Object> properties = new HashMap<>(options.kafka());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        Admin admin = KafkaClients.admin(properties);
        try {
            long answered = control.nowMicros();
            while (!control.isClosed()) {
                long asked = control.nowMicros();
                if (answers(admin)) {
                    answered = control.nowMicros();
                } else if (control.nowMicros() - answered > silenceMicros()) {
                    throw new BrokerUnreachableException(
                            String.format(
                                    Locale.ROOT,
                                    "no Kafka broker at %s has answered for %s s",
                                    options.bootstrapServers(),
                                    longestSilence.toMillis() / 1000.0),
                            null);
                }
                control.waitUntil(asked + TimeUnit.MILLISECONDS.toMicros(PATIENCE_MILLIS));
            }
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private long silenceMicros() {
        return TimeUnit.NANOSECONDS.toMicros(longestSilence.toNanos());
    }

    private static boolean answers(Admin admin) throws InterruptedException {
        try {
            admin.describeCluster().clusterId().get(2L * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            // A refusal is an answer, a request that is to be tried again none.
            return !(e.getCause() instanceof RetriableException);
        }
    }
}
