package duet.cluster.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The logs of a round")
class RoundLogsTest {
    @TempDir Path directory;
    private Path log;
    private Path kept;
    private RoundLogs logs;

    @BeforeEach
    void write() throws IOException {
        log = directory.resolve("jobmanager.log");
        kept = directory.resolve("kept");
        Files.writeString(log, "before\n");
        logs = RoundLogs.from(List.of(log, directory.resolve("absent.out")));
    }

    @Test
    @DisplayName("are what was written since it began, and why it failed")
    void since() throws IOException {
        Files.writeString(log, "during\n", StandardOpenOption.APPEND);

        logs.keep(kept, "a device waits", new IllegalStateException("no answer"));

        assertThat(kept.resolve("jobmanager.log")).hasContent("during\n");
        assertThat(kept.resolve("absent.out")).doesNotExist();
        assertThat(Files.readString(kept.resolve("problem.txt")))
                .startsWith("a device waits")
                .contains("IllegalStateException: no answer");
    }

    @Test
    @DisplayName("go on in the next file where one became too large meanwhile")
    void rolledOver() throws IOException {
        Files.writeString(log, "first part\n", StandardOpenOption.APPEND);
        Files.move(log, directory.resolve("jobmanager.log.1"));
        Files.writeString(log, "last\n");

        logs.keep(kept, "a device waits", null);

        assertThat(kept.resolve("jobmanager.log.1")).hasContent("first part\n");
        assertThat(kept.resolve("jobmanager.log")).hasContent("last\n");
    }
}
