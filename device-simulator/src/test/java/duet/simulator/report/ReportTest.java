package duet.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import duet.schemas.InvalidInputException;
import duet.simulator.measurement.QualityCurve;
import duet.simulator.summary.Delivery;
import duet.simulator.summary.HeldOut;
import duet.simulator.summary.RunSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @TempDir Path directory;

    @Nested
    @DisplayName("summary.json")
    class Summary {
        @Test
        @DisplayName("has the promised keys")
        void keys() throws Exception {
            Report.write(SampleRun.summary("sasrec-0123", List.of()), directory);
            JsonNode json = new ObjectMapper().readTree(directory.resolve(Report.SUMMARY).toFile());
            for (String model : List.of("global", "personalized")) {
                for (String metric :
                        List.of(
                                "auc", "userAuc", "ndcg5", "hr5", "ndcg10", "hr10", "ndcg20",
                                "hr20")) {
                    assertThat(json.at("/" + model + "/" + metric).isNumber())
                            .as(model + "." + metric)
                            .isTrue();
                }
            }
            for (String count :
                    List.of(
                            "windows",
                            "deltas",
                            "coalesced",
                            "repeated",
                            "gated",
                            "deadLetters",
                            "bytesPerDelta")) {
                assertThat(json.at("/delivery/" + count).isNumber()).as(count).isTrue();
            }
            for (String stage :
                    List.of("sendDelay", "intake", "generation", "delivery", "eventToApplied")) {
                for (String value : List.of("p50", "p90", "p99", "p999", "max")) {
                    assertThat(json.at("/latencyMs/" + stage + "/" + value).isNumber())
                            .as(stage + "." + value)
                            .isTrue();
                }
            }
        }

        @Test
        @DisplayName("says null where nothing was ranked, and never NaN")
        void nothingRanked() throws Exception {
            String text = Report.json(SampleRun.silent());
            JsonNode json = new ObjectMapper().readTree(text);
            assertThat(json.has("global")).isTrue();
            assertThat(json.get("global").isNull()).isTrue();
            assertThat(text).doesNotContain("NaN");
        }

        @Test
        @DisplayName("accounts for what the job gated")
        void gated() {
            Delivery delivery = SampleRun.delivery(1);
            assertThat(delivery.accounts().gated()).isEqualTo(1);
            assertThat(delivery.accounts().unanswered()).isZero();
        }
    }

    @Nested
    @DisplayName("report.html")
    class Page {
        private static final String HTML = Report.html(SampleRun.summary("sasrec-0123", List.of()));

        @Test
        @DisplayName("loads nothing from anywhere")
        void selfContained() {
            assertThat(HTML).contains("default-src 'none'");
            // Outside of scripts: no element that refers to something else.
            String markup = HTML.replaceAll("(?s)<script.*?</script>", "");
            assertThat(markup).doesNotContainPattern("(?i)(src|href|srcset|action|data)\\s*=");
            assertThat(markup).doesNotContainPattern("(?i)@import|url\\(|https?://");
            assertThat(HTML).doesNotContainPattern("(?i)<script[^>]+src");
            assertThat(HTML).doesNotContain("sourceMappingURL");
            assertThat(HTML).doesNotContainPattern("\\b(fetch|XMLHttpRequest|importScripts)\\(");
        }

        @Test
        @DisplayName("carries the chart library and its licence notice")
        void library() {
            assertThat(HTML).contains("Chart.js v4.5.1", "MIT License");
        }

        @Test
        @DisplayName("has no tag left to fill in")
        void filled() {
            String markup = HTML.replaceAll("(?s)<script.*?</script>", "");
            assertThat(markup).doesNotContain("{{").doesNotContain("}}").doesNotContain("NaN");
        }

        @Test
        @DisplayName("shows both models side by side with the difference")
        void figures() {
            RunSummary summary = SampleRun.summary("sasrec-0123", List.of());
            assertThat(HTML)
                    .contains(">User AUC<")
                    .contains(
                            String.format(
                                    Locale.ROOT, "%.4f", summary.quality().global().userAuc()))
                    .contains(
                            String.format(
                                    Locale.ROOT,
                                    "%.4f",
                                    summary.quality().personalized().userAuc()));
        }

        @Test
        @DisplayName("says among what held-out items were ranked, and for how many users")
        void candidates() {
            assertThat(Report.html(SampleRun.heldOut(0.7, 0.8, 0.01, SampleRun.HELD_OUT)))
                    .contains(
                            "943 devices ranked their held-out item, each among 60 to 100 items"
                                    + " (median 100), the others drawn by popularity from what the"
                                    + " user never touched (split last; 943 of 950 users of the"
                                    + " log, skipped: unknownTestItem 7)")
                    .contains("Ranking quality: it knows &lt;these&gt; users.")
                    .doesNotContain("among items they never touched");
            HeldOut named =
                    new HeldOut(
                            "time=2024-05-01T00:00:00Z",
                            "last",
                            List.of(),
                            new HeldOut.Users(2, 2),
                            new TreeMap<>(),
                            new HeldOut.Candidates(HeldOut.Kind.FILE, 10, 10, 10));
            assertThat(Report.html(SampleRun.heldOut(0.7, 0.8, 0.01, named)))
                    .contains("each among 10 items, as a file of candidates names them (split time")
                    .doesNotContain("never touched");
        }

        @Test
        @DisplayName("colours a gain only where its interval does not hold 0")
        void noise() {
            assertThat(gainCard(0.8, 0.01))
                    .contains("class=\"card better\"", "95 % interval ± 0.0100")
                    .doesNotContain("noise");
            assertThat(gainCard(0.6, 0.01)).contains("class=\"card worse\"");
            assertThat(gainCard(0.705, 0.01))
                    .contains("class=\"card same\"", "95 % interval ± 0.0100, may be noise");
            assertThat(gainCard(0.8, null)).contains("class=\"card same\"", "may be noise");
        }

        private static String gainCard(double personalized, @Nullable Double margin) {
            String html =
                    Report.html(SampleRun.heldOut(0.7, personalized, margin, SampleRun.HELD_OUT));
            int label = html.indexOf("Personalization gain");
            return html.substring(
                    html.lastIndexOf("<div class=\"card", label),
                    html.indexOf("<div class=\"card", label));
        }

        @Test
        @DisplayName("draws quality in points of enough rankings, and says how many that are")
        void qualityPoints() throws Exception {
            QualityCurve curve =
                    QualityCurve.of(
                            SampleRun.summary("sasrec-0123", List.of()).recording().timeline());
            assertThat(data(HTML, "quality-curve"))
                    .isEqualTo(
                            new ObjectMapper()
                                    .readTree(new ObjectMapper().writeValueAsString(curve)));
            assertThat(HTML).contains("the mean of at least " + curve.fewest() + " rankings");
        }

        @Test
        @DisplayName("escapes what comes from outside, in markup and in data")
        void escapes() throws Exception {
            String evil = "</script><script>alert(1)</script><!--<b a=\"'&";
            String page = Report.html(SampleRun.summary(evil, List.of(evil)));
            assertThat(page).doesNotContain("<script>alert(1)").doesNotContain("<!--");
            assertThat(page).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
            assertThat(data(page, "summary").at("/run/modelVersion").asText()).isEqualTo(evil);
        }

        @Test
        @DisplayName("holds the summary as data")
        void holdsData() throws Exception {
            RunSummary summary = SampleRun.summary("sasrec-0123", List.of());
            assertThat(data(HTML, "summary"))
                    .isEqualTo(new ObjectMapper().readTree(Report.json(summary)));
        }

        @Test
        @DisplayName("says what is missing, and leaves out what was not measured")
        void silent() {
            String page = Report.html(SampleRun.silent());
            assertThat(page)
                    .contains("Incomplete", "1 of 1 windows were not answered")
                    .doesNotContain("<h2>Ranking quality</h2>")
                    .contains("no window was answered")
                    .doesNotContain("id=\"quality\"")
                    .doesNotContain("<h2>Thresholds</h2>")
                    .doesNotContain("<h2>Warm-up</h2>")
                    .doesNotContain("<h2>Scenario</h2>");
        }

        @Test
        @DisplayName("says first what became of the thresholds and the load generator")
        void verdicts() {
            assertThat(HTML)
                    .contains("1 of 3 thresholds missed", "The load generator kept up")
                    .contains("<h2>Thresholds</h2>", "sendDelay.p99 &lt; 0.1 ms", "0.2480 ms")
                    .contains("<h2>Warm-up</h2>", "500 windows had gone out")
                    .contains("<h2>Phases</h2>", "from 20.0 s for 40.0 s")
                    .contains("<h2>Scenario</h2>");
            assertThat(HTML.indexOf("thresholds missed")).isLessThan(HTML.indexOf("Event to"));
        }

        @Test
        @DisplayName("explains the scenario in the words of a dry run, and shows it as given")
        void scenario() {
            assertThat(HTML)
                    .contains(">ramp</td>", ">20s</td>", ">50 to 150</td>", ">2,000</td>")
                    .contains("open loop, a Poisson process", "the first 5s are measured apart")
                    .contains("<details>", ">stages 2</th>");
        }

        @Test
        @DisplayName("shows a scenario of another version as given")
        void otherScenario() {
            JsonNode unknown =
                    JsonNodeFactory.instance.objectNode().put("name", "n").put("comets", "many");
            assertThat(Report.html(SampleRun.silent().withScenario(unknown)))
                    .contains("<details open>", ">comets</th>", "many")
                    .doesNotContain("class=\"explained\"");
        }

        private static JsonNode data(String page, String id) throws Exception {
            Matcher data =
                    Pattern.compile(
                                    "(?s)<script type=\"application/json\" id=\""
                                            + id
                                            + "\">(.*?)</script>")
                            .matcher(page);
            assertThat(data.find()).isTrue();
            return new ObjectMapper().readTree(data.group(1));
        }
    }

    @Nested
    @DisplayName("a directory")
    class Directory {
        @Test
        @DisplayName("is made with its parents")
        void made() {
            Path nested = directory.resolve("a/b");
            Report.write(SampleRun.silent(), nested);
            assertThat(nested.resolve(Report.HTML)).isNotEmptyFile();
        }

        @Test
        @DisplayName("that is a file is refused before the run")
        void isAFile() throws Exception {
            Path file = Files.createFile(directory.resolve("taken"));
            assertThatThrownBy(() -> Report.checkDirectory(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("taken");
        }
    }
}
