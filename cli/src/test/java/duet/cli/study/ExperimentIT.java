package duet.cli.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import duet.model.training.options.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet experiment")
class ExperimentIT {
    private static final String PLAN =
            """
            name: tiny
            data: [{name: synthetic, file: log.csv, format: csv}]
            seeds: [1, 2]
            backbones: [sasrec]
            training:
              {joint: false, width: 8, feedForward: 8, network: {epochs: 1}, generator: {epochs: 1}}
            evaluation: {ages: [0, 5], historyLengths: [1, 5]}
            variants:
              - name: default
                evaluation:
                  {oscillation: 2, encodings: [float32, int8, int4], deviceTime: true, fineTune: 2}
              - name: full
                training: {rank: 0}
              - name: device memory
                generator: false
                training: {deviceMemoryDecays: [0.8, 0.98]}
            """;

    private static final int CELLS = 6;

    @TempDir private Path directory;
    private Path plan;
    private Path out;

    @BeforeEach
    void writePlan() throws IOException {
        plan = directory.resolve("tiny.yaml");
        out = directory.resolve("out");
        Files.writeString(plan, PLAN);
        CommandLineRun.wide(
                        "synthesize",
                        "--out",
                        directory.resolve("log.csv").toString(),
                        "--users",
                        "80",
                        "--interactions",
                        "20")
                .succeeded();
    }

    @Test
    @DisplayName(
            "killed after its first cell goes on where it was, and measures what is to be measured")
    void resumes() throws Exception {
        Process process = start("experiment", "--plan", plan.toString(), "--out", out.toString());
        while (cells().isEmpty() && !process.waitFor(20, TimeUnit.MILLISECONDS)) {
            assertThat(process.isAlive() || !cells().isEmpty()).isTrue();
        }
        process.destroyForcibly().waitFor();
        Map<Path, FileTime> before = aged("cells", ".json");
        Map<Path, FileTime> networks = aged("networks", "network.json");
        assertThat(before).isNotEmpty().hasSizeLessThan(CELLS);
        assertThat(networks).isNotEmpty();

        CommandLineRun.wide("experiment", "--plan", plan.toString(), "--out", out.toString())
                .succeeded();

        assertThat(cells()).hasSize(CELLS).containsAllEntriesOf(before);
        // Two seeds, each with a network of its own for the device that reads the memory.
        assertThat(files("networks", "network.json")).hasSize(4).containsAllEntriesOf(networks);
        assertMeasured();
        Map<Path, FileTime> all = aged("cells", ".json");
        CommandLineRun.wide("experiment", "--plan", plan.toString(), "--out", out.toString())
                .succeeded();
        assertThat(cells()).isEqualTo(all);
    }

    private void assertMeasured() throws IOException {
        JsonNode cell =
                new ObjectMapper()
                        .readTree(out.resolve("cells/synthetic--sasrec--default--1.json").toFile());
        assertThat(cell.at("/quality/global/userAuc").asDouble()).isBetween(0.3, 1.0);
        assertThat(cell.at("/quality/personalizedByAge/5/users").asInt()).isEqualTo(80);
        assertThat(cell.at("/quality/historyLengths")).hasSize(3);
        assertThat(cell.at("/quality/codecs")).hasSize(3);
        assertThat(cell.at("/quality/codecs/2/wireBytes").asDouble())
                .isBetween(100.0, cell.at("/quality/codecs/1/wireBytes").asDouble());
        assertThat(cell.at("/quality/fineTuning/users").asInt()).isEqualTo(2);
        assertThat(cell.at("/quality/fineTuning/secondsPerUser").asDouble())
                .isGreaterThan(cell.at("/quality/fineTuning/secondsPerGeneration").asDouble());
        assertThat(cell.at("/quality/oscillation/pairs").asInt()).isEqualTo(160);
        assertThat(cell.at("/cost/deviceMillis").asDouble()).isPositive();
        assertThat(cell.at("/options/width").asInt()).isEqualTo(8);
        assertThat(cell.at("/training/epochs")).hasSize(2);

        String page = Files.readString(out.resolve("results.md"));
        assertThat(page)
                .contains("6 of 6 cells finished", "| synthetic | sasrec | device memory |")
                .doesNotContain("NaN", "null");
        assertThat(out.resolve("results/results.csv")).isNotEmptyFile();
    }

    @Test
    @DisplayName("shares the work among processes, and renders alone")
    void jobs() throws IOException {
        Files.writeString(plan, PLAN.replace("seeds: [1, 2]", "seeds: [3]"));
        CommandLineRun.wide(
                        "experiment",
                        "--plan",
                        plan.toString(),
                        "--out",
                        out.toString(),
                        "--jobs",
                        "2")
                .succeeded();
        assertThat(cells()).hasSize(CELLS / 2);

        Path page = directory.resolve("elsewhere.md");
        CommandLineRun.wide(
                        "experiment",
                        "--plan",
                        plan.toString(),
                        "--out",
                        directory.resolve("new").toString(),
                        "--render-only",
                        "--include",
                        out.toString(),
                        "--report",
                        page.toString())
                .succeeded();
        assertThat(page).content().contains("0 of 3 cells finished", "3 of 3 cells finished");
    }

    @Test
    @DisplayName("measures a cell again when its options have changed")
    void changed() throws IOException {
        String one = PLAN.replace("seeds: [1, 2]", "seeds: [1]");
        Files.writeString(plan, one);
        CommandLineRun.wide("experiment", "--plan", plan.toString(), "--out", out.toString())
                .succeeded();
        Map<Path, FileTime> before = aged("cells", ".json");

        Files.writeString(plan, one.replace("{rank: 0}", "{rank: 2}"));
        CommandLineRun.wide("experiment", "--plan", plan.toString(), "--out", out.toString())
                .succeeded();

        assertThat(cells().keySet()).isEqualTo(before.keySet());
        assertThat(cells().entrySet())
                .filteredOn(entry -> !before.get(entry.getKey()).equals(entry.getValue()))
                .singleElement()
                .satisfies(
                        entry ->
                                assertThat(entry.getKey())
                                        .hasFileName("synthetic--sasrec--full--1.json"));
    }

    @Test
    @DisplayName("trains and measures with the split of the data")
    void split() throws IOException {
        Files.writeString(
                plan,
                """
                name: split
                data:
                  - {name: last, file: log.csv}
                  - {name: time, file: log.csv, split: time=0.7}
                seeds: [1]
                backbones: [sasrec]
                training: {width: 8, feedForward: 8, network: {epochs: 1}, generator: {epochs: 1}}
                evaluation: {ages: [0], controls: false, encodings: []}
                variants: [{name: default}]
                """);
        CommandLineRun.wide("experiment", "--plan", plan.toString(), "--out", out.toString())
                .succeeded();

        ObjectMapper json = new ObjectMapper();
        JsonNode last = json.readTree(out.resolve("cells/last--sasrec--default--1.json").toFile());
        JsonNode time = json.readTree(out.resolve("cells/time--sasrec--default--1.json").toFile());
        assertThat(last.at("/options").has("split")).isFalse();
        assertThat(time.at("/options/split").asText()).isEqualTo("time=0.7");
        assertThat(time.get("modelVersion")).isNotEqualTo(last.get("modelVersion"));
        // The bundle keeps the moment, by which other parts of the log are split, too.
        assertThat(files("models", "manifest.json").keySet())
                .extracting(file -> json.readTree(file.toFile()).at("/trainingOptions/split"))
                .extracting(JsonNode::asText)
                .hasSize(2)
                .contains("last")
                .anyMatch(rule -> rule.matches("time=\\d+-.*Z"));
    }

    @Test
    @DisplayName("refuses a wrong plan in one line, and data that is missing")
    void badInput() throws IOException {
        Files.writeString(plan, PLAN.replace("seeds:", "sedes:"));
        assertThat(
                        CommandLineRun.wide(
                                        "experiment",
                                        "--plan",
                                        plan.toString(),
                                        "--out",
                                        out.toString())
                                .refused())
                .startsWith("duet: " + plan + " line 3: unknown key 'sedes'");
        Files.writeString(plan, PLAN.replace("log.csv", "gone.csv"));
        assertThat(
                        CommandLineRun.wide(
                                        "experiment",
                                        "--plan",
                                        plan.toString(),
                                        "--out",
                                        out.toString())
                                .refused())
                .contains("gone.csv does not exist");
        assertThat(out).doesNotExist();
    }

    @Test
    @DisplayName("makes its log, runs the part that is asked for, and begins the page with roles")
    void roles() throws IOException {
        Files.writeString(
                plan,
                """
                name: roles
                data:
                  - {name: made, synthesize: {users: 60, interactions: 20, seed: 3}}
                  - {name: gone, file: gone.csv, optional: true}
                seeds: [1, 2]
                seedsByBackbone: {gru4rec: [1]}
                backbones: [sasrec, gru4rec]
                widths: [8]
                training: {network: {epochs: 1}, generator: {epochs: 1}}
                evaluation: {ages: [0, 10, 50], historyLengths: [], controls: false}
                variants:
                  - {name: default, role: default, evaluation: {controls: true, fineTune: 2}}
                  - name: device memory
                    role: [device-memory, both]
                    training: {deviceMemoryDecays: [0.8, 0.98]}
                  - name: bigger
                    role: bigger-device
                    generator: false
                    widths: [10]
                    ofWidth: 8
                  - name: ceiling
                    role: ceiling
                    widths: [12, 16]
                    seeds: [1]
                    evaluation: {ages: [0]}
                """);

        assertThat(experiment("--only", "backbone=sasrec,seed=1", "--only", "width=8"))
                .contains("Without the data set gone: data file", "gone.csv does not exist");

        assertThat(cells().keySet())
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "made--sasrec--default--1.json", "made--sasrec--device-memory--1.json");
        assertThat(out.resolve("results.md"))
                .content()
                .contains("2 of 13 cells finished", "The data set gone was not there")
                .contains("no ceiling is finished");

        Map<Path, FileTime> before = aged("cells", ".json");
        Map<Path, FileTime> log = aged("data", ".csv");
        experiment("--jobs", "2", "--only", "backbone=sasrec");
        assertThat(cells()).hasSize(8).containsAllEntriesOf(before);
        experiment();

        assertThat(cells()).hasSize(13).containsAllEntriesOf(before);
        assertThat(files("data", ".csv")).hasSize(1).isEqualTo(log);
        assertSummary();
    }

    private void assertSummary() throws IOException {
        String page = Files.readString(out.resolve("results.md"));
        assertThat(page)
                .contains("13 of 13 cells finished", "| made | sasrec | 8 | 0.")
                .contains("| made | gru4rec | 8 | 0.", "## Behind the summary")
                .doesNotContain("NaN", "null");
        JsonNode json = new ObjectMapper().readTree(out.resolve("results/results.json").toFile());
        assertThat(json.get("summary")).hasSize(4);
        JsonNode row = json.at("/summary/0");
        assertThat(row.at("/of/backbone").asText()).isEqualTo("sasrec");
        assertThat(row.at("/global/seeds").asInt()).isEqualTo(2);
        assertThat(row.at("/global/halfWidth").asDouble()).isPositive();
        assertThat(row.at("/delta/50/gainHalfWidth").isNumber()).isTrue();
        assertThat(row.at("/controls/deviceMemory/variant").asText()).isEqualTo("device memory");
        assertThat(row.at("/controls/both/0/variant").asText()).isEqualTo("device memory");
        assertThat(row.at("/controls/biggerDevice/variant").asText()).isEqualTo("bigger");
        assertThat(row.at("/controls/otherDelta/gain").isNumber()).isTrue();
        assertThat(row.at("/controls/fineTuning/users").asInt()).isEqualTo(2);
        assertThat(row.at("/ceiling/variant").asText()).matches("ceiling, width (12|16)");
        assertThat(row.at("/share/0").size()).isPositive();
        // Tensors, two layers of 8 * 9 numbers, and the device's window or its history of 200.
        long delta = row.at("/bytes/delta").asLong();
        assertThat(row.at("/bytes/budget").asLong() - delta).isEqualTo(8 * (200 - 30));
        assertThat(row.at("/bytes/both").asLong() - row.at("/bytes/deviceMemory").asLong())
                .isEqualTo(2 * 8 * 9 * 4);
    }

    @Test
    @DisplayName("trains shortly where it is told to, and refuses a part that nothing is of")
    void quickAndOnly() throws IOException {
        Files.writeString(
                plan,
                """
                name: quick
                data: [{name: synthetic, file: log.csv}]
                seeds: [1]
                backbones: [sasrec]
                widths: [8]
                evaluation: {ages: [0], historyLengths: [], controls: false}
                variants: [{name: default}]
                """);
        experiment("--quick");
        JsonNode cell =
                new ObjectMapper()
                        .readTree(out.resolve("cells/synthetic--sasrec--default--1.json").toFile());
        assertThat(cell.at("/options/network/epochs").asInt())
                .isLessThan(TrainingOptions.defaults().network().epochs());

        assertThat(
                        CommandLineRun.wide(
                                        "experiment",
                                        "--plan",
                                        plan.toString(),
                                        "--out",
                                        out.toString(),
                                        "--only",
                                        "data=beauty")
                                .refused())
                .startsWith("duet: no cell of the plan has the data 'beauty', there are synthetic");
    }

    private String experiment(String... options) {
        return CommandLineRun.wide(
                        Stream.concat(
                                        Stream.of(
                                                "experiment",
                                                "--plan",
                                                plan.toString(),
                                                "--out",
                                                out.toString()),
                                        Stream.of(options))
                                .toArray(String[]::new))
                .succeeded();
    }

    private Map<Path, FileTime> cells() throws IOException {
        return files("cells", ".json");
    }

    /**
     * The same, made so old that a file written again is told from it whatever the resolution of
     * its time.
     */
    private Map<Path, FileTime> aged(String folder, String ending) throws IOException {
        for (Path file : files(folder, ending).keySet()) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        }
        return files(folder, ending);
    }

    /** Files whose name ends so, with the time when they were written. */
    private Map<Path, FileTime> files(String folder, String ending) throws IOException {
        Map<Path, FileTime> found = new TreeMap<>();
        if (Files.isDirectory(out.resolve(folder))) {
            try (Stream<Path> files = Files.walk(out.resolve(folder))) {
                for (Path file : files.filter(f -> f.toString().endsWith(ending)).toList()) {
                    found.put(file, Files.getLastModifiedTime(file));
                }
            }
        }
        return found;
    }

    private Process start(String... args) throws IOException {
        List<String> command =
                Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Dai.djl.offline=true",
                                        "-Dai.djl.pytorch.num_threads=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "duet.cli.Duet"),
                                Stream.of(args))
                        .toList();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("process.log").toFile())
                .start();
    }
}
