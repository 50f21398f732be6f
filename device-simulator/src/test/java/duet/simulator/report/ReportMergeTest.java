package duet.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.schemas.InvalidInputException;
import duet.simulator.measurement.AgeQuality;
import duet.simulator.measurement.Latencies;
import duet.simulator.measurement.RunHistograms;
import duet.simulator.measurement.Stage;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.ThresholdResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportMergeTest {
    @TempDir Path directory;

    @Test
    @DisplayName("a report that is read is the one that was written")
    void roundTrip() {
        RunSummary written = SampleRun.part(1, 2);
        Report.write(written, directory);
        RunSummary read = Report.read(directory);
        assertThat(Report.json(read)).isEqualTo(Report.json(written));
        assertThat(read.recording().histograms().stages())
                .isEqualTo(written.recording().histograms().stages());
        assertThat(read.recording().histograms().warmUp())
                .isEqualTo(written.recording().histograms().warmUp());
        assertThat(read.recording().histograms().phases())
                .isEqualTo(written.recording().histograms().phases());
        assertThat(read.recording().histograms().slices())
                .isEqualTo(written.recording().histograms().slices());
    }

    @Nested
    @DisplayName("all parts together")
    class Together {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 7})
        @DisplayName("give what one process would have measured")
        void asOne(int count) {
            RunSummary whole = SampleRun.summary("sasrec-0123", List.of());
            RunSummary merged = ReportMerge.merge(parts(count));

            assertThat(merged.verdict().complete()).isTrue();
            assertThat(merged.recording().histograms().stages())
                    .isEqualTo(whole.recording().histograms().stages());
            assertThat(merged.measured().latencyMs()).isEqualTo(whole.measured().latencyMs());
            assertThat(merged.recording().latencyCurves())
                    .isEqualTo(whole.recording().latencyCurves());
            assertThat(merged.measured().warmUp().latencyMs())
                    .isEqualTo(whole.measured().warmUp().latencyMs());
            assertThat(merged.loadGenerator().sendDelayMs())
                    .isEqualTo(whole.loadGenerator().sendDelayMs());
            assertThat(merged.verdict().thresholds()).isEqualTo(whole.verdict().thresholds());
            assertThat(merged.verdict().thresholds())
                    .extracting(ThresholdResult::met)
                    .containsExactly(true, true, false);
            for (int i = 0; i < whole.measured().phases().size(); i++) {
                assertThat(merged.measured().phases().get(i).latencyMs())
                        .isEqualTo(whole.measured().phases().get(i).latencyMs());
            }
            assertThat(merged.delivery().accounts().windows())
                    .isEqualTo(whole.delivery().accounts().windows());
            assertThat(merged.delivery().accounts().deltas())
                    .isEqualTo(whole.delivery().accounts().deltas());
            assertThat(merged.delivery().received().outcomes())
                    .isEqualTo(whole.delivery().received().outcomes());
            assertThat(merged.delivery().sizes().bytesPerWindow())
                    .isCloseTo(whole.delivery().sizes().bytesPerWindow(), within(0.2));
            assertThat(merged.run().rate().achievedPerSecond())
                    .isCloseTo(whole.run().rate().achievedPerSecond(), within(0.01));
            assertThat(merged.setting().part()).isNull();
            assertThat(merged.setting().parts()).hasSize(count);
        }

        @Test
        @DisplayName("keep the mean and the margin of the gain")
        void quality() {
            RunSummary whole = SampleRun.summary("sasrec-0123", List.of());
            RunSummary merged = ReportMerge.merge(parts(3));
            List<AgeQuality> expected = whole.measured().streamQuality().byAge();
            List<AgeQuality> found = merged.measured().streamQuality().byAge();
            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i).rankings()).isEqualTo(expected.get(i).rankings());
                assertThat(found.get(i).gain()).isCloseTo(expected.get(i).gain(), within(1e-9));
                assertThat(found.get(i).gainMargin())
                        .isCloseTo(expected.get(i).gainMargin(), within(1e-9));
            }
            assertThat(merged.quality().personalized().userAuc())
                    .isCloseTo(whole.quality().personalized().userAuc(), within(1e-9));
            assertThat(merged.quality().gainMargin())
                    .isCloseTo(whole.quality().gainMargin(), within(1e-9));
            assertThat(merged.quality().personalized().auc())
                    .isCloseTo(whole.quality().personalized().auc(), within(0.01));
        }

        @Test
        @DisplayName("keep what was held out, and merge where summaries do not say yet")
        void heldOut() throws IOException {
            List<Path> parts = parts(2);
            for (Path part : parts) {
                edit(
                        part,
                        json ->
                                json.set(
                                        "heldOut",
                                        new ObjectMapper().valueToTree(SampleRun.HELD_OUT)));
            }
            assertThat(ReportMerge.merge(parts).quality().heldOut()).isEqualTo(SampleRun.HELD_OUT);
            for (Path part : parts) {
                edit(part, json -> json.remove(List.of("heldOut", "gainMargin")));
            }
            RunSummary older = ReportMerge.merge(parts);
            assertThat(older.quality().heldOut()).isNull();
            assertThat(older.quality().global()).isNotNull();
        }

        @Test
        @DisplayName("lie over one another by the time of day")
        void timeline() throws IOException {
            RunSummary whole = SampleRun.summary("sasrec-0123", List.of());
            List<Path> parts = parts(2);
            RunSummary same = ReportMerge.merge(parts);
            assertThat(same.recording().timeline())
                    .extracting(slice -> slice.traffic().windows())
                    .isEqualTo(
                            whole.recording().timeline().stream()
                                    .map(slice -> slice.traffic().windows())
                                    .toList());
            assertThat(same.recording().timeline())
                    .extracting(slice -> slice.latency().p99())
                    .isEqualTo(
                            whole.recording().timeline().stream()
                                    .map(slice -> slice.latency().p99())
                                    .toList());

            edit(
                    parts.get(1),
                    json ->
                            ((ObjectNode) json.get("run"))
                                    .put("startedAt", "2026-01-01T00:00:10Z"));
            RunSummary later = ReportMerge.merge(parts);
            assertThat(later.recording().timeline())
                    .hasSize(whole.recording().timeline().size() + 10);
            assertThat(later.recording().timeline().get(0).traffic().windows()).isEqualTo(50);
            assertThat(later.recording().timeline().get(10).traffic().windows()).isEqualTo(100);
            assertThat(
                            later.recording().timeline().stream()
                                    .mapToLong(slice -> slice.traffic().windows())
                                    .sum())
                    .isEqualTo(6000);
            assertThat(later.verdict().warnings())
                    .anyMatch(warning -> warning.contains("10.0 s apart"));
        }

        @Test
        @DisplayName("are a report like any other, which only a part of a fleet is not merged with")
        void again() {
            List<Path> parts = parts(2);
            Path out = directory.resolve("out");
            Report.write(ReportMerge.merge(parts), out);
            RunHistograms read = Report.read(out).recording().histograms();
            assertThat(read.stage(Stage.EVENT_TO_APPLIED).getTotalCount()).isEqualTo(5500);
            assertThatThrownBy(() -> ReportMerge.merge(List.of(parts.get(0), out)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            out.resolve(Report.SUMMARY)
                                    + ": part is null: this is the run of a whole fleet");
        }

        @Test
        @DisplayName("are incomplete without one of them")
        void missing() {
            RunSummary merged = ReportMerge.merge(parts(3).subList(0, 2));
            assertThat(merged.verdict().complete()).isFalse();
            assertThat(merged.verdict().missing()).isEqualTo("part 3 of 3 is missing");
        }
    }

    @Nested
    @DisplayName("parts that do not belong together")
    class Refused {
        @Test
        @DisplayName("are refused by file and key")
        void keys() throws IOException {
            refused(json -> run(json).put("seed", 8), "run.seed is 8, in ");
            refused(json -> run(json).put("modelVersion", "m2"), "run.modelVersion is m2, in ");
            refused(json -> json.putObject("scenario").put("name", "x"), "scenario is {\"name\"");
            refused(json -> ((ObjectNode) json.get("part")).put("count", 3), "part.count is 3, ");
            refused(
                    json -> ((ObjectNode) json.get("part")).put("index", 1),
                    "part.index is 1, as in");
            refused(json -> run(json).put("startedAt", "2027-01-01T00:00:00Z"), "run.startedAt is");
            refused(json -> run(json).put("startedAt", "yesterday"), "run.startedAt is no time");
            refused(json -> json.put("colour", "red"), "colour is not as in a summary");
            refused(json -> run(json).put("mood", 1), "run.mood is not as in a summary");
            refused(
                    json -> ((ObjectNode) json.at("/timeline/1")).put("mood", 1),
                    "timeline[1].mood is not as in a summary");
            refused(
                    json -> ((ObjectNode) json.get("delivery")).remove("lostUp"),
                    "delivery.lostUp is not as in a summary");
            refused(json -> run(json).put("devices", "many"), "run.devices is not as in a summary");
            refused(json -> json.remove("loadGenerator"), "loadGenerator is missing");
        }

        @Test
        @DisplayName("are refused where a value is missing, wherever it stands")
        void nothing() throws IOException {
            refused(
                    json -> ((ObjectNode) json.get("latencyMs")).remove("intake"),
                    "latencyMs.intake is missing");
            refused(
                    json -> ((ObjectNode) json.get("latencyMs")).putNull("intake"),
                    "latencyMs.intake is missing");
            refused(json -> json.putNull("versions"), "versions is missing");
            refused(json -> json.putArray("warnings").addNull(), "warnings[0] is missing");
            refused(json -> run(json).remove("workload"), "run.workload is missing");
            refused(
                    json -> ((ObjectNode) json.at("/thresholds/0")).remove("text"),
                    "thresholds[0].text is missing");
            refused(
                    json -> ((ObjectNode) json.at("/delivery/outcomes")).putNull("APPLIED"),
                    "delivery.outcomes.APPLIED is missing");
            refused(json -> json.putNull("streamQuality"), "streamQuality is missing");
            refused(
                    json -> ((ObjectNode) json.at("/warmUp/latencyMs")).remove("intake"),
                    "warmUp.latencyMs.intake is missing");
            refused(json -> json.putNull("warmUp"), "warmUp.seconds is null, in ");
        }

        @Test
        @DisplayName("are refused where there can be no such time or part")
        void sizes() throws IOException {
            refused(
                    json -> part(json).put("count", Integer.MAX_VALUE),
                    "part is 2 of 2,147,483,647");
            refused(json -> part(json).put("index", 0), "part is 0 of 2, parts are 1 to N of N");
            refused(json -> run(json).put("totalSeconds", 1e300), "run.totalSeconds is 1.0E300");
            refused(json -> run(json).put("totalSeconds", "NaN"), "run.totalSeconds is NaN");
            refused(json -> slice(json).put("second", 1e18), "timeline.second is 1.0E18");
            refused(
                    json -> slice(json).put("second", 1e8),
                    "timeline reaches to second 1.00000001E8");
            refused(
                    json ->
                            json.get("timeline")
                                    .forEach(slice -> ((ObjectNode) slice).put("seconds", -1)),
                    "timeline.seconds is -1.0, it must be 0 to");
            refused(
                    json -> run(json).put("startedAt", "-1000000000-01-01T00:00:00Z"),
                    "run.startedAt is -1000000000-01-01");
        }

        @Test
        @DisplayName("and so are histograms that are not those of the summary")
        void histograms() throws IOException {
            List<Path> parts = parts(2);
            Path file = parts.get(1).resolve(Report.HISTOGRAMS);
            String log = Files.readString(file);

            Files.delete(file);
            refused(parts, file + " cannot be read");
            Files.writeString(file, log.replace("Tag=intake", "Tag=outtake"));
            refused(parts, file + ": there is no interval tagged intake");
            Files.writeString(file, log.substring(0, log.length() / 2));
            refused(parts, file + ": ");
            Files.writeString(file, "what is this\n");
            refused(parts, file + ": ");
            Files.copy(
                    parts.get(0).resolve(Report.HISTOGRAMS),
                    file,
                    StandardCopyOption.REPLACE_EXISTING);
            edit(parts.get(1), json -> latency(json).put("count", 17));
            refused(parts, "has 2,750 values, summary.json has 17");
        }

        @Test
        @DisplayName("or that take much memory for few characters")
        void largeHistograms() throws IOException {
            List<Path> parts = parts(2);
            Path file = parts.get(1).resolve(Report.HISTOGRAMS);
            StringBuilder log = new StringBuilder("#[Histogram log format version 1.3]\n");
            String large = line(new Histogram(Latencies.HIGHEST_MICROS, 3));
            for (int i = 0; i < 1_600; i++) {
                log.append(large.replace("Tag=x", "Tag=slice." + i));
            }
            Files.writeString(file, log);
            refused(parts, "intervals take more than 268,435,456 bytes of memory");
            Files.writeString(file, line(new Histogram(Latencies.HIGHEST_MICROS, 5)));
            refused(parts, "interval 1 is none of a run");
        }

        private static String line(Histogram histogram) {
            histogram.setTag("x");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            HistogramLogWriter writer = new HistogramLogWriter(bytes);
            writer.outputIntervalHistogram(0, 1, histogram);
            writer.close();
            return bytes.toString(StandardCharsets.UTF_8);
        }

        private void refused(Consumer<ObjectNode> change, String problem) throws IOException {
            List<Path> parts = parts(2);
            edit(parts.get(1), change);
            refused(parts, problem);
        }

        private void refused(List<Path> parts, String problem) {
            assertThatThrownBy(() -> ReportMerge.merge(parts))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(parts.get(1).toString())
                    .hasMessageContaining(problem);
        }

        private static ObjectNode run(ObjectNode json) {
            return (ObjectNode) json.get("run");
        }

        private static ObjectNode part(ObjectNode json) {
            return (ObjectNode) json.get("part");
        }

        private static ObjectNode slice(ObjectNode json) {
            return (ObjectNode) json.at("/timeline/1");
        }

        private static ObjectNode latency(ObjectNode json) {
            return (ObjectNode) json.at("/latencyMs/sendDelay");
        }
    }

    private List<Path> parts(int count) {
        List<Path> parts = new ArrayList<>();
        for (int index = 1; index <= count; index++) {
            Path part = directory.resolve("part-" + index);
            Report.write(SampleRun.part(index, count), part);
            parts.add(part);
        }
        return parts;
    }

    private static void edit(Path part, Consumer<ObjectNode> change) throws IOException {
        Path file = part.resolve(Report.SUMMARY);
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = (ObjectNode) mapper.readTree(file.toFile());
        change.accept(json);
        mapper.writeValue(file.toFile(), json);
    }
}
