package duet.jobs.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.release.ReleaseRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The record of a load")
class LoadRecordTest {
    private static final String HASH = "a".repeat(64);
    private static final String OTHER_HASH = "b".repeat(64);

    @TempDir private Path directory;
    private final Instant now = Instant.now();

    /** A process with this number and start has ended, if there ever was one. */
    private static String ended(int number) {
        return Integer.MAX_VALUE - number + " 1";
    }

    private LoadRecord begin(String hash) throws Exception {
        return LoadRecord.begin(directory, hash, now);
    }

    /** A load begins in a process that ends before the load does. */
    private void takeDown(String process) throws Exception {
        LoadRecord.begin(directory, HASH, now, process);
    }

    @Test
    @DisplayName("lets a bundle be loaded that took one process down, and not one that took two")
    void quarantine() throws Exception {
        takeDown(ended(1));
        takeDown(ended(1)); // two subtasks of the same process
        begin(HASH);
        takeDown(ended(2));

        assertThatThrownBy(() -> begin(HASH))
                .isInstanceOf(ReleaseRefusedException.class)
                .hasMessage("loading it ended 2 processes within 24 h, so it is not tried again");
        begin(OTHER_HASH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "  ", "\n", "x 1", "-1", "99999999999999999999 1"})
    @DisplayName("that is none of ours does not count, and keeps nothing from being loaded")
    void noneOfOurs(String content) throws Exception {
        Files.writeString(directory.resolve(".loading-" + HASH + "-1"), content);
        Files.writeString(directory.resolve(".loading-" + HASH + "-2"), content);

        begin(HASH).close();
    }

    @Test
    @DisplayName("counts a process that has ended though its number is in use again")
    void recurringNumber() throws Exception {
        takeDown(ProcessHandle.current().pid() + " 1");
        takeDown(ended(1));
        assertThatThrownBy(() -> begin(HASH)).isInstanceOf(ReleaseRefusedException.class);
    }

    @Test
    @DisplayName("does not count loads that go on beside this one")
    void underWay() throws Exception {
        begin(HASH);
        begin(HASH);
        begin(HASH);
    }

    @Test
    @DisplayName("is gone when the load has ended, and what others left behind with it")
    void close() throws Exception {
        takeDown(ended(1));
        begin(HASH).close();
        assertThat(directory).isEmptyDirectory();
        takeDown(ended(2));
        begin(HASH).close();
    }

    @Test
    @DisplayName("undoes no load where it cannot be deleted")
    void cannotBeDeleted() throws Exception {
        Path gone = Files.createDirectory(directory.resolve("gone"));
        LoadRecord record = LoadRecord.begin(gone, HASH, now);
        try (var left = Files.list(gone)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(gone);
        assertThatCode(record::close).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("is forgotten after a day")
    void forgotten() throws Exception {
        takeDown(ended(1));
        takeDown(ended(2));
        LoadRecord.begin(directory, HASH, now.plus(LoadRecord.KEPT).plusSeconds(60));
    }

    @Test
    @DisplayName("holds nothing against a bundle where its file is none of ours")
    void foreignFiles() throws Exception {
        for (String content : new String[] {"", "x", "-1 y", "9".repeat(10_000)}) {
            Files.writeString(
                    directory.resolve(".loading-" + HASH + "-" + content.length()), content);
        }
        begin(HASH).close();
    }
}
