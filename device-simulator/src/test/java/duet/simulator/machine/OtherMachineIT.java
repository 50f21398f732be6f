package duet.simulator.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import duet.schemas.bundle.ModelBundle;
import duet.testkit.Eventually;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped model on linux-aarch64, emulated: natives, kernels and arithmetic are that machine's.
 * docs/contribute/machines.md says how the machine is made.
 */
@DisplayName("Another machine")
class OtherMachineIT {

    /** Where {@code .ci/aarch64-root} puts the machine, if not below the user's cache. */
    private static final String ROOT = "DUET_AARCH64_ROOT";

    private static final String EMULATOR = "qemu-aarch64-static";
    private static final float TOLERANCE = 1e-5f;

    @TempDir private Path directory;

    @Test
    @DisplayName("generates, ranks and scores as this one does")
    void sameScores() throws Exception {
        ModelBundle bundle = ModelBundle.open(Path.of("..", "models", "demo"));
        Map<String, float[]> here = MachineScores.of(bundle);
        Map<String, float[]> there = emulated(bundle);
        assertThat(there.keySet()).isEqualTo(here.keySet());
        Map<String, Float> differences = new TreeMap<>();
        here.forEach(
                (name, row) ->
                        differences.merge(
                                name.substring(0, name.lastIndexOf(' ')),
                                difference(row, there.get(name)),
                                Math::max));
        differences.forEach(
                (kind, difference) ->
                        System.out.printf(
                                Locale.ROOT, "largest difference, %s: %.1e%n", kind, difference));
        for (String name : List.of("device runtime, ranking 19", "device.onnx, personalized 19")) {
            System.out.printf(
                    Locale.ROOT,
                    "%s: %s here, %s there%n",
                    name,
                    here.get(name)[0],
                    there.get(name)[0]);
        }
        assertThat(differences).hasSize(5);
        assertThat(differences.values()).allMatch(difference -> difference <= TOLERANCE);
    }

    @Test
    @DisplayName("scores device.onnx as the device runtime does")
    void sameEngines() throws Exception {
        Map<String, float[]> scores =
                MachineScores.of(ModelBundle.open(Path.of("..", "models", "demo")));
        for (int i = 0; scores.containsKey("device.onnx, personalized " + i); i++) {
            assertThat(
                            difference(
                                    scores.get("device.onnx, personalized " + i),
                                    scores.get("device runtime, personalized " + i)))
                    .isLessThanOrEqualTo(TOLERANCE);
        }
    }

    private Map<String, float[]> emulated(ModelBundle bundle) throws Exception {
        Path emulator = onPath(EMULATOR);
        Path root = root();
        Path numbers = directory.resolve("numbers");
        Path said = directory.resolve("said");
        Process process =
                new ProcessBuilder(
                                emulator.toString(),
                                "-L",
                                root.toString(),
                                java(root).toString(),
                                "-Xmx512m",
                                // The emulator translates what the compiler makes: less is faster.
                                "-XX:TieredStopAtLevel=1",
                                "-Dai.djl.offline=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                MachineScores.class.getName(),
                                bundle.directory().toString(),
                                numbers.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        int exitCode = Eventually.exitCode("the end of the emulated machine", process);
        assertThat(exitCode).as(Files.readString(said)).isZero();
        assertThat(Files.readString(said)).contains("Linux aarch64 Java ");
        return MachineScores.read(numbers);
    }

    private static Path root() {
        String given = System.getenv(ROOT);
        Path root =
                given == null
                        ? Path.of(System.getProperty("user.home"), ".cache/duet/aarch64-root")
                        : Path.of(given);
        assumeThat(root).as("a machine made by .ci/aarch64-root").isDirectory();
        return root;
    }

    private static Path java(Path root) throws IOException {
        try (Stream<Path> machines = Files.list(root.resolve("usr/lib/jvm"))) {
            return machines.map(machine -> machine.resolve("bin/java"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Path onPath(String tool) {
        Optional<Path> file =
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder).resolve(tool))
                        .filter(Files::isExecutable)
                        .findFirst();
        assumeThat(file).as(tool + " is not installed").isPresent();
        return file.get();
    }

    private static float difference(float[] here, float[] there) {
        assertThat(there).hasSameSizeAs(here);
        float largest = 0;
        for (int i = 0; i < here.length; i++) {
            largest = Math.max(largest, Math.abs(here[i] - there[i]));
        }
        return largest;
    }
}
