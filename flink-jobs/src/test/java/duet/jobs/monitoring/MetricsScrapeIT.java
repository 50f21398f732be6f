package duet.jobs.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import duet.schemas.FreePorts;
import duet.testkit.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Flink's Prometheus reporter, as deploy/monitoring sets it up")
class MetricsScrapeIT {

    @TempDir private Path directory;

    @Test
    @DisplayName("gives every metric that a rule reads, with the labels that the rule asks for")
    void everyRuleHasItsMetrics() throws Exception {
        AlertRules rules = AlertRules.read();
        Configuration settings = reporterSettings();
        try (MonitoredJob job = MonitoredJob.start(directory, settings)) {
            AtomicLong sent = new AtomicLong();
            String scraped =
                    Eventually.until(
                            "metrics for " + rules.selectors(),
                            () -> {
                                job.send(
                                        MonitoredJob.window(
                                                job.modelVersion(), sent.getAndIncrement()));
                                job.send(new byte[] {1});
                                job.flush();
                                return scrape(settings);
                            },
                            seen ->
                                    missing(rules, seen).isEmpty()
                                            && counter(seen, "generated") > 0);
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
        settings.setString(
                "metrics.reporter.prometheus.port", String.valueOf(FreePorts.find(1).get(0)));
        return settings;
    }

    private static String scrape(Configuration settings) throws Exception {
        URI uri =
                URI.create(
                        "http://127.0.0.1:"
                                + settings.toMap().get("metrics.reporter.prometheus.port")
                                + "/metrics");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri).timeout(Eventually.limit()).build(),
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

    /** What a rule reads and there is nothing of. */
    private static Set<AlertRules.Selector> missing(AlertRules rules, String scraped) {
        List<String> lines = scraped.lines().toList();
        return rules.selectors().stream()
                .filter(wanted -> lines.stream().noneMatch(wanted::reads))
                .collect(Collectors.toSet());
    }
}
