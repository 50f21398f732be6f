package duet.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class PreflightTest {
    private static void check(String bootstrapServers) {
        Preflight.brokers(bootstrapServers, List.of("duet.windows"), Map.of());
    }

    @Test
    void saysWithin15SecondsThatABrokerDoesNotAnswer() throws IOException {
        // A port that accepts connections and then says nothing.
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "localhost:" + silent.getLocalPort();
            Instant start = Instant.now();

            assertThatThrownBy(() -> check(address))
                    .isInstanceOf(BrokerUnreachableException.class)
                    .hasMessageStartingWith("no Kafka broker answers at " + address);

            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void saysSoWhereNobodyListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Instant start = Instant.now();

        assertThatThrownBy(() -> check("localhost:" + port))
                .isInstanceOf(BrokerUnreachableException.class)
                .hasMessageContaining("localhost:" + port);

        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void saysThatAHostIsUnknown() {
        assertThatThrownBy(() -> check("no-such-host.invalid:9092"))
                .isInstanceOf(BrokerUnreachableException.class)
                .hasMessage("no host of no-such-host.invalid:9092 can be resolved");
    }

    @Test
    void refusesAnAddressWithoutAPort() {
        assertThatThrownBy(() -> check("localhost"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("localhost");
    }

    @Test
    void refusesAWrongClientProperty() {
        assertThatThrownBy(
                        () ->
                                Preflight.brokers(
                                        "localhost:1",
                                        List.of(),
                                        Map.of("receive.buffer.bytes", "many")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("receive.buffer.bytes");
    }

    @Test
    void namesWhatIsWrongWithTheBundleBeforeItAsksABroker() {
        Configuration config = new Configuration();
        config.set(DuetOptions.BOOTSTRAP_SERVERS, "localhost:1");
        config.set(DuetOptions.BUNDLE, "no-such-bundle");

        assertThatThrownBy(() -> Preflight.check(GenerationOptions.from(config)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no-such-bundle");
    }
}
