package duet.jobs.recovery;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.Preflight;
import duet.jobs.config.DeliveryOptions.Delivery;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.jobs.stream.DrivenJob;
import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A job with transactions longer than its brokers allow")
class TransactionTimeoutIT {
    @TempDir static Path directory;
    private static EmbeddedBroker broker;
    private static Configuration config;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(Map.of("transaction.max.timeout.ms", "60000"));
        config =
                DrivenJob.configuration(
                        broker, PastModel.write(directory.resolve("bundle"), false), "limit");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static GenerationOptions options(Delivery delivery, Duration timeout) {
        Configuration all = new Configuration(config);
        all.set(DuetOptions.DELIVERY, delivery);
        all.set(DuetOptions.TRANSACTION_TIMEOUT, timeout);
        return GenerationOptions.from(all);
    }

    @Test
    @DisplayName("is refused in one line that names both")
    void isRefused() {
        GenerationOptions options = options(Delivery.EXACTLY_ONCE, Duration.ofMillis(60_001));

        assertThatThrownBy(() -> Preflight.check(options))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "duet.transaction-timeout is 60,001 ms, broker 1 allows transactions of"
                                + " 60,000 ms (transaction.max.timeout.ms)");
    }

    @Test
    @DisplayName("passes where they are as long as allowed, or where it has none")
    void passes() {
        assertThatCode(
                        () -> {
                            Preflight.check(
                                    options(Delivery.EXACTLY_ONCE, Duration.ofMillis(60_000)));
                            Preflight.check(options(Delivery.AT_LEAST_ONCE, Duration.ofHours(1)));
                        })
                .doesNotThrowAnyException();
    }
}
