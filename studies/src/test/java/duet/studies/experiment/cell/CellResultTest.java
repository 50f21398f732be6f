package duet.studies.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.schemas.InvalidInputException;
import duet.schemas.evaluation.RankingMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The file of a cell")
class CellResultTest {
    @TempDir Path directory;

    @Test
    @DisplayName("has no groups, is read again, and is refused with a key that nobody knows")
    void file() throws IOException {
        Path file = directory.resolve("cell.json");
        CellResult result =
                new CellResult(
                        new CellResult.Origin("small", "log", "sasrec", "default", 1, "f"),
                        JsonNodeFactory.instance.objectNode().put("rank", 4),
                        new CellResult.DataFacts(1, 2, 3),
                        "sasrec-1",
                        new CellResult.Training(new CellResult.Seconds(2, 1), null, List.of()),
                        null,
                        new CellResult.Cost(16, 123, 4, 0.25, null, 2112L, null),
                        new TreeMap<>(Map.of("java", "17")));
        ResultFiles.write(file, result);

        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "plan",
                        "data",
                        "backbone",
                        "variant",
                        "seed",
                        "fingerprint",
                        "options",
                        "dataFacts",
                        "modelVersion",
                        "training",
                        "quality",
                        "cost",
                        "versions");
        assertThat(ResultFiles.read(file, CellResult.class)).hasValue(result);

        for (String nothing : List.of("null", "null: []", json + "}", "")) {
            Files.writeString(file, nothing);
            assertThatThrownBy(() -> ResultFiles.read(file, CellResult.class))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("is not what duet experiment writes");
        }

        Files.writeString(file, json.put("colour", "red").toString());
        assertThatThrownBy(() -> ResultFiles.read(file, CellResult.class))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not what duet experiment writes");
    }

    @Test
    @DisplayName("says who was ranked for, which older ones do not")
    void users() throws IOException {
        RankingMetrics metrics = metrics();
        CellResult.RankedUsers users =
                new CellResult.RankedUsers(3, 5, new TreeMap<>(Map.of("noCandidates", 2)));
        Path file = directory.resolve("quality.json");
        CellResult.Quality quality =
                new CellResult.Quality(
                        metrics, new TreeMap<>(), List.of(), null, List.of(), null, null, users);
        ResultFiles.write(file, quality);
        assertThat(ResultFiles.read(file, CellResult.Quality.class)).hasValue(quality);

        ObjectNode older = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        older.remove("users");
        Files.writeString(file, older.toString());
        assertThat(ResultFiles.read(file, CellResult.Quality.class).orElseThrow().users()).isNull();
    }

    private static RankingMetrics metrics() {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        metrics.add(1, new float[] {0, 2});
        return metrics.result();
    }
}
