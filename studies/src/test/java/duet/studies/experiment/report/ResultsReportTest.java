package duet.studies.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.model.evaluation.CodecQuality;
import duet.model.evaluation.ControlQuality;
import duet.model.evaluation.FineTuningQuality;
import duet.model.evaluation.HistoryLengthQuality;
import duet.model.evaluation.Oscillation;
import duet.model.training.Divergence;
import duet.model.training.EpochMetrics;
import duet.model.training.TrainingPhase;
import duet.schemas.InvalidInputException;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.RankingMetrics.Within;
import duet.schemas.record.Encoding;
import duet.studies.chart.DrawsCharts;
import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.CellResult.Cost;
import duet.studies.experiment.cell.CellResult.DataFacts;
import duet.studies.experiment.cell.CellResult.Origin;
import duet.studies.experiment.cell.CellResult.Quality;
import duet.studies.experiment.cell.CellResult.RankedUsers;
import duet.studies.experiment.cell.CellResult.Seconds;
import duet.studies.experiment.cell.CellResult.Training;
import duet.studies.experiment.cell.Contents;
import duet.studies.experiment.cell.ResultDirectory;
import duet.studies.experiment.plan.Role;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The page of results")
class ResultsReportTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path directory;
    private ResultDirectory results;
    private Path page;

    @BeforeEach
    void finishCells() {
        results = new ResultDirectory(directory.resolve("small"));
        results.write(contents("small"));
        finish("default", 1, 0.90, 0.91);
        finish("default", 2, 0.92, 0.95);
        page = directory.resolve("docs/results.md");
    }

    private static Contents contents(String plan) {
        return new Contents(
                plan,
                plan + ".yaml",
                "A small plan",
                "With a description.",
                List.of(
                        new Contents.VariantEntry("default", "as it comes"),
                        new Contents.VariantEntry("global", "")),
                List.of(
                        cell("default", 1),
                        cell("default", 2),
                        cell("global", 1),
                        cell("global", 2)),
                List.of());
    }

    private static Contents.Cell cell(String variant, long seed) {
        return new Contents.Cell(variant + "-" + seed, "print-" + variant);
    }

    private static RankingMetrics metrics(double userAuc) {
        return new RankingMetrics(
                10,
                userAuc,
                userAuc,
                new Within(0.1, 0.2),
                new Within(0.3, 0.4),
                new Within(0.5, 0.6));
    }

    private void finish(String variant, long seed, double global, double personalized) {
        finish(cell(variant, seed), variant, seed, global, personalized);
    }

    private void finish(
            Contents.Cell cell, String variant, long seed, double global, double personalized) {
        boolean generated = !variant.equals("global");
        finish(cell, variant, seed, generated ? quality(global, personalized) : global(global));
    }

    private void finish(Contents.Cell cell, String variant, long seed, Quality quality) {
        finish(cell, variant, seed, quality, null);
    }

    private void finish(
            Contents.Cell cell,
            String variant,
            long seed,
            Quality quality,
            @Nullable Divergence divergence) {
        boolean generated = !variant.equals("global");
        results.write(
                cell,
                new CellResult(
                        new Origin("small", "log", "sasrec", variant, seed, cell.fingerprint()),
                        JSON.createObjectNode().put("rank", 4).put("decoders", 2),
                        new DataFacts(10, 20, 12_345),
                        "sasrec-1",
                        new Training(
                                new Seconds(11, 10),
                                generated ? new Seconds(3, 2) : null,
                                List.of(
                                        new EpochMetrics(
                                                TrainingPhase.NETWORK,
                                                1,
                                                2.5,
                                                metrics(0.8),
                                                0.8,
                                                true,
                                                divergence))),
                        quality,
                        new Cost(
                                16,
                                123_456,
                                generated ? 288 : 0,
                                0.25,
                                generated ? 9.5 : null,
                                null,
                                null),
                        new TreeMap<>(Map.of("java", "17"))));
    }

    private static Quality global(double global) {
        return new Quality(
                metrics(global), new TreeMap<>(), List.of(), null, List.of(), null, null, null);
    }

    private static Quality quality(double global, double personalized) {
        return new Quality(
                metrics(global),
                new TreeMap<>(Map.of(0, metrics(personalized), 50, metrics(global - 0.01))),
                List.of(
                        new HistoryLengthQuality(2, metrics(0.7), metrics(0.71)),
                        new HistoryLengthQuality(null, metrics(global), metrics(personalized))),
                new ControlQuality(metrics(0.61), metrics(0.62)),
                List.of(
                        new CodecQuality(
                                Encoding.INT4, 4, 412, 320, metrics(personalized - 0.002), 7, 8)),
                new Oscillation(100, 0.25, 0.125),
                new FineTuningQuality(
                        10,
                        new FineTuningQuality.Setting(3, 64, 1e-3),
                        0.5,
                        2e-5,
                        metrics(0.5),
                        metrics(0.55),
                        metrics(0.53)),
                new RankedUsers(8, 10, new TreeMap<>(Map.of("noCandidates", 2))));
    }

    private String rendered() throws IOException {
        ResultsReport.write(page, List.of(results));
        return Files.readString(page);
    }

    @Test
    @DisplayName("names trainings that ended because numbers were no longer finite")
    void diverged() throws IOException {
        finish(
                cell("default", 2),
                "default",
                2,
                quality(0.92, 0.95),
                new Divergence(2, 17, "the loss is NaN"));

        assertThat(rendered())
                .contains(
                        "log, sasrec, default, seed 2: the loss is NaN at step 17 of epoch 2, so"
                                + " epoch 1 was kept.");
    }

    @Test
    @DisplayName("holds means and spreads over the seeds, differences seed by seed")
    void tables() throws IOException {
        String text = rendered();

        assertThat(text)
                .contains("**A small plan** (`small.yaml`): 2 of 4 cells finished.")
                .containsOnlyOnce(
                        "log has 10 users, 20 items and 12,345 interactions. Of log, 8 of 10 users"
                            + " are ranked for, the others not: 2 without a line in the candidates"
                            + " file.")
                .contains("With a description.")
                .contains("- *default*: as it comes")
                .contains("Plan `small.yaml`, seeds 1, 2:");
        assertThat(row(text, "Accuracy with fresh deltas"))
                .startsWith(
                        "| log | sasrec | default | 0.9100 ± 0.0141 | 0.9300 ± 0.0283 | +0.0200 ±"
                                + " 0.0141 |");
        assertThat(row(text, "Age of the delta"))
                .isEqualTo(
                        "| log | sasrec | default | 0.9100 ± 0.0141 | 0.9300 ± 0.0283 | 0.9000 ±"
                                + " 0.0141 |");
        assertThat(text).contains("| +0.0200 ± 0.0141 | −0.0100 ± 0.0000 |");
        assertThat(text)
                .contains("| log | sasrec | default | global | 0.7000 ± 0.0000 | 0.9100 ± 0.0141 |")
                .contains("| log | sasrec | default | difference | +0.0100 ± 0.0000 |");
        assertThat(row(text, "Size of a delta"))
                .isEqualTo(
                        "| log | sasrec | default | 4 | int4 | 412 | 320 | 0.9280 ± 0.0283 |"
                                + " −0.0020 ± 0.0000 | 7.0 ± 0.0 | 8.0 ± 0.0 |");
        assertThat(row(text, "Size of the device model"))
                .contains("| 16 | 123,456 | 288 | 0.250 ± 0.000 | 9.5 ± 0.0 |")
                .endsWith("| −0.0100 ± 0.0000 |");
        assertThat(row(text, "Controls")).endsWith("| 0.6100 ± 0.0000 | 0.6200 ± 0.0000 |");
        assertThat(row(text, "Decoders and oscillation"))
                .contains("| 2 | 25.00 ± 0.00 | 12.50 ± 0.00 |");
        assertThat(row(text, "Fine-tuning each user's model"))
                .contains("| 0.5500 ± 0.0000 | 0.5300 ± 0.0000 |")
                .endsWith("| 0.500 | 2.00e-05 | 25,000 |");
        assertThat(row(text, "Training"))
                .contains("| 10 ± 0 | 11 ± 0 | 2 ± 0 | 3 ± 0 | 1.0 ± 0.0 |");
    }

    /** The first row of the first table of a part. */
    private static String row(String text, String section) {
        return text.lines()
                .dropWhile(line -> !line.equals("## " + section))
                .dropWhile(line -> !line.startsWith("| ---"))
                .skip(1)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("leaves empty what a cell without a generator does not have")
    void globalOnly() throws IOException {
        finish("global", 1, 0.8, 0);

        assertThat(rendered())
                .contains("| log | sasrec | global | 0.8000 |  |  |")
                .doesNotContain("NaN", "null");
    }

    @Test
    @DisplayName("leaves empty what lists of ten cannot say")
    void shortLists() throws IOException {
        for (long seed = 1; seed <= 2; seed++) {
            finish(cell("default", seed), "default", seed, quality(0.9, 0.91).ofListsOf(10));
        }

        String text = rendered();

        assertThat(row(text, "Accuracy with fresh deltas")).endsWith("|  |  |  |  |  |  |");
        assertThat(row(text, "Fine-tuning each user's model"))
                .contains("| 0.5300 ± 0.0000 |  |  | 0.500 |");
        assertThat(text).doesNotContain("NaN", "null");
        assertThat(Files.readString(directory.resolve("docs/results/results.csv")))
                .contains("quality.global.hr5,", "quality.fineTuning.global.hr5,")
                .doesNotContain("hr10", "hr20", "NaN");
    }

    @Test
    @DisplayName("shows nothing of cells that were measured with other options")
    void stale() throws IOException {
        finish(new Contents.Cell("default-2", "print-older"), "default", 2, 0.1, 0.1);

        assertThat(rendered())
                .contains("1 of 4 cells finished")
                .contains("| log | sasrec | default | 0.9000 | 0.9100 | +0.0100 |")
                .doesNotContain("0.1000 |");
    }

    @Test
    @DisplayName("holds several plans")
    void several() throws IOException {
        ResultDirectory other = new ResultDirectory(directory.resolve("other"));
        other.write(contents("other"));
        ResultsReport.write(page, List.of(results, other));

        assertThat(Files.readString(page))
                .contains("(`small.yaml`): 2 of 4", "(`other.yaml`): 0 of 4")
                .doesNotContain("Plan `other.yaml`, seeds");
    }

    @Test
    @DisplayName("has every number beside it, as CSV and their means as JSON")
    void numbers() throws IOException {
        rendered();

        assertThat(Files.readAllLines(directory.resolve("docs/results/results.csv")))
                .startsWith("plan,data,backbone,variant,seed,number,value")
                .contains(
                        "small,log,sasrec,default,2,quality.personalizedByAge.0.userAuc,0.95",
                        "small,log,sasrec,default,1,quality.codecs.INT4.wireBytes,412.0",
                        "small,log,sasrec,default,1,quality.historyLengths.all.global.userAuc,0.9",
                        "small,log,sasrec,default,1,training.NETWORK.1.loss,2.5")
                .noneMatch(row -> row.contains("historyLengths.all.global.hr10"));
        JsonNode means =
                JSON.readTree(directory.resolve("docs/results/results.json").toFile())
                        .at("/means/0");
        assertThat(means.get("variant").asText()).isEqualTo("default");
        assertThat(means.at("/numbers/quality.global.userAuc/mean").asDouble()).isEqualTo(0.91);
        assertThat(means.at("/numbers/quality.global.userAuc/count").asInt()).isEqualTo(2);
    }

    @Test
    @DisplayName("begins with one table of roles, has them in the numbers, and folds the rest")
    void summary() throws IOException {
        SummaryCells cells = new SummaryCells(directory.resolve("roles"), "roles");
        cells.cell("default", 1, 32, Role.DEFAULT)
                .global(50, 60, 70, 80)
                .age(0, 54, 65, 74, 85)
                .age(50, 52, 62, 73, 82)
                .finish();
        cells.cell("memory", 1, 32, Role.DEVICE_MEMORY).global(53, 64, 73, 84).finish();
        cells.cell("ceiling", 1, 128, Role.CEILING).global(60, 70, 81, 90).finish();
        cells.cell("default", 1, 32, Role.DEFAULT)
                .data("lonely")
                .global(50, 60, 70, 80)
                .age(0, 54, 65, 74, 85)
                .finish();

        ResultsReport.write(page, List.of(cells.write(), results));
        String text = Files.readString(page);

        assertThat(text)
                .containsSubsequence(
                        "| data | backbone | width | global | delta, age 0 | age 10 | age 50 |"
                                + " device memory | both | ceiling | share, age 0 | age 50 |"
                                + " verdict |",
                        "| log | sasrec | 32 | 0.6500 ± 0.2054 | 0.6950 (+0.0450 ± 0.0092) | – |"
                                + " 0.6725 (+0.0225 ± 0.0080) | 0.6850 (+0.0350 ± 0.0092) | – |"
                                + " 0.7525 (+0.1025 ± 0.0080) | 44 % (33 to 56) | 22 % (15 to 28) |"
                                + " delta |",
                        "| lonely | sasrec | 32 | 0.6500 ± 0.2054 | 0.6950 (+0.0450 ± 0.0092) | – |"
                                + " – | – | – | – | – | – | delta |",
                        "No share of lonely sasrec 32: no ceiling is finished.",
                        "The verdict is the first of",
                        "## Behind the summary",
                        "<details><summary>Show</summary>",
                        "</details>",
                        "## Accuracy with fresh deltas")
                .doesNotContain("NaN", "null");
        JsonNode row =
                JSON.readTree(directory.resolve("docs/results/results.json").toFile())
                        .at("/summary/0");
        assertThat(row.at("/of/width").asInt()).isEqualTo(32);
        assertThat(row.at("/share/0/share").asDouble()).isCloseTo(18.0 / 41, within(1e-9));
        assertThat(row.at("/verdict/choice").asText()).isEqualTo("delta");
        assertThat(Files.readAllLines(directory.resolve("docs/results/results.csv")))
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "roles,log,sasrec,default,,summary.userAuc.delta.0.gain,"));
    }

    @Test
    @DrawsCharts
    @DisplayName("draws shares of the ceiling, where there are some")
    void shares() throws IOException {
        SummaryCells cells = new SummaryCells(directory.resolve("roles"), "roles");
        for (String data : List.of("log", "other", "third")) {
            cells.cell("default", 1, 32, Role.DEFAULT)
                    .data(data)
                    .global(50, 60, 70, 80)
                    .age(0, 54, 65, 74, 85)
                    .age(50, 52, 62, 73, 82)
                    .finish();
            if (!data.equals("other")) {
                cells.cell("ceiling", 1, 128, Role.CEILING)
                        .data(data)
                        .global(60, 70, 81, 90)
                        .finish();
            }
        }
        ResultsReport.write(page, List.of(cells.write()));

        assertThat(Files.readString(page)).contains("(results/share.png)");
        BufferedImage image = ImageIO.read(directory.resolve("docs/results/share.png").toFile());
        assertThat(image.getWidth()).isGreaterThan(500);
        assertThat(colours(image)).isGreaterThan(2);
    }

    @Test
    @DrawsCharts
    @DisplayName("refers to charts that are there")
    void charts() throws IOException {
        List<String> pictures =
                rendered()
                        .lines()
                        .filter(line -> line.startsWith("!["))
                        .map(line -> line.replaceAll(".*\\((.*)\\)", "$1"))
                        .toList();

        assertThat(pictures)
                .contains("results/small-log-age.png", "results/small-log-history.png")
                .allSatisfy(
                        picture -> {
                            BufferedImage image =
                                    ImageIO.read(page.resolveSibling(picture).toFile());
                            assertThat(image.getWidth()).isGreaterThan(500);
                            assertThat(colours(image)).isGreaterThan(2);
                        });
        try (Stream<Path> files = Files.list(directory.resolve("docs/results"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".png")))
                    .hasSize(pictures.size());
        }
    }

    private static long colours(BufferedImage image) {
        return IntStream.range(0, image.getHeight())
                .flatMap(y -> IntStream.range(0, image.getWidth()).map(x -> image.getRGB(x, y)))
                .distinct()
                .count();
    }

    @Test
    @DisplayName("cannot be made of a directory without results")
    void noResults() {
        Path nothing = directory.resolve("nothing");
        assertThatThrownBy(() -> ResultsReport.write(page, List.of(new ResultDirectory(nothing))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        nothing + " holds no results of duet experiment: it has no contents.json");
    }
}
