package duet.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Flink's REST interface")
class FlinkRestTest {
    private static final String JOB = "0123456789abcdef0123456789abcdef";

    private final Map<String, String> answers = new HashMap<>();
    private HttpServer server;
    private FlinkRest rest;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String answer = answers.get(exchange.getRequestURI().getPath());
                    byte[] body = (answer == null ? "{}" : answer).getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        rest =
                new FlinkRest(
                        "http://"
                                + server.getAddress().getHostString()
                                + ":"
                                + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    @DisplayName("tells which TaskManager runs how many tasks of a job, those that run alone")
    void tasks() throws IOException {
        answers.put("/jobs/" + JOB, "{\"vertices\": [{\"id\": \"a\"}, {\"id\": \"b\"}]}");
        answers.put(
                "/jobs/" + JOB + "/vertices/a",
                """
                {"subtasks": [
                    {"subtask": 0, "status": "RUNNING", "taskmanager-id": "taskmanager-2"},
                    {"subtask": 1, "status": "RUNNING", "taskmanager-id": "taskmanager-1"}]}
                """);
        answers.put(
                "/jobs/" + JOB + "/vertices/b",
                """
                {"subtasks": [
                    {"subtask": 0, "status": "RUNNING", "taskmanager-id": "taskmanager-2"},
                    {"subtask": 1, "status": "CANCELED", "taskmanager-id": "taskmanager-3"}]}
                """);

        assertThat(rest.tasksByTaskManager(JOB))
                .containsExactly(Map.entry("taskmanager-1", 1), Map.entry("taskmanager-2", 2));
    }

    @Test
    @DisplayName("tells when a job began to restart last")
    void lastRestart() throws IOException {
        answers.put("/jobs/" + JOB, "{\"timestamps\": {\"RUNNING\": 7, \"RESTARTING\": 1234}}");
        assertThat(rest.lastRestart(JOB)).isEqualTo(1234);
        answers.put("/jobs/" + JOB, "{\"timestamps\": {\"RUNNING\": 7, \"RESTARTING\": 0}}");
        assertThat(rest.lastRestart(JOB)).isZero();
    }

    @Test
    @DisplayName("names what it was asked where it refuses")
    void refused() {
        assertThatThrownBy(() -> rest.tasksByTaskManager(JOB))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("404")
                .hasMessageContaining("/jobs/" + JOB);
    }
}
