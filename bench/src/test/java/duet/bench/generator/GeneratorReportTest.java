package duet.bench.generator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorReportTest {
    private final GeneratorReport report =
            new GeneratorReport(
                    List.of(
                            new GeneratorFigure("onnxruntime", 64, 32_000, 40_000.5, 31_000),
                            new GeneratorFigure("pytorch", 1, 800, 900, 700)));

    @TempDir Path directory;

    @Test
    void isReadByPrograms() throws IOException {
        Path file = directory.resolve("bench.json");

        report.writeJson(file);

        JsonNode generator = new ObjectMapper().readTree(file.toFile()).get("generator");
        assertThat(generator).hasSize(2);
        assertThat(generator.get(0).get("engine").asText()).isEqualTo("onnxruntime");
        assertThat(generator.get(0).get("batch").asInt()).isEqualTo(64);
        assertThat(generator.get(0).get("perSecond").asDouble()).isEqualTo(32_000);
        assertThat(generator.get(1).get("engine").asText()).isEqualTo("pytorch");
    }

    @Test
    void isReadByPeople() {
        assertThat(report.table().lines().map(line -> line.replaceAll("\\s+", " ")))
                .contains(
                        "| onnxruntime | 64 | 32,000 | 40,001 | 2.000 | 31,000 |",
                        "| pytorch | 1 | 800 | 900 | 1.250 | 700 |");
    }
}
