package duet.embedded.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Flink's Prometheus reporter, as deploy/monitoring sets it up")
@Timeout(180)
class MetricsScrapeIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long BETWEEN_SCRAPES_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    @TempDir private Path directory;

    @Test
    @DisplayName("gives every metric that a rule reads, with the labels that the rule asks for")
    void everyRuleHasItsMetrics() throws Exception {
        AlertRules rules = AlertRules.read();
        Configuration settings = reporterSettings();
        try (MonitoredJob job = MonitoredJob.start(directory, settings)) {
            String scraped = "";
            Set<AlertRules.Selector> missing = rules.selectors();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (long i = 0; !missing.isEmpty() || counter(scraped, "generated") == 0; i++) {
                if (System.nanoTime() > deadline) {
                    fail("no metric for %s; there is%n%s", missing, samples(scraped, missing));
                }
                job.send(MonitoredJob.window(job.modelVersion(), i));
                job.send(new byte[] {1});
                job.flush();
                LockSupport.parkNanos(BETWEEN_SCRAPES_NANOS);
                scraped = scrape(settings);
                List<String> lines = scraped.lines().toList();
                missing =
                        rules.selectors().stream()
                                .filter(wanted -> lines.stream().noneMatch(wanted::reads))
                                .collect(Collectors.toSet());
            }
            assertThat(counter(scraped, "deadLetters")).isPositive();
        }
    }

    /** The settings file itself, but for the port: other clusters may run on this machine. */
    private static Configuration reporterSettings() throws IOException {
        Configuration settings = new Configuration();
        JsonNode file =
                new YAMLMapper()
                        .readTree(AlertRules.MONITORING.resolve("flink-prometheus.yaml").toFile());
        file.fields()
                .forEachRemaining(
                        entry -> settings.setString(entry.getKey(), entry.getValue().asText()));
        try (ServerSocket free = new ServerSocket(0)) {
            settings.setString(
                    "metrics.reporter.prometheus.port", String.valueOf(free.getLocalPort()));
        }
        return settings;
    }

    private static String scrape(Configuration settings) throws Exception {
        URI uri =
                URI.create(
                        "http://127.0.0.1:%s/metrics"
                                .formatted(
                                        settings.toMap().get("metrics.reporter.prometheus.port")));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Sum of a counter of the job over operators and subtasks. */
    private static double counter(String scraped, String name) {
        return scraped.lines()
                .filter(
                        line ->
                                line.startsWith(
                                        "flink_taskmanager_job_task_operator_" + name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** What there is of these metrics, with the labels it has. */
    private static String samples(String scraped, Set<AlertRules.Selector> of) {
        return scraped.lines()
                .filter(line -> of.stream().anyMatch(one -> line.startsWith(one.metric() + "{")))
                .collect(Collectors.joining("\n"));
    }
}
