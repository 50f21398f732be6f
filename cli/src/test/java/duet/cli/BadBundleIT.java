package duet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.bundle.BundleExport;
import duet.model.network.Backbone;
import duet.model.training.options.ModelSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Manifest;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.SyntheticLog;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("With a bad bundle or bad candidates, a command fails with one line and exit code 2:")
class BadBundleIT {

    @TempDir private Path directory;
    private Path bundle;
    private Path log;

    @BeforeEach
    void writeInputs() {
        bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
        log = directory.resolve("log.csv");
        new SyntheticLog(SyntheticCatalogue.standard(), 5, 12, 1).write(log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "replay"})
    @DisplayName("no such directory")
    void noBundle(String command) {
        Path missing = directory.resolve("nowhere");
        assertThat(run(command, missing).failedWith(2)).contains(missing.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "replay"})
    @DisplayName("a directory that is no bundle")
    void noManifest(String command) {
        assertThat(run(command, directory).failedWith(2))
                .contains(directory.toString(), "manifest.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "replay", "demo", "simulate"})
    @DisplayName("a file of the bundle is missing")
    void missingFile(String command) throws IOException {
        Files.delete(bundle.resolve(ModelBundle.GENERATOR_ONNX));
        assertThat(run(command, bundle).failedWith(2)).contains("generator.onnx", "missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "replay", "demo", "simulate"})
    @DisplayName("a byte is flipped")
    void flippedByte(String command) throws IOException {
        Path file = bundle.resolve(ModelBundle.DEVICE_WEIGHTS);
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
        assertThat(run(command, bundle).failedWith(2)).contains("device.safetensors", "SHA-256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "replay", "demo"})
    @DisplayName("a later format version")
    void futureVersion(String command) throws IOException {
        Path manifest = bundle.resolve(ModelBundle.MANIFEST);
        String json = Files.readString(manifest);
        int later = Manifest.FORMAT_VERSION + 1;
        String changed =
                json.replaceFirst("\"formatVersion\"\\s*:\\s*\\d+", "\"formatVersion\" : " + later);
        assertThat(changed).isNotEqualTo(json);
        Files.writeString(manifest, changed);
        assertThat(run(command, bundle).failedWith(2)).contains("manifest.json", "format " + later);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "replay", "demo"})
    @DisplayName("a model that reads feature vectors")
    void features(String command) {
        Dimensions dimensions =
                ModelSizes.small().dimensions(4).withFeatures(16, 20).withColdStart(0);
        Path features =
                BundleExport.untrained(
                                directory.resolve("features"),
                                Backbone.PERCEPTRON,
                                dimensions,
                                Vocabulary.of(new long[] {1, 2, 3, 4}),
                                7)
                        .directory();
        assertThat(run(command, features).failedWith(2))
                .contains(features.toString(), "vectors of 16 features");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "replay"})
    @DisplayName("candidates with an item that the model does not know")
    void unknownCandidate(String command) throws IOException {
        Path candidates = directory.resolve("candidates.tsv");
        Files.writeString(candidates, "1\t100001\t100002,31337\n");
        assertThat(run(command, bundle, "--candidates", candidates.toString()).failedWith(2))
                .contains(candidates.toString(), "31337");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "replay"})
    @DisplayName("candidates that are missing")
    void missingCandidates(String command) {
        Path missing = directory.resolve("nowhere.tsv");
        assertThat(run(command, bundle, "--candidates", missing.toString()).failedWith(2))
                .contains(missing.toString());
    }

    private CommandLineRun run(String command, Path model, String... more) {
        List<String> line = new ArrayList<>(List.of(command, "--bundle", model.toString()));
        if (command.equals("evaluate") || command.equals("replay")) {
            line.addAll(List.of("--data", log.toString(), "--format", "csv"));
        }
        if (command.equals("simulate")) {
            line.addAll(List.of("--bootstrap-servers", "127.0.0.1:9"));
        }
        line.addAll(List.of(more));
        return CommandLineRun.duet(line.toArray(String[]::new));
    }
}
