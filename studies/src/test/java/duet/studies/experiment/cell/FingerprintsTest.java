package duet.studies.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import duet.studies.experiment.plan.PlanReader;
import duet.studies.experiment.plan.PlannedCell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Fingerprints of cells")
class FingerprintsTest {

    @TempDir private Path directory;
    private PlannedCell standard;

    @BeforeEach
    void writeData() throws IOException {
        Files.writeString(directory.resolve("log.csv"), "user,item,timestamp\n1,2,3\n");
        Files.writeString(directory.resolve("c.tsv"), "1\t2\t3\n");
        standard = cell("", "");
    }

    /** The only cell of a plan with these training options and other keys of the variant. */
    private PlannedCell cell(String training, String variant) throws IOException {
        Path file = directory.resolve("plan.yaml");
        Files.writeString(
                file,
                String.format(
                        Locale.ROOT,
                        """
                        name: p
                        data: [{name: d, file: log.csv, format: csv, candidates: c.tsv}]
                        seeds: [1]
                        backbones: [sasrec]
                        variants:
                          - {name: v, training: {%s}%s}
                        """,
                        training,
                        variant));
        return PlanReader.read(file).cells().get(0);
    }

    @Test
    @DisplayName("are the same for the same cell")
    void same() throws IOException {
        assertThat(new Fingerprints().cell(cell("", "")))
                .isEqualTo(new Fingerprints().cell(standard));
    }

    @Test
    @DisplayName("are what they were when results were kept under them")
    void frozen() throws IOException {
        Fingerprints fingerprints = new Fingerprints();
        PlannedCell other = cell("rank: 1, width: 8, network: {epochs: 3, learningRate: 0.1}", "");
        assertThat(
                        List.of(
                                fingerprints.cell(standard),
                                fingerprints.model(standard),
                                fingerprints.network(standard),
                                fingerprints.cell(other),
                                fingerprints.model(other),
                                fingerprints.network(other)))
                .containsExactly(
                        "3ec082e572f7d1054e8e",
                        "c86f10f2f7880c756361",
                        "3ccbb5ca3488e3d3a42f",
                        "a56605934dbb98f38b1b",
                        "eeaa49952cd90bbec520",
                        "e66161c30cc913d0371e");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rank: 1",
                "decoders: 1",
                "memoryDecays: [0.5]",
                "encoderWidth: 8",
                "generatorItemWidth: 8",
                "embeddingWidth: 8",
                "layerEmbeddingWidth: 8",
                "maxAge: 0",
                "freshShare: 1",
                "positions: 1",
                "historyDropout: 0.9",
                "residualPenalty: 3",
                "globalShare: 0.1",
                "history: 40",
                "items: float32",
                "generator: {epochs: 1}"
            })
    @DisplayName("of networks do not depend on what is the generator's, those of models do")
    void generatorOptions(String option) throws IOException {
        Fingerprints fingerprints = new Fingerprints();
        PlannedCell other = cell(option, "");
        assertThat(fingerprints.network(other)).isEqualTo(fingerprints.network(standard));
        assertThat(fingerprints.model(other)).isNotEqualTo(fingerprints.model(standard));
        assertThat(fingerprints.cell(other)).isNotEqualTo(fingerprints.cell(standard));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "width: 8",
                "window: 10",
                "feedForward: 8",
                "blocks: 2",
                "deviceMemoryDecays: [0.5]",
                "network: {epochs: 1}",
                "validationNegatives: 3"
            })
    @DisplayName("of networks depend on everything else")
    void networkOptions(String option) throws IOException {
        Fingerprints fingerprints = new Fingerprints();
        PlannedCell other = cell(option, "");
        assertThat(fingerprints.network(other)).isNotEqualTo(fingerprints.network(standard));
        assertThat(fingerprints.model(other)).isNotEqualTo(fingerprints.model(standard));
    }

    @Test
    @DisplayName("of networks that read the long memory depend on its length")
    void historyOfTheDevice() throws IOException {
        Fingerprints fingerprints = new Fingerprints();
        assertThat(fingerprints.network(cell("deviceMemoryDecays: [0.5], history: 40", "")))
                .isNotEqualTo(fingerprints.network(cell("deviceMemoryDecays: [0.5]", "")));
    }

    @Test
    @DisplayName("depend on the split of the data")
    void split() throws IOException {
        Fingerprints fingerprints = new Fingerprints();
        Path file = directory.resolve("plan.yaml");
        String plan = Files.readString(file);
        Files.writeString(file, plan.replace("format: csv", "format: csv, split: time=0.8"));
        PlannedCell other = PlanReader.read(file).cells().get(0);
        Files.writeString(file, plan.replace("format: csv", "format: csv, split: last"));
        PlannedCell same = PlanReader.read(file).cells().get(0);

        assertThat(fingerprints.network(other)).isNotEqualTo(fingerprints.network(standard));
        assertThat(fingerprints.model(other)).isNotEqualTo(fingerprints.model(standard));
        assertThat(fingerprints.cell(other)).isNotEqualTo(fingerprints.cell(standard));
        assertThat(fingerprints.cell(same)).isEqualTo(fingerprints.cell(standard));
    }

    @Test
    @DisplayName("of models that train in one phase do not depend on whether deltas are measured")
    void jointWithoutDeltas() throws IOException {
        Fingerprints fingerprints = new Fingerprints();
        PlannedCell joint = cell("joint: true", "");
        PlannedCell global = cell("joint: true", ", generator: false");
        assertThat(fingerprints.model(global)).isEqualTo(fingerprints.model(joint));
        assertThat(fingerprints.cell(global)).isNotEqualTo(fingerprints.cell(joint));
        PlannedCell separate = cell("joint: false", "");
        PlannedCell network = cell("joint: false", ", generator: false");
        assertThat(fingerprints.model(network)).isNotEqualTo(fingerprints.model(separate));
    }

    @Test
    @DisplayName("of results depend on what is measured, those of models do not")
    void evaluation() throws IOException {
        Fingerprints fingerprints = new Fingerprints();
        PlannedCell other = cell("", ", evaluation: {ages: [7]}");
        assertThat(fingerprints.model(other)).isEqualTo(fingerprints.model(standard));
        assertThat(fingerprints.cell(other)).isNotEqualTo(fingerprints.cell(standard));
    }

    @Test
    @DisplayName("depend on what the files hold")
    void data() throws IOException {
        String network = new Fingerprints().network(standard);
        String cell = new Fingerprints().cell(standard);
        Files.writeString(directory.resolve("c.tsv"), "1\t2\t4\n");
        assertThat(new Fingerprints().network(standard)).isEqualTo(network);
        assertThat(new Fingerprints().cell(standard)).isNotEqualTo(cell);
        Files.writeString(directory.resolve("log.csv"), "user,item,timestamp\n1,2,4\n");
        assertThat(new Fingerprints().network(standard)).isNotEqualTo(network);

        Files.delete(directory.resolve("log.csv"));
        assertThatThrownBy(() -> new Fingerprints().network(standard))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("data file " + directory.resolve("log.csv") + " does not exist");
    }
}
