package duet.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.bench.measurement.BenchRun;
import duet.bench.measurement.DrainFigure;
import duet.bench.measurement.MeasuredJob;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A figure of the pipeline")
class PipelineFigureTest {
    private static BenchRun run(
            MeasuredJob job,
            double windowsPerSecond,
            double coalesced,
            double micros,
            Map<String, Double> parts) {
        return new BenchRun(
                job,
                new BenchRun.Rates(
                        windowsPerSecond, windowsPerSecond * (1 - coalesced), windowsPerSecond),
                coalesced,
                new BenchRun.Sizes(300, 290),
                new BenchRun.Processor(Map.of("process", micros), parts));
    }

    private final DrainFigure drained =
            DrainFigure.of(
                    List.of(
                            run(MeasuredJob.GENERATION, 10_000, 0.2, 40, null),
                            run(MeasuredJob.PASS_THROUGH, 50_000, 0, 8, null),
                            run(MeasuredJob.GENERATION, 20_000, 0.2, 20, null),
                            run(MeasuredJob.PASS_THROUGH, 40_000, 0, 10, null),
                            run(MeasuredJob.GENERATION, 15_000, 0.2, 24, null),
                            run(MeasuredJob.PASS_THROUGH, 30_000, 0, 12, null)),
                    List.of(
                            run(MeasuredJob.GENERATION, 5_000, 0.2, 80, Map.of("sink", 4.0)),
                            run(MeasuredJob.PASS_THROUGH, 10_000, 0, 20, Map.of("sink", 2.0))));
    private final PipelineFigure figure =
            PipelineFigure.of(
                    List.of(9_000.0, 12_000.0, 13_000.0),
                    List.of(20_000.0, 24_000.0, 30_000.0),
                    drained);

    @Test
    @DisplayName("takes medians of the runs beside sender and reader")
    void live() {
        assertThat(figure.deltasPerSecond()).isEqualTo(12_000);
        assertThat(figure.passThroughPerSecond()).isEqualTo(24_000);
        assertThat(figure.versusPassThrough()).isCloseTo(0.5, within(1e-9));
        assertThat(figure.deltasPerSecondRange()).containsExactly(9_000.0, 13_000.0);
        assertThat(figure.passThroughPerSecondRange()).containsExactly(20_000.0, 30_000.0);
        assertThat(figure.bytesPerDelta()).isEqualTo(290);
    }

    @Test
    @DisplayName(
            "takes medians of what is drained, and holds deltas, not windows, against what is"
                    + " passed through")
    void medians() {
        assertThat(drained.throughput().deltasPerSecond()).isEqualTo(12_000);
        assertThat(drained.throughput().windowsPerSecond()).isEqualTo(15_000);
        assertThat(drained.throughput().passThroughPerSecond()).isEqualTo(40_000);
        assertThat(drained.throughput().versusPassThrough()).isCloseTo(0.3, within(1e-9));
        assertThat(drained.range().deltasPerSecondRange()).containsExactly(8_000.0, 16_000.0);
        assertThat(drained.range().passThroughPerSecondRange()).containsExactly(30_000.0, 50_000.0);
    }

    @Test
    @DisplayName(
            "counts processor time for a delta, and what it is beyond passing through; a recorded"
                    + " run tells the parts alone")
    void processorTime() {
        assertThat(drained.cost().cpuMicrosPerDelta()).isCloseTo(30, within(1e-9));
        assertThat(drained.cost().passThroughMicros()).isCloseTo(10, within(1e-9));
        assertThat(drained.cost().beyondPassThroughMicros()).isCloseTo(20, within(1e-9));
        assertThat(drained.parts().partMicros().get("sink")).isCloseTo(5, within(1e-9));
        assertThat(drained.parts().passThroughPartMicros().get("sink")).isCloseTo(2, within(1e-9));
        assertThat(drained.generator().timesGenerator()).isNull();
        assertThat(figure.withGenerator(16).drained().generator().timesGenerator())
                .isCloseTo(1.25, within(1e-9));
    }

    @Test
    @DisplayName("has the documented names in JSON, and none for what was not measured")
    void json() {
        JsonNode json = new ObjectMapper().valueToTree(figure.against(6_000));
        assertThat(json.get("versusPassThroughFloat32").asDouble()).isEqualTo(2);
        assertThat(json.fieldNames())
                .toIterable()
                .contains(
                        "deltasPerSecond",
                        "passThroughPerSecond",
                        "versusPassThrough",
                        "versusPassThroughFloat32",
                        "bytesPerDelta");
        assertThat(json.get("drained").fieldNames())
                .toIterable()
                .contains("deltasPerSecond", "cpuMicrosPerDelta", "beyondPassThroughMicros")
                .doesNotContain("generatorMicros", "timesGenerator");
    }

    @Test
    @DisplayName("writes what was drained without its groups")
    void flat() {
        assertThat(
                        new ObjectMapper()
                                .<ObjectNode>valueToTree(drained.withGenerator(2))
                                .fieldNames())
                .toIterable()
                .containsExactly(
                        "deltasPerSecond",
                        "windowsPerSecond",
                        "passThroughPerSecond",
                        "versusPassThrough",
                        "bytesPerDelta",
                        "coalesced",
                        "deltasPerSecondRange",
                        "passThroughPerSecondRange",
                        "cpuMicrosPerDelta",
                        "passThroughMicros",
                        "beyondPassThroughMicros",
                        "generatorMicros",
                        "timesGenerator",
                        "partMicros",
                        "passThroughPartMicros",
                        "runs");
    }

    @Test
    @DisplayName("writes a run without its groups")
    void flatRun() {
        assertThat(
                        new ObjectMapper()
                                .<ObjectNode>valueToTree(
                                        run(MeasuredJob.GENERATION, 1, 0, 1, Map.of()))
                                .fieldNames())
                .toIterable()
                .containsExactly(
                        "job",
                        "windowsPerSecond",
                        "recordsPerSecond",
                        "wholeWindowsPerSecond",
                        "coalesced",
                        "bytesPerRecord",
                        "valueBytesPerRecord",
                        "cpuMicrosPerWindow",
                        "partMicrosPerWindow");
    }
}
