package duet.studies.experiment.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A filter of cells")
class CellFilterTest {
    private static final String PLAN =
            """
            name: small
            data: [{name: log, file: log.csv}, {name: other, file: other.csv}]
            seeds: [1, 2]
            backbones: [sasrec, din]
            variants:
              - {name: default, widths: [16, 32]}
              - {name: "rank 2, old", backbones: [sasrec]}
            """;

    @TempDir private Path directory;
    private List<PlannedCell> cells;

    @BeforeEach
    void readPlan() throws IOException {
        Path file = directory.resolve("plan.yaml");
        Files.writeString(file, PLAN);
        cells = PlanReader.read(file).cells();
    }

    private List<PlannedCell> chosen(String... texts) {
        CellFilter filter = CellFilter.parse(List.of(texts));
        filter.requireSome(cells);
        return cells.stream().filter(filter::chooses).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data=log | 10",
                "backbone=din | 8",
                "data=log,backbone=din | 4",
                "data=log,seed=2,width=16 | 2",
                "variant=default, width 16 | 8",
                "variant=default | 16",
                "variant=default,width=32 | 8",
                "variant=rank 2, old,seed=1 | 2",
                "seed=1,seed=2 | 20",
                "width=32 | 12"
            })
    @DisplayName("chooses the cells that have one of the values of every key")
    void chooses(String text, int count) {
        assertThat(chosen(text)).hasSize(count);
    }

    @Test
    @DisplayName("may be given in several texts, and is the same when it is read again")
    void several() {
        assertThat(chosen("data=log", "seed=1")).hasSize(5);
        assertThat(chosen()).hasSameSizeAs(cells);
        CellFilter filter = CellFilter.parse(List.of("variant=rank 2, old,seed=1", "seed=2"));
        assertThat(CellFilter.parse(filter.texts())).isEqualTo(filter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "beauty", "colour=red", "data=", "data=log,colour=red", "=x"})
    @DisplayName("is refused without a key that is known")
    void bad(String text) {
        assertThatThrownBy(() -> CellFilter.parse(List.of(text)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not KEY=VALUE with one of the keys data, backbone,");
    }

    @Test
    @DisplayName("is refused where it chooses nothing")
    void nothing() {
        assertThatThrownBy(() -> chosen("data=beauty"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("no cell of the plan has the data 'beauty', there are log; other");
        assertThatThrownBy(() -> chosen("variant=rank 2, old,backbone=din"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("no cell of the plan has all of variant=rank 2, old, backbone=din");
    }
}
