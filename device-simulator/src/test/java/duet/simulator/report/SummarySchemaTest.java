package duet.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.summary.RateSearchSummary;
import duet.simulator.summary.RateStep;
import duet.simulator.summary.RunSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The schema of summary.json")
class SummarySchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEGIN = "<!-- keys:begin -->";
    private static final String END = "<!-- keys:end -->";

    private static final String PART =
            Report.json(SampleRun.part(1, 2).withHeldOut(SampleRun.HELD_OUT));

    @TempDir Path directory;

    @Test
    @DisplayName("holds for a run, a part, merged parts, a search and a run without answers")
    void holds() throws IOException {
        RunSummary run = SampleRun.summary("sasrec-0123", List.of("a warning"));
        assertThat(problems(run)).isEmpty();
        assertThat(problems(SampleRun.part(2, 3))).isEmpty();
        assertThat(problems(SampleRun.silent())).isEmpty();
        assertThat(problems(run.withHeldOut(SampleRun.HELD_OUT))).isEmpty();
        Path part = directory.resolve("part");
        Report.write(SampleRun.part(1, 2), part);
        assertThat(problems(ReportMerge.merge(List.of(part)))).isEmpty();
        LatencySummary latency = run.measured().latencyMs().get("eventToApplied");
        assertThat(
                        problems(
                                run.withRateSearch(
                                        new RateSearchSummary(
                                                "p99 < 100 ms",
                                                null,
                                                "none",
                                                List.of(
                                                        new RateStep(
                                                                100, 99, latency, 101.0, false,
                                                                true, false))))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/delivery",
                "/latencyMs",
                "/latencyMs/intake",
                "/run",
                "/machine",
                "/loadGenerator",
                "/warmUp",
                "/part",
                "/thresholds/0",
                "/phases/0",
                "/timeline/0",
                "/streamQuality",
                "/streamQuality/byAge/0",
                "/global",
                "/heldOut",
                "/heldOut/users",
                "/heldOut/candidates",
                "/latencyCurves/intake/0"
            })
    @DisplayName("knows every key")
    void knowsEveryKey(String place) throws IOException {
        JsonNode summary = JSON.readTree(PART);
        ObjectNode object = (ObjectNode) summary.at(place);
        object.put("colour", "red");
        assertThat(schema().validate(summary))
                .anyMatch(problem -> problem.getMessage().contains("colour"));
        object.remove("colour");
        String first = object.fieldNames().next();
        object.remove(first);
        assertThat(schema().validate(summary))
                .anyMatch(problem -> problem.getMessage().contains(first));
    }

    @Test
    @DisplayName("is what the documentation says")
    void documentation() throws IOException {
        Path page = Path.of("..", "docs", "load-testing", "summary-json.md");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        String tables = "\n" + SummaryTables.markdown(JSON.readTree(open())) + "\n";
        if (Boolean.getBoolean("duet.write")) {
            Files.writeString(page, text.substring(0, begin) + tables + text.substring(end));
        }
        assertThat(text.substring(begin, end))
                .as(
                        "keys in docs/load-testing/summary-json.md; this test with"
                                + " -Dduet.write=true makes them anew")
                .isEqualTo(tables);
    }

    private static Set<ValidationMessage> problems(RunSummary summary) throws IOException {
        return schema().validate(JSON.readTree(Report.json(summary)));
    }

    private static JsonSchema schema() throws IOException {
        try (InputStream in = open()) {
            return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(in);
        }
    }

    private static InputStream open() {
        return Report.class.getResourceAsStream("summary.schema.json");
    }
}
