package duet.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.bench.measurement.BenchRun;
import duet.bench.measurement.MeasuredJob;
import duet.bench.profile.ProcessorPart;
import duet.schemas.InvalidInputException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BenchReportTest {
    private static BenchRun run(MeasuredJob job, double perSecond, Map<String, Double> parts) {
        return new BenchRun(
                job,
                new BenchRun.Rates(perSecond, 0.9 * perSecond, perSecond),
                0.1,
                new BenchRun.Sizes(300, 290),
                new BenchRun.Processor(Map.of(), parts));
    }

    @Test
    @DisplayName(
            "takes the medians of each job's runs, the recorded ones left out, and the ratio of"
                    + " these")
    void medians() {
        BenchReport report =
                BenchReport.of(
                        new BenchOptions(10, 100, 3),
                        120,
                        List.of(
                                run(MeasuredJob.GENERATION, 900, null),
                                run(MeasuredJob.PASS_THROUGH, 2_000, null),
                                run(MeasuredJob.GENERATION, 1_200, null),
                                run(MeasuredJob.PASS_THROUGH, 5_000, null),
                                run(MeasuredJob.GENERATION, 1_000, null),
                                run(MeasuredJob.PASS_THROUGH, 1_000, null)),
                        List.of(
                                run(MeasuredJob.GENERATION, 300, Map.of("source", 1.0)),
                                run(MeasuredJob.PASS_THROUGH, 400, Map.of("source", 2.0))));
        assertThat(report.throughput().passThroughPerSecond()).isEqualTo(2_000);
        assertThat(report.throughput().jobPerSecond()).isEqualTo(1_000);
        assertThat(report.throughput().jobDeltasPerSecond()).isEqualTo(900);
        assertThat(report.throughput().ratio()).isEqualTo(0.5);
        assertThat(report.coalesced()).isEqualTo(0.1);
        assertThat(
                        report.recorded(MeasuredJob.PASS_THROUGH)
                                .orElseThrow()
                                .rates()
                                .windowsPerSecond())
                .isEqualTo(400);
    }

    @Test
    @DisplayName("is JSON with the names that are documented")
    void json() {
        JsonNode json =
                new ObjectMapper()
                        .valueToTree(
                                BenchReport.of(
                                        new BenchOptions(10, 100, 1),
                                        120,
                                        List.of(run(MeasuredJob.GENERATION, 900, null)),
                                        List.of(
                                                run(
                                                        MeasuredJob.GENERATION,
                                                        500,
                                                        Map.of(
                                                                ProcessorPart.GARBAGE_COLLECTION
                                                                        .key(),
                                                                1.5)))));
        assertThat(json.fieldNames())
                .toIterable()
                .contains(
                        "passThroughPerSecond",
                        "jobPerSecond",
                        "jobDeltasPerSecond",
                        "ratio",
                        "bytesPerRecord",
                        "coalesced",
                        "runs",
                        "recordedRuns");
        assertThat(json.at("/runs/0/job").asText()).isEqualTo("job");
        assertThat(json.at("/recordedRuns/0/partMicrosPerWindow/garbageCollection").asDouble())
                .isEqualTo(1.5);
    }

    @Test
    @DisplayName("wants at least one window of each device")
    void options() {
        assertThatThrownBy(() -> new BenchOptions(10, 9, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("number of windows is 9");
        assertThatThrownBy(() -> new BenchOptions(10, 10, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("repetitions is 0");
    }

    @Test
    @DisplayName("is written without its groups")
    void flat() {
        assertThat(
                        new ObjectMapper()
                                .<ObjectNode>valueToTree(
                                        BenchReport.of(
                                                new BenchOptions(10, 100, 3),
                                                120,
                                                List.of(),
                                                List.of()))
                                .fieldNames())
                .toIterable()
                .containsExactly(
                        "devices",
                        "windows",
                        "bytesPerWindow",
                        "passThroughPerSecond",
                        "jobPerSecond",
                        "jobDeltasPerSecond",
                        "ratio",
                        "bytesPerRecord",
                        "coalesced",
                        "runs",
                        "recordedRuns");
    }
}
