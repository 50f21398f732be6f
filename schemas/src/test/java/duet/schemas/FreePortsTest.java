package duet.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Free ports")
class FreePortsTest {

    @Test
    @DisplayName("are given once, and lie where no outgoing connection takes its port from")
    void areApart() {
        List<Integer> ports = new ArrayList<>(FreePorts.find(50));
        ports.addAll(FreePorts.find(50));

        assertThat(ports)
                .hasSize(100)
                .doesNotHaveDuplicates()
                .allMatch(port -> port >= FreePorts.FIRST && port <= FreePorts.LAST);
    }

    @Test
    @DisplayName("can be listened on")
    void canBeListenedOn() throws IOException {
        int port = FreePorts.find(1).get(0);
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(socket.getLocalPort()).isEqualTo(port);
        }
    }
}
