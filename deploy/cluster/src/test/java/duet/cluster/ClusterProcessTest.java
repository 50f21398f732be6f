package duet.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A process of a cluster")
class ClusterProcessTest {
    @TempDir Path directory;
    private Path pidFile;
    private ClusterProcess process;

    @BeforeEach
    void start() {
        pidFile = directory.resolve("run").resolve("sleeper.pid");
        process = ClusterProcess.start(command("sleep", "600"), pidFile);
    }

    @AfterEach
    void end() {
        process.kill();
        assertThat(process.awaitEnd(Eventually.limit())).isTrue();
    }

    private ClusterProcess.Command command(String... line) {
        return new ClusterProcess.Command(
                "sleeper", List.of(line), Map.of(), directory, directory.resolve("sleeper.out"));
    }

    @Test
    @DisplayName("is found again by its file while it runs")
    void found() {
        assertThat(ClusterProcess.find("sleeper", pidFile))
                .hasValueSatisfying(
                        found -> {
                            assertThat(found.pid()).isEqualTo(process.pid());
                            assertThat(found.isAlive()).isTrue();
                        });
        process.kill();
        assertThat(process.awaitEnd(Eventually.limit())).isTrue();
        assertThat(pidFile).doesNotExist();
        assertThat(ClusterProcess.find("sleeper", pidFile)).isEmpty();
    }

    @Test
    @DisplayName("is not taken for another one that got its id later")
    void anotherOfThatId() throws IOException {
        String[] parts = Files.readString(pidFile).strip().split(" ");
        long earlier = Long.parseLong(parts[1]) - 60_000;
        Files.writeString(pidFile, parts[0] + " " + earlier + "\n");

        assertThat(ClusterProcess.find("sleeper", pidFile)).isEmpty();
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    @DisplayName("does not run while it is paused, and goes on")
    void paused() {
        process.pause();
        Eventually.until("the pause", process::isPaused);
        assertThat(process.isAlive()).isTrue();
        process.resume();
        Eventually.until("the end of the pause", () -> !process.isPaused());
    }

    @Test
    @DisplayName("ends when it is asked to")
    void terminated() {
        process.terminate();
        assertThat(process.awaitEnd(Eventually.limit())).isTrue();
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    @DisplayName("has a file that says what is wrong with it")
    void badFile() throws IOException {
        Path bad = directory.resolve("bad.pid");
        Files.writeString(bad, "nonsense");
        assertThatThrownBy(() -> ClusterProcess.find("sleeper", bad))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bad.pid")
                .hasMessageContaining("nonsense");
    }
}
