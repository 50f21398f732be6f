package duet.operations.broker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.FreePorts;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerCheckTest {
    private static void check(String bootstrapServers) {
        new BrokerCheck(bootstrapServers, Map.of(), Duration.ofMillis(1500))
                .requireTopics(List.of("duet.windows"));
    }

    @Test
    void saysThatABrokerDoesNotAnswer() throws IOException {
        // A port that accepts connections and then says nothing.
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "localhost:" + silent.getLocalPort();
            assertThatThrownBy(() -> check(address))
                    .isInstanceOf(BrokerUnreachableException.class)
                    .hasMessage("no Kafka broker answers at " + address + " within 1.5 s");
        }
    }

    @Test
    void saysSoWhereNobodyListens() {
        int port = FreePorts.find(1).get(0);

        assertThatThrownBy(() -> check("localhost:" + port))
                .isInstanceOf(BrokerUnreachableException.class)
                .hasMessageContaining("localhost:" + port);
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
                                new BrokerCheck(
                                                "localhost:1",
                                                Map.of("receive.buffer.bytes", "many"),
                                                Duration.ofSeconds(1))
                                        .requireTopics(List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("receive.buffer.bytes");
    }
}
