package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import duet.cli.CommandLineRun;
import duet.embedded.flink.EmbeddedFlink;
import duet.jobs.InitialReleases;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.operations.topics.DuetTopics;
import duet.schemas.bundle.ModelBundle;
import duet.testkit.BrokerProcess;
import duet.testkit.Eventually;
import duet.testkit.SyntheticModel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet simulate --find-rate whose broker is killed")
class LostBrokerIT {
    private static final int PARTITIONS = 2;

    @TempDir private Path directory;

    @Test
    @DisplayName("ends, shows the steps before, and names what the last one came to")
    void killed() throws Exception {
        ModelBundle bundle = SyntheticModel.write(directory.resolve("bundle"));
        Path report = directory.resolve("report");
        try (BrokerProcess broker =
                        BrokerProcess.start(Files.createDirectory(directory.resolve("broker")));
                EmbeddedFlink flink = EmbeddedFlink.start(1)) {
            broker.createTopics(DuetTopics.all(PARTITIONS));
            JobClient job = startJob(flink, broker, bundle);
            CommandLineRun run =
                    CommandLineRun.interrupted(
                            "Step 2:",
                            () -> kill(broker),
                            "simulate",
                            "--bootstrap-servers",
                            broker.bootstrapServers(),
                            "--bundle",
                            bundle.directory().toString(),
                            "--devices",
                            "10",
                            "--find-rate",
                            "p99 < 60 s",
                            "--step-duration",
                            "200ms",
                            "--report",
                            report.toString());

            assertThat(run.failedWith(1))
                    .matches(
                            "duet: no answer from the broker at [12]00 windows/s, the search ended"
                                    + " there");
            assertThat(run.out())
                    .containsPattern(
                            "windows/s: no Kafka broker at "
                                    + broker.bootstrapServers()
                                    + " has answered for 10.0 s")
                    .contains("| Step |", "no answer from the broker |")
                    .doesNotContain("Step 3:");
            JsonNode search = SummarySchema.read(report).get("rateSearch");
            assertThat(search.get("steps")).hasSize(2);
            assertThat(search.at("/steps/0/latencyMs/count").asLong()).isPositive();
            assertThat(search.at("/steps/0/noAnswer").asBoolean()).isFalse();
            assertThat(search.at("/steps/1/noAnswer").asBoolean()).isTrue();
            assertThat(search.get("verdict").asText()).startsWith("No answer from the broker at ");
        }
    }

    private static JobClient startJob(
            EmbeddedFlink flink, BrokerProcess broker, ModelBundle bundle) {
        Configuration options = new Configuration();
        options.set(DuetOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(DuetOptions.BUNDLE, bundle.directory().toString());
        StreamExecutionEnvironment environment = flink.environment();
        ParameterGenerationJob.addTo(
                environment, GenerationOptions.from(options), InitialReleases.none());
        JobClient job = flink.submit(environment, "lost-broker");
        flink.awaitRunning(job, Eventually.limit());
        return job;
    }

    private static void kill(BrokerProcess broker) {
        try {
            broker.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
