package duet.jobs.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.embedded.EmbeddedStack;
import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.generation.DeltaEncoding;
import duet.operations.broker.KafkaClients;
import duet.schemas.InvalidInputException;
import duet.schemas.Topics;
import duet.testkit.Eventually;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The embedded stack")
class EmbeddedStackIT {

    @TempDir private Path directory;

    @Test
    @DisplayName(
            "has all topics and a running job once it is started, and nothing once it is closed")
    void starts() throws Exception {
        Path bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
        Set<Path> before = temporaryDirectories();
        try (EmbeddedStack stack =
                EmbeddedStack.start(
                        ParameterGenerationJob.serving(bundle, DeltaEncoding.INT8), 1)) {
            stack.requireRunning();
            try (Admin admin = KafkaClients.admin(stack.bootstrapServers())) {
                assertThat(Eventually.get("the topics", admin.listTopics().names()))
                        .contains(
                                Topics.WINDOWS, Topics.DELTAS, Topics.MODELS, Topics.DEAD_LETTERS);
            }
        }
        assertThat(temporaryDirectories()).isSubsetOf(before);
    }

    @Test
    @DisplayName("leaves nothing behind when its job cannot start")
    void failedStart() throws Exception {
        Set<Path> before = temporaryDirectories();
        Path missing = directory.resolve("nowhere");
        assertThatThrownBy(
                        () ->
                                EmbeddedStack.start(
                                        ParameterGenerationJob.serving(missing, DeltaEncoding.INT8),
                                        1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(missing.toString());
        assertThat(temporaryDirectories()).isSubsetOf(before);
    }

    private static Set<Path> temporaryDirectories() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(
                            path ->
                                    Stream.of(
                                                    EmbeddedBroker.DIRECTORY_PREFIX,
                                                    EmbeddedFlink.DIRECTORY_PREFIX)
                                            .anyMatch(path.getFileName().toString()::startsWith))
                    .collect(Collectors.toSet());
        }
    }
}
