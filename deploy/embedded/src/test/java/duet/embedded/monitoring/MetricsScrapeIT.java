package duet.embedded.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import duet.embedded.SyntheticModel;
import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.kafka.DuetTopics;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.DuetOptions;
import duet.jobs.GenerationOptions;
import duet.jobs.ParameterGenerationJob;
import duet.schemas.Topics;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.Records;
import duet.simulator.workload.SyntheticCatalogue;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
        ModelBundle bundle = SyntheticModel.write(directory.resolve("bundle"));
        Configuration settings = reporterSettings();
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                EmbeddedFlink flink = EmbeddedFlink.start(1, settings);
                var producer = producer(broker)) {
            broker.createTopics(DuetTopics.all(2));
            JobClient job = submit(broker, flink, bundle);
            try {
                byte[] key = "device".getBytes(StandardCharsets.UTF_8);
                long sequence = 0;
                String scraped = "";
                long deadline = System.nanoTime() + PATIENCE.toNanos();
                Set<AlertRules.Selector> missing = rules.selectors();
                while (!missing.isEmpty() || counter(scraped, "generated") == 0) {
                    if (System.nanoTime() > deadline) {
                        fail("no metric for %s; there is%n%s", missing, samples(scraped, missing));
                    }
                    producer.send(
                            new ProducerRecord<>(Topics.WINDOWS, key, window(bundle, sequence++)));
                    producer.send(new ProducerRecord<>(Topics.WINDOWS, key, new byte[] {1}))
                            .get(10, TimeUnit.SECONDS);
                    LockSupport.parkNanos(BETWEEN_SCRAPES_NANOS);
                    scraped = scrape(settings);
                    List<String> lines = scraped.lines().toList();
                    missing =
                            rules.selectors().stream()
                                    .filter(wanted -> lines.stream().noneMatch(wanted::reads))
                                    .collect(Collectors.toSet());
                }
                assertThat(counter(scraped, "deadLetters")).isPositive();
            } finally {
                flink.cancel(job, Duration.ofSeconds(30));
            }
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

    private static JobClient submit(
            EmbeddedBroker broker, EmbeddedFlink flink, ModelBundle bundle) {
        Configuration options = new Configuration();
        options.set(DuetOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(DuetOptions.BUNDLE, bundle.directory().toString());
        options.set(DuetOptions.CHECKPOINT_INTERVAL, Duration.ofMillis(500));
        StreamExecutionEnvironment environment = flink.environment();
        ParameterGenerationJob.addTo(environment, GenerationOptions.from(options));
        JobClient job = flink.submit(environment, "scraped");
        flink.awaitRunning(job, PATIENCE);
        return job;
    }

    private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static byte[] window(ModelBundle bundle, long sequence) {
        return Records.windowEncoder()
                .encode(
                        new InteractionWindow(
                                "device",
                                bundle.modelVersion(),
                                sequence,
                                List.of(
                                        Interactions.ofItem(
                                                SyntheticCatalogue.FIRST_ITEM + sequence % 10, 0)),
                                System.currentTimeMillis() * 1_000));
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
