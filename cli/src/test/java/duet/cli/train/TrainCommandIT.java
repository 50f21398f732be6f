package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import duet.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet train")
class TrainCommandIT {

    @TempDir private Path directory;
    private Path log;

    @BeforeEach
    void writeLog() {
        log = directory.resolve("log.csv");
        duet(
                "synthesize",
                "--out",
                log.toString(),
                "--users",
                "120",
                "--interactions",
                "30",
                "--seed",
                "3");
    }

    @Test
    @DisplayName("writes a bundle that the other commands take, and shows what it does")
    void trains() throws IOException {
        Path bundle = directory.resolve("bundle");
        String shown = train(bundle);

        assertThat(shown)
                .contains(
                        "120 users",
                        "Network and generator",
                        "epoch 2/2",
                        "loss",
                        "samples/s",
                        "left",
                        "userAuc");
        ModelBundle model = ModelBundle.open(bundle);
        assertThat(shown).contains(model.modelVersion());
        assertThat(model.manifest().backbone()).isEqualTo("sasrec");
        assertThat(model.dimensions().width()).isEqualTo(16);
        assertThat(model.dimensions().feedForward()).isEqualTo(16);
        assertThat(model.manifest().trainingOptions()).containsEntry("seed", 5);
        assertThat(model.dimensions().rank()).isEqualTo(4);
        assertThat(model.dimensions().history()).isEqualTo(200);
        assertThat(model.dimensions().encoderWidth()).isZero();
        assertThat(model.manifest().trainingOptions()).containsEntry("maxAge", 50);
        assertThat(model.manifest().metrics())
                .containsKeys(
                        "validation.global.userAuc",
                        "validation.personalized.userAuc",
                        "validation.personalized.age.30.userAuc",
                        "validation.shrinkage");

        Path json = directory.resolve("out.json");
        duet(
                "evaluate",
                "--bundle",
                bundle.toString(),
                "--data",
                log.toString(),
                "--format",
                "csv",
                "--json",
                json.toString());
        JsonNode metrics = new ObjectMapper().readTree(json.toFile());
        assertThat(metrics.at("/global/users").asInt()).isEqualTo(120);
        assertThat(metrics.at("/personalized/userAuc").asDouble()).isBetween(0.4, 1.0);
    }

    @Test
    @DisplayName("gives the same bytes for the same seed, and others for another")
    void reproducible() throws IOException {
        Path once = directory.resolve("once");
        Path again = directory.resolve("again");
        Path other = directory.resolve("other");
        train(once);
        train(again);
        train(other, "--seed", "6");

        try (Stream<Path> files = Files.list(once)) {
            List<Path> written = files.toList();
            assertThat(written).hasSizeGreaterThanOrEqualTo(5);
            for (Path file : written) {
                assertThat(again.resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }
        assertThat(ModelBundle.open(other).modelVersion())
                .isNotEqualTo(ModelBundle.open(once).modelVersion());
    }

    @Test
    @DisplayName("leaves the probe out where it is told to, and nothing else")
    void withoutAProbe() {
        Path probed = directory.resolve("probed");
        Path plain = directory.resolve("plain");
        train(probed);
        train(plain, "--no-probe");

        assertThat(ModelBundle.open(probed).probe())
                .hasValueSatisfying(probe -> assertThat(probe.users()).hasSize(120));
        assertThat(ModelBundle.open(plain).probe()).isEmpty();
        assertThat(ModelBundle.open(plain).modelVersion())
                .isEqualTo(ModelBundle.open(probed).modelVersion());
    }

    @Test
    @DisplayName(
            "trains one part after the other where it is told to, with other decoders, over an"
                    + " older bundle")
    void separate() {
        Path bundle = directory.resolve("bundle");
        train(bundle);
        String shown = train(bundle, "--no-joint", "--decoders", "1");

        assertThat(shown).contains("Network: ", "Generator: ");
        assertThat(train(directory.resolve("together"), "--joint"))
                .contains("Network and generator: ")
                .doesNotContain("Generator: ");
        ModelBundle model = ModelBundle.open(bundle);
        assertThat(model.dimensions().decoders()).isEqualTo(1);
        assertThat(model.manifest().trainingOptions()).containsEntry("joint", false);
    }

    @Test
    @DisplayName("trains every way to build generator and device that the options name")
    void sizes() {
        Path bundle = directory.resolve("bundle");
        train(
                bundle,
                "--encoder",
                "recurrent",
                "--memory",
                "none",
                "--rank",
                "0",
                "--history",
                "40",
                "--max-age",
                "5",
                "--device-memory",
                "0.9,0.99");

        ModelBundle model = ModelBundle.open(bundle);
        assertThat(model.dimensions().encoderWidth()).isPositive();
        assertThat(model.dimensions().memoryDecays()).isEmpty();
        assertThat(model.dimensions().rank()).isZero();
        assertThat(model.dimensions().history()).isEqualTo(40);
        assertThat(model.dimensions().deviceMemoryDecays()).containsExactly(0.9, 0.99);
        assertThat(model.manifest().trainingOptions()).containsEntry("maxAge", 5);
    }

    private String train(Path bundle, String... more) {
        return duet(
                Stream.concat(
                                Stream.of(
                                        "train",
                                        "--data",
                                        log.toString(),
                                        "--format",
                                        "csv",
                                        "--backbone",
                                        "sasrec",
                                        "--out",
                                        bundle.toString(),
                                        "--epochs",
                                        "2",
                                        "--width",
                                        "16"),
                                Stream.of(
                                        List.of(more).contains("--seed")
                                                ? more
                                                : with(more, "--seed", "5")))
                        .toArray(String[]::new));
    }

    private static String[] with(String[] more, String... last) {
        return Stream.concat(Stream.of(more), Stream.of(last)).toArray(String[]::new);
    }

    private static String duet(String... args) {
        return CommandLineRun.wide(args).succeeded();
    }
}
