package duet.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cluster.chaos.ChaosOptions;
import duet.cluster.chaos.ChaosReport;
import duet.cluster.chaos.ChaosRun;
import duet.cluster.chaos.Fault;
import duet.cluster.chaos.hostile.HostileKind;
import duet.operations.topics.DuetTopics;
import duet.schemas.InvalidInputException;
import duet.testkit.Eventually;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One cluster for all: starting it takes most of the time. */
@DisplayName("A cluster of processes")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
    static final Path HOME = Path.of(System.getProperty("duet.home"));

    private Cluster cluster;
    private Thread onAbort;

    @BeforeAll
    void up(@TempDir Path directory) {
        cluster =
                Cluster.up(
                        directory.resolve("cluster"), ClusterShape.onFreePorts(2, 2), line -> {});
        onAbort = new Thread(cluster::down);
        Runtime.getRuntime().addShutdownHook(onAbort);
    }

    @AfterAll
    void down() {
        if (cluster != null) {
            cluster.down();
            cluster.delete();
            Runtime.getRuntime().removeShutdownHook(onAbort);
        }
    }

    @Test
    @Order(1)
    @DisplayName("is ready once it is up: every process runs, and every topic has three copies")
    void ready() throws Exception {
        ClusterStatus status = ClusterStatus.of(cluster);
        assertThat(status.up()).isTrue();
        assertThat(status.slots()).isEqualTo(4);
        assertThat(status.processes())
                .extracting(ClusterStatus.ProcessStatus::name)
                .containsExactlyElementsOf(ClusterLayout.processes(2));
        assertThat(status.processes().stream().mapToLong(p -> p.residentBytes()).sum())
                .isBetween(1L << 20, 6L << 30);
        List<String> topics = DuetTopics.all(4).stream().map(NewTopic::name).toList();
        try (Admin admin = cluster.brokers().admin()) {
            assertThat(
                            Eventually.get(
                                            "the topics",
                                            admin.describeTopics(topics).allTopicNames())
                                    .values())
                    .allSatisfy(
                            topic ->
                                    assertThat(topic.partitions())
                                            .allSatisfy(p -> assertThat(p.replicas()).hasSize(3)));
        }
    }

    @Test
    @Order(2)
    @DisplayName("listens on the loopback interface alone, every process of it")
    void loopback() throws Exception {
        for (ClusterStatus.ProcessStatus process : ClusterStatus.of(cluster).processes()) {
            assertThat(ListeningSockets.of(process.pid()))
                    .as("where %s listens", process.name())
                    .isNotEmpty()
                    .allMatch(address -> address.getAddress().isLoopbackAddress());
        }
    }

    @Test
    @Order(2)
    @DisplayName("serves the metrics of each Flink process")
    void metrics() throws Exception {
        for (int port : cluster.shape().metricsPorts()) {
            URI metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
            try (InputStream in = metrics.toURL().openStream()) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("# TYPE flink_", "_Status_JVM_CPU_Load");
            }
        }
    }

    @Test
    @Order(2)
    @DisplayName("takes no jars through Flink's web page")
    void noUpload() throws Exception {
        for (String path : List.of("/jars", "/jars/upload", "/jars/any/run")) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(cluster.shape().restUrl() + path))
                            .method(
                                    path.equals("/jars") ? "GET" : "POST",
                                    HttpRequest.BodyPublishers.noBody())
                            .build();
            assertThat(
                            HttpClient.newHttpClient()
                                    .send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    @Order(2)
    @DisplayName("is not started a second time in its directory")
    void onlyOnce() {
        assertThatThrownBy(
                        () ->
                                Cluster.up(
                                        cluster.layout().directory(),
                                        ClusterShape.onFreePorts(2, 2),
                                        line -> {}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a cluster runs in");
        assertThat(ClusterStatus.of(cluster).up()).isTrue();
    }

    @Test
    @Order(3)
    @DisplayName("takes the job's own word for a wrong option")
    void wrongOption() {
        JobSubmission wrong =
                new JobSubmission(
                        List.of(
                                "--bootstrap-servers",
                                cluster.shape().bootstrapServers(),
                                "--bundle",
                                "/nowhere/bundle"),
                        0,
                        null);
        assertThatThrownBy(() -> wrong.to(cluster))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("/nowhere/bundle");
    }

    @Test
    @Order(4)
    @DisplayName("runs a job once that is submitted twice, as after an answer that came too late")
    void submittedTwice() throws Exception {
        JobSubmission submission =
                new JobSubmission(
                        List.of(
                                "--bootstrap-servers",
                                cluster.shape().bootstrapServers(),
                                "--bundle",
                                HOME.resolve("models").resolve("demo").toString()),
                        0,
                        null);
        try {
            assertThat(submission.to(cluster)).isEqualTo(submission.jobId());
            assertThat(submission.to(cluster)).isEqualTo(submission.jobId());
            assertThat(cluster.flink().jobs())
                    .extracting(FlinkRest.Job::id)
                    .containsExactly(submission.jobId());
        } finally {
            if (cluster.flink().job(submission.jobId()).isPresent()) {
                cluster.flink().cancel(submission.jobId());
            }
        }
        Eventually.until(
                "the end of the job",
                () -> cluster.flink().job(submission.jobId()),
                job -> job.filter(FlinkRest.Job::ended).isPresent());
    }

    @Test
    @Order(5)
    @DisplayName("writes its logs as JSON with the configuration that stands in deploy/monitoring")
    void jsonLogs(@TempDir Path directory) throws Exception {
        Path configuration =
                HOME.resolve(Path.of("deploy", "monitoring", "log4j2-json.properties"));
        Path log = directory.resolve("client.log");
        List<String> line = new ArrayList<>();
        for (String word : cluster.clientCommand(List.of("list")).command()) {
            if (word.startsWith("-Dlog4j2.configurationFile=")) {
                line.add("-Dlog4j2.configurationFile=" + configuration.toRealPath());
            } else {
                line.add(word.startsWith("-Dduet.log=") ? "-Dduet.log=" + log : word);
            }
        }
        ProcessBuilder client =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("client.out").toFile());
        client.environment().put("FLINK_CONF_DIR", cluster.layout().flinkConf().toString());
        Process process = client.start();
        Eventually.exitCode("the end of the client", process);
        assertThat(Files.readAllLines(log))
                .isNotEmpty()
                .allSatisfy(
                        entry -> {
                            JsonNode json = new ObjectMapper().readTree(entry);
                            assertThat(json.path("@timestamp").asText()).isNotBlank();
                            assertThat(json.path("message").asText()).isNotBlank();
                        });
    }

    @Test
    @Order(6)
    @DisplayName(
            "brings 200 devices their parameters, also when a TaskManager is killed meanwhile and"
                    + " every fifth record is hostile")
    void streams(@TempDir Path failures) {
        ChaosOptions options =
                new ChaosOptions(
                                1,
                                7,
                                200,
                                100,
                                new ChaosOptions.Times(
                                        Duration.ofSeconds(3), Duration.ofSeconds(3)),
                                List.of(Fault.KILL_TASK_MANAGER))
                        .withHostile(0.2);
        Path bundle = HOME.resolve("models").resolve("demo");
        ChaosReport report;
        try (ChaosRun run = ChaosRun.start(cluster, bundle, options, failures)) {
            report = run.run(round -> {});
        }
        assertThat(report.rounds())
                .allSatisfy(
                        round -> {
                            assertThat(round.problem()).isNull();
                            assertThat(round.passed()).isTrue();
                            assertThat(round.disturbance().target())
                                    .matches("taskmanager-[12] with \\d+ of \\d+ tasks.*");
                            assertThat(round.delivery().windows()).isGreaterThan(300);
                            assertThat(round.comparison().devicesChecked()).isGreaterThan(150);
                            assertThat(round.hostile())
                                    .as("each kind was sent")
                                    .containsOnlyKeys(HostileKind.values());
                            assertThat(round.hostile().get(HostileKind.MILLION_ITEMS).notTaken())
                                    .as("stopped by the brokers, which unpack it")
                                    .isPositive();
                            assertThat(round.hostile().get(HostileKind.MANY_ITEMS).refused())
                                    .isPositive();
                            assertThat(round.memory().heapBytes()).isBetween(1L << 20, 1L << 30);
                        });
    }

    @Test
    @Order(7)
    @DisplayName("leaves no process when it is down, and is down twice without complaint")
    void leavesNothing() {
        List<ProcessHandle> processes =
                cluster.running().stream()
                        .map(process -> ProcessHandle.of(process.pid()))
                        .flatMap(Optional::stream)
                        .collect(Collectors.toList());
        assertThat(processes).hasSize(7);
        assertThat(cluster.down()).isEqualTo(7);
        // Those of this JVM are gone once it has collected them, too.
        Eventually.until(
                "the end of all processes",
                () -> processes.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(cluster.running()).isEmpty();
        assertThat(cluster.down()).isZero();
        assertThat(ClusterStatus.of(cluster).up()).isFalse();
    }
}
