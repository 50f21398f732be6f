package duet.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.config.DeliveryOptions.Delivery;
import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryOptionsTest {
    private static DeliveryOptions options(Map<String, String> options) {
        return DeliveryOptions.from(Configuration.fromMap(options));
    }

    @Test
    void areAtLeastOnceByDefault() {
        assertThat(options(Map.of()))
                .isEqualTo(
                        new DeliveryOptions(
                                Delivery.AT_LEAST_ONCE,
                                "duet-parameter-generation",
                                Duration.ofMinutes(15)));
    }

    @Test
    void nameTransactionsLikeTheConsumerGroup() {
        assertThat(options(Map.of("duet.delivery", "exactly-once", "duet.group-id", "g")))
                .isEqualTo(new DeliveryOptions(Delivery.EXACTLY_ONCE, "g", Duration.ofMinutes(15)));
        assertThat(options(Map.of("duet.group-id", "g", "duet.transactional-id-prefix", "t")))
                .extracting(DeliveryOptions::transactionalIdPrefix)
                .isEqualTo("t");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    duet.delivery, never, at-least-once
                    duet.transaction-timeout, 10 ms, 'duet.transaction-timeout is 10 ms, it must be 1,000 to'
                    duet.transactional-id-prefix, ' ', duet.transactional-id-prefix is blank
                    """,
            ignoreLeadingAndTrailingWhitespace = true)
    void refuseWhatIsWrong(String option, String value, String reason) {
        assertThatThrownBy(() -> options(Map.of(option, value)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(option)
                .hasMessageContaining(reason);
    }

    @Test
    void refuseATransactionThatEndsBeforeTheCheckpointThatCommitsIt() {
        Map<String, String> options =
                Map.of(
                        "duet.delivery", "exactly-once",
                        "duet.checkpoint-interval", "30 s",
                        "duet.transaction-timeout", "30 s");

        assertThatThrownBy(() -> options(options))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "duet.transaction-timeout is 30,000 ms, it must be longer than"
                            + " duet.checkpoint-interval, which is 30,000 ms: a checkpoint commits"
                            + " the transaction");
    }
}
