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

@DisplayName("duet fashion, on a small data set of the same format")
class FashionCommandIT {

    @TempDir private Path directory;

    @Test
    @DisplayName("trains, measures and writes model, figures and page")
    void trainsAndMeasures() throws IOException {
        Path data = Files.createDirectory(directory.resolve("data"));
        SmallFashion.write(data, 12);
        Path bundle = directory.resolve("bundle");
        Path json = directory.resolve("fashion.json");
        Path report = directory.resolve("fashion.md");
        String shown =
                CommandLineRun.wide(
                                "fashion",
                                "--data",
                                data.toString(),
                                "--side",
                                "7",
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
                        "personalized, age 50",
                        "own estimate",
                        "10 labelled");
        assertThat(model.dimensions().items()).isEqualTo(10);
        assertThat(model.dimensions().inputs()).isEqualTo(7 * 7 * 3);
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.at("/global/samples").asInt()).isEqualTo(6000);
        // The classes of the made-up photographs are easily told apart.
        assertThat(figures.at("/global/accuracy").asDouble()).isBetween(0.2, 1.0);
        assertThat(figures.at("/ownMix/accuracy").asDouble()).isBetween(0.2, 1.0);
        assertThat(figures.at("/fineTuningByLabels/10/labelled").asInt()).isEqualTo(10);
        assertThat(figures.at("/fineTuned"))
                .isEqualTo(figures.at("/fineTuningByLabels/50/fineTuned"));
        assertThat(Files.readString(report))
                .contains("# Results on Fashion-MNIST", "fine-tuned on 10 labels");
    }
}
