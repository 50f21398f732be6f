package duet.cli.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import duet.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet glyphs")
class GlyphsCommandIT {

    @TempDir private Path directory;

    @Test
    @DisplayName("trains, measures and writes model, figures and page")
    void trainsAndMeasures() throws IOException {
        Path bundle = directory.resolve("bundle");
        Path json = directory.resolve("glyphs.json");
        Path report = directory.resolve("glyphs.md");
        String shown =
                CommandLineRun.wide(
                                "glyphs",
                                "--out",
                                bundle.toString(),
                                "--epochs",
                                "1",
                                "--fine-tune",
                                "1",
                                "--json",
                                json.toString(),
                                "--report",
                                report.toString())
                        .succeeded();

        ModelBundle model = ModelBundle.open(bundle);
        assertThat(shown)
                .contains(
                        model.modelVersion(),
                        "Network",
                        "Generator",
                        "personalized, age 50",
                        "another device",
                        "fine-tuned");
        assertThat(model.manifest().backbone()).isEqualTo("perceptron");
        assertThat(model.dimensions().items()).isEqualTo(21);
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.at("/seed").asLong()).isEqualTo(7);
        assertThat(figures.at("/global/samples").asInt()).isEqualTo(6000);
        assertThat(figures.at("/global/accuracy").asDouble()).isBetween(0.1, 0.72);
        for (String age : new String[] {"0", "5", "10", "20", "50"}) {
            assertThat(figures.at("/personalizedByAge/" + age + "/userAuc").asDouble())
                    .as("userAuc at age %s", age)
                    .isBetween(0.5, 1.0);
        }
        assertThat(figures.at("/personalized")).isEqualTo(figures.at("/personalizedByAge/0"));
        assertThat(figures.at("/personalizedByLength/1/accuracy").asDouble()).isBetween(0.1, 0.9);
        assertThat(figures.at("/fineTuning/devices").asInt()).isEqualTo(1);
        assertThat(figures.at("/fineTuned")).isEqualTo(figures.at("/fineTuning/fineTuned"));
        assertThat(Files.readString(report)).contains("| global |", "## Fine-tuning");
    }
}
