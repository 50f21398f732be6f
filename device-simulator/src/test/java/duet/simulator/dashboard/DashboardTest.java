package duet.simulator.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.simulator.fleet.account.DeviceEntry;
import duet.simulator.fleet.account.DeviceLens;
import duet.simulator.fleet.run.FleetProgress;
import duet.simulator.fleet.run.FleetProgress.Phase;
import duet.simulator.measurement.Timeline;
import duet.simulator.measurement.TimelineBucket;
import duet.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The server of a live page")
class DashboardTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final MadeUpRun run = new MadeUpRun();
    private Dashboard dashboard;

    private static final class MadeUpRun implements LiveRun {
        final Timeline timeline = new Timeline(4, 1_000_000);
        final AtomicInteger asked = new AtomicInteger();
        volatile Phase phase = Phase.SENDING;

        @Override
        public RunHeader header() {
            return new RunHeader(
                    new RunHeader.Fleet("made-up", "v1", 500, 7),
                    new RunHeader.Load("poisson", 20, 60),
                    true,
                    true);
        }

        @Override
        public FleetProgress progress() {
            asked.incrementAndGet();
            return new FleetProgress(
                    phase,
                    new FleetProgress.Time(1, 60),
                    new FleetProgress.Windows(10, 1200, 9, 1, 0, 0),
                    new FleetProgress.Sending(0, 3),
                    new FleetProgress.Network(2, 1, 0),
                    new FleetProgress.Latency(12, 40),
                    300,
                    new FleetProgress.Quality(0, Double.NaN, Double.NaN));
        }

        @Override
        public List<TimelineBucket> timeline() {
            asked.incrementAndGet();
            return timeline.buckets(Long.MAX_VALUE);
        }

        @Override
        public List<DeviceEntry> devices(String text, int limit) {
            return IntStream.range(0, 500)
                    .mapToObj(i -> new DeviceEntry("device " + i, i % 2 == 0))
                    .filter(device -> device.id().contains(text))
                    .limit(limit)
                    .toList();
        }

        @Override
        public Optional<DeviceLens> lens(String deviceId) {
            return devices(deviceId, 1).stream()
                    .filter(device -> device.id().equals(deviceId))
                    .map(
                            device ->
                                    new DeviceLens(
                                            device.id(), "v1", null, null, List.of(), List.of()))
                    .findFirst();
        }
    }

    @BeforeEach
    void start() {
        run.timeline.sent(0);
        run.timeline.sent(2_500_000);
        dashboard = Dashboard.start(0, run);
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).GET().build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(dashboard.address().resolve(path))
                .timeout(Eventually.limit());
    }

    private HttpResponse<InputStream> stream() throws Exception {
        return client.send(request("/api/events").GET().build(), BodyHandlers.ofInputStream());
    }

    private static BufferedReader lines(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static JsonNode next(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith("data:")) {
            line = lines.readLine();
        }
        return line == null ? null : JSON.readTree(line.substring("data:".length()));
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html",
        "/dashboard.css, text/css",
        "/dashboard.js, text/javascript",
        "/chart.js, text/javascript",
        "/icon.svg, image/svg+xml"
    })
    @DisplayName("gives the page with all it is made of, and forbids it anything else")
    void files(String path, String type) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isNotBlank().doesNotContain("https://cdn", "sourceMappingURL");
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'");
    }

    @Test
    @DisplayName("answers what the run is and which devices it has, a bounded number of them")
    void questions() throws Exception {
        assertThat(JSON.readTree(get("/api/run").body()).get("devices").asInt()).isEqualTo(500);
        assertThat(JSON.readTree(get("/api/devices").body())).hasSize(200);
        assertThat(JSON.readTree(get("/api/devices?search=%2049").body())).hasSize(11);
        assertThat(JSON.readTree(get("/api/devices/device%207").body()).get("id").asText())
                .isEqualTo("device 7");
    }

    @ParameterizedTest
    @CsvSource({"/nothing, 404", "/api/devices/device%20500, 404", "/../../etc/passwd, 404"})
    @DisplayName("knows nothing else")
    void unknown(String path, int status) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(status);
    }

    @Test
    @DisplayName("is read only, and takes no searches without end")
    void refusals() throws Exception {
        assertThat(get("/api/devices?search=" + "x".repeat(101)).statusCode()).isEqualTo(400);
        HttpRequest post = request("/api/run").POST(HttpRequest.BodyPublishers.noBody()).build();
        assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example:%d", "evil.example", "localhost", "localhost:1"})
    @DisplayName("refuses who calls this machine by another name")
    void otherHost(String host) throws Exception {
        int port = dashboard.address().getPort();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(
                            String.format(
                                            Locale.ROOT,
                                            "GET /api/run HTTP/1.1\r\n"
                                                    + "Host: %s\r\n"
                                                    + "Connection: close\r\n\r\n",
                                            String.format(Locale.ROOT, host, port))
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 421")
                    .doesNotContain("made-up");
        }
    }

    @Test
    @DisplayName("tells a page all slices first, then those that may have changed")
    void slices() throws Exception {
        try (BufferedReader lines = lines(stream())) {
            JsonNode first = next(lines);
            assertThat(first.get("from").asInt()).isZero();
            assertThat(first.get("slices")).hasSize(3);
            assertThat(first.get("progress").get("phase").asText()).isEqualTo("SENDING");
            assertThat(first.get("quality").get("points")).isEmpty();
            run.timeline.sent(3_500_000);
            run.timeline.ranked(3_500_000, 0.5, 0.75);
            JsonNode second = next(lines);
            while (second.get("from").asInt() + second.get("slices").size() < 4) {
                second = next(lines);
            }
            assertThat(
                            second.get("quality")
                                    .get("points")
                                    .get(0)
                                    .get("personalizedUserAuc")
                                    .asDouble())
                    .isEqualTo(0.75);
            run.timeline.sent(5_500_000);
            JsonNode folded = next(lines);
            while (folded.get("from").asInt() != 0) {
                folded = next(lines);
            }
            assertThat(folded.get("slices").get(0).get("seconds").asDouble()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("tells every page how the run ended before it goes")
    void lastWord() throws Exception {
        try (BufferedReader lines = lines(stream())) {
            next(lines);
            run.phase = Phase.OVER;
            dashboard.close();
            JsonNode last = next(lines);
            for (JsonNode more = next(lines); more != null; more = next(lines)) {
                last = more;
            }
            assertThat(last.get("progress").get("phase").asText()).isEqualTo("OVER");
        }
    }

    @Test
    @DisplayName("keeps no more than 20 pages, and asks the run nothing while there is none")
    void bounded() throws Exception {
        assertThat(run.asked).hasValue(0);
        List<HttpResponse<InputStream>> open = new ArrayList<>();
        for (int i = 0; i < LiveStreams.MOST; i++) {
            open.add(stream());
            next(lines(open.get(i)));
        }
        assertThat(stream().statusCode()).isEqualTo(503);
        for (HttpResponse<InputStream> page : open) {
            page.body().close();
        }
    }

    @Test
    @DisplayName("keeps no more than 20 pages when many come at once, and gives their places back")
    void boundedAtOnce() throws Exception {
        assertThat(answers(5 * LiveStreams.MOST))
                .isEqualTo(Map.of("200", LiveStreams.MOST, "503", 4 * LiveStreams.MOST));
        Eventually.until(
                "as many pages are let in again",
                () -> answers(LiveStreams.MOST),
                answers -> answers.equals(Map.of("200", LiveStreams.MOST)));
    }

    /** Returns how many of so many pages that come at once are given which status. */
    private Map<String, Integer> answers(int pages) throws IOException {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < pages; i++) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), port()));
            }
            for (Socket client : clients) {
                ask(client);
            }
            Map<String, Integer> answers = new TreeMap<>();
            for (Socket client : clients) {
                answers.merge(status(client), 1, Integer::sum);
            }
            return answers;
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private int port() {
        return dashboard.address().getPort();
    }

    private void ask(Socket client) throws IOException {
        client.getOutputStream()
                .write(
                        String.format(
                                        Locale.ROOT,
                                        "GET /api/events HTTP/1.1\r\nHost: localhost:%d\r\n\r\n",
                                        port())
                                .getBytes(StandardCharsets.US_ASCII));
    }

    private static String status(Socket client) throws IOException {
        byte[] line = client.getInputStream().readNBytes("HTTP/1.1 200".length());
        return new String(line, StandardCharsets.US_ASCII).substring("HTTP/1.1 ".length());
    }

    @Test
    @DisplayName("takes the next port when one is taken, and is on the loopback interface alone")
    void ports() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Dashboard next = Dashboard.start(taken.getLocalPort(), run)) {
            assertThat(next.address().getPort())
                    .isBetween(taken.getLocalPort() + 1, taken.getLocalPort() + 20);
            assertThat(next.address().getHost()).isEqualTo("localhost");
        }
    }

    @Test
    @DisplayName("leaves no thread behind that would hold the process")
    void threads() {
        try (Stream<Thread> running = Thread.getAllStackTraces().keySet().stream()) {
            assertThat(running.filter(thread -> thread.getName().contains("XNIO")))
                    .isNotEmpty()
                    .allMatch(Thread::isDaemon);
        }
    }
}
