package duet.studies.gating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.schemas.InvalidInputException;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.RankingMetrics.Within;
import duet.studies.chart.ChartStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The page about gating")
class GatingReportTest {
    @TempDir private Path directory;
    private Path page;

    @BeforeEach
    void name() {
        page = directory.resolve("gating.md");
    }

    private static RankingMetrics heldOut(double userAuc) {
        return new RankingMetrics(
                10, 0.8, userAuc, new Within(0.1, 0.2), new Within(0.3, 0.4), new Within(0.5, 0.6));
    }

    private static GatingRun run(String policy, double share, long deltas, double userAuc) {
        boolean always = policy.equals("always");
        boolean random = policy.equals("random");
        return new GatingRun(
                new GatingRun.Choice(policy, share, policy.equals("drift") ? 0.125 : null),
                new GatingRun.Traffic(
                        1_000, deltas, 1_000 - deltas, deltas / 1_000.0, deltas * 1_000),
                userAuc,
                new GatingRun.Differences(
                        always ? null : 0.8 - userAuc,
                        always ? null : 0.0004,
                        always || random ? null : userAuc - 0.78,
                        always || random ? null : 0.0005),
                heldOut(userAuc - 0.01));
    }

    private static GatingResult result(String name) {
        return new GatingResult(
                name,
                "sasrec-7",
                3,
                100,
                500,
                0.6,
                heldOut(0.65),
                List.of(
                        run("always", 1, 1_000, 0.8),
                        run("drift", 0.1, 101, 0.799),
                        run("budget", 0.1, 99, 0.7985),
                        run("random", 0.1, 98, 0.78)));
    }

    @Test
    @DisplayName("shows what each policy answered, and what it lost against answering everything")
    void table() throws IOException {
        GatingReport.check(page);
        GatingReport.write(page, result("shop"));

        assertThat(Files.readString(page))
                .contains(
                        "## shop",
                        "100 devices with model sasrec-7 sent 1,000 windows in 3 streams and ranked"
                                + " 500 times")
                .contains(
                        "| always | 100 % | 100.0 % | 1.00 | 0.8000 | +0.2000 |  |  | 0.7900 |"
                                + " 0.3000 |")
                .contains(
                        "| drift | 10 % | 10.1 % | 0.10 | 0.7990 | +0.1990 | +0.00100 ± 0.00040 |"
                                + " +0.01900 ± 0.00050 | 0.7890 | 0.3000 |")
                .contains(
                        "| random | 10 % | 9.8 % | 0.10 | 0.7800 | +0.1800 | +0.02000 ± 0.00040 | "
                                + " |");
    }

    @Test
    @DisplayName("draws the gain where the machine has fonts")
    void charts() throws IOException {
        List<String> notes = GatingReport.write(page, result("shop"));

        if (ChartStyle.obstacle().isPresent()) {
            assertThat(notes).containsExactly(ChartStyle.obstacle().orElseThrow());
        } else {
            assertThat(notes).isEmpty();
            assertThat(directory.resolve("gating/shop.png")).isNotEmptyFile();
            assertThat(Files.readString(page)).contains("(gating/shop.png)");
        }
    }

    @Test
    @DisplayName("keeps the logs that were measured before")
    void severalLogs() throws IOException {
        GatingReport.write(page, result("shop"));
        GatingReport.write(page, result("films"));
        GatingReport.write(page, result("shop"));

        assertThat(Files.readString(page).lines().filter(line -> line.startsWith("## ")))
                .containsExactly("## films", "## shop");
    }

    @Test
    @DisplayName("names a file beside it that holds something else")
    void otherJson() throws IOException {
        GatingReport.check(page);
        Path other = directory.resolve("gating/a.json");
        for (String content : List.of("{\"name\": 5, \"unknown\": 1}", "null", "")) {
            Files.writeString(other, content);

            assertThatThrownBy(() -> GatingReport.write(page, result("shop")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(other.toString());
        }
    }

    @Test
    @DisplayName("is a Markdown file in a place that can be written to")
    void place() throws IOException {
        assertThatThrownBy(() -> GatingReport.check(directory.resolve("gating.html")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("gating.html");
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> GatingReport.check(file.resolve("gating.md")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(file.toString());
        Files.createDirectory(page);
        assertThatThrownBy(() -> GatingReport.check(page))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("gating.md");
    }

    @Test
    @DisplayName("writes a run without its groups")
    void flat() {
        assertThat(
                        new ObjectMapper()
                                .<ObjectNode>valueToTree(run("drift", 0.5, 500, 0.7))
                                .fieldNames())
                .toIterable()
                .containsExactly(
                        "policy",
                        "share",
                        "driftThreshold",
                        "windows",
                        "deltas",
                        "gated",
                        "answered",
                        "deltaBytes",
                        "userAuc",
                        "loss",
                        "lossMargin",
                        "overRandom",
                        "overRandomMargin",
                        "heldOut");
    }
}
