package duet.studies.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.model.evaluation.EvaluationTask;
import duet.schemas.InvalidInputException;
import duet.schemas.evaluation.UserRanking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The ranks of users")
class CellRankingsTest {
    private static final List<EvaluationTask> TASKS = List.of(task("ann", 3), task("bob", 4));

    @TempDir private Path directory;

    private static EvaluationTask task(String user, long positive) {
        return new EvaluationTask(user, new long[] {1}, positive, new long[] {7, 8, 9});
    }

    private static CellRankings collected(List<EvaluationTask> tasks, UserRanking... users) {
        CellRankings.Collector collector = new CellRankings.Collector(tasks);
        collector.ranked("global", List.of(users));
        collector.validated("global", 0.75);
        return collector.result("print");
    }

    private CellRankings readAgain(CellRankings rankings) {
        ResultDirectory results = new ResultDirectory(directory);
        results.write(new Contents.Cell("cell", "print"), rankings);
        return results.rankings(new Contents.Cell("cell", "print")).orElseThrow();
    }

    @Test
    @DisplayName("are the same after they were written and read, ties included")
    void file() {
        UserRanking ann = new UserRanking(2, 1, 3);
        UserRanking bob = new UserRanking(0, 0, 3);

        CellRankings read = readAgain(collected(TASKS, ann, bob));

        assertThat(read.of("global")).hasValue(List.of(ann, bob));
        assertThat(read.of("age0")).isEmpty();
        assertThat(read.validation()).containsEntry("global", 0.75);
    }

    @Test
    @DisplayName("name no user, and have one number of negatives where all users have the same")
    void small() throws IOException {
        readAgain(collected(TASKS, new UserRanking(2, 0, 3), new UserRanking(0, 0, 3)));

        Path file = directory.resolve("rankings/cell.json");
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.at("/negatives")).hasSize(1);
        assertThat(json.at("/byWay/global").has("equal")).isFalse();
        assertThat(Files.readString(file)).doesNotContain("ann", "bob");
    }

    @Test
    @DisplayName("know lists of different lengths")
    void lengths() {
        List<EvaluationTask> tasks =
                List.of(
                        task("ann", 3),
                        new EvaluationTask("bob", new long[] {1}, 4, new long[] {7}));
        UserRanking ann = new UserRanking(2, 0, 3);
        UserRanking bob = new UserRanking(1, 0, 1);
        assertThat(readAgain(collected(tasks, ann, bob)).of("global")).hasValue(List.of(ann, bob));
    }

    @Test
    @DisplayName("belong to tasks that differ in users or candidates, not in histories")
    void tasks() {
        UserRanking[] users = {new UserRanking(2, 0, 3), new UserRanking(0, 0, 3)};
        String hash = collected(TASKS, users).tasks();
        List<EvaluationTask> later =
                TASKS.stream()
                        .map(
                                task ->
                                        new EvaluationTask(
                                                task.user(),
                                                new long[] {1, 2},
                                                task.positive(),
                                                task.negatives()))
                        .toList();
        assertThat(collected(later, users).tasks()).isEqualTo(hash);
        for (List<EvaluationTask> other :
                List.of(
                        List.of(task("ann", 3), task("eve", 4)),
                        List.of(task("ann", 3), task("bob", 5)),
                        List.of(task("bob", 4), task("ann", 3)))) {
            assertThat(collected(other, users).tasks()).isNotEqualTo(hash);
        }
    }

    @Test
    @DisplayName("are not those of a cell that was measured with other options")
    void stale() {
        CellRankings rankings =
                collected(TASKS, new UserRanking(2, 0, 3), new UserRanking(0, 0, 3));
        ResultDirectory results = new ResultDirectory(directory);
        results.write(new Contents.Cell("cell", "print"), rankings);
        assertThat(results.rankings(new Contents.Cell("cell", "later"))).isEmpty();
        assertThat(results.rankings(new Contents.Cell("other", "print"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"negatives\": [3, 3, 3], \"byWay\": {\"g\": {\"below\": [1, 2]}}}",
                "{\"negatives\": [0], \"byWay\": {\"g\": {\"below\": [1, 2]}}}",
                "{\"negatives\": [3], \"byWay\": {\"g\": {\"below\": [1, -2]}}}",
                "{\"negatives\": [3], \"byWay\": {\"g\": {\"below\": [1], \"equal\": [1, 2]}}}",
                "{\"negatives\": [3], \"byWay\": {\"g\": {\"below\": [1], \"equal\": [-1]}}}",
                "{\"negatives\": [3], \"byWay\": {\"g\": {}}}",
                "{\"negatives\": [3], \"byWay\": {\"g\": null}}",
                "{\"negatives\": [3]}",
                "{\"byWay\": {}}",
                "{\"negatives\": [3], \"byWay\": {}, \"colour\": 1}",
                "[]"
            })
    @DisplayName("are refused where they do not belong together, with the file")
    void bad(String json) throws IOException {
        Path file = directory.resolve("rankings/cell.json");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                json.replaceFirst(
                        "\\{",
                        "{\"fingerprint\": \"print\", \"tasks\": \"t\", \"validation\": {}, "));
        assertThatThrownBy(
                        () ->
                                new ResultDirectory(directory)
                                        .rankings(new Contents.Cell("cell", "print")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        file
                                + " is not what duet experiment writes; delete it to measure it"
                                + " again");
    }
}
