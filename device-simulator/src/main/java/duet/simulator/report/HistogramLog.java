package duet.simulator.report;

import duet.schemas.InvalidInputException;
import duet.simulator.measurement.Latencies;
import duet.simulator.measurement.PhaseSummary;
import duet.simulator.measurement.RunHistograms;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.TimelineBucket;
import duet.simulator.summary.RunSummary;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads a run's histograms in HdrHistogram's log format, in microseconds: one interval
 * tagged {@code <stage>} for each stage of the steady state, {@code warmUp.<stage>} for the
 * warm-up, {@code phase.<n>} for each phase and {@code slice.<n>} for each slice of the timeline,
 * the last two from event to applied and counted from 0.
 */
final class HistogramLog {
    static final String FILE = "histograms.hlog";

    private static final String WARM_UP = "warmUp.";
    private static final String PHASE = "phase.";
    private static final String SLICE = "slice.";

    private static final long MOST_BYTES = 256L << 20;
    private static final int MOST_INTERVALS = 10_000;
    private static final int MOST_DIGITS = 3;

    /** All intervals together take at most so much memory: a few characters are a large one. */
    private static final long MOST_MEMORY = 256L << 20;

    private static final double MICROS_PER_MILLI = 1000;

    private HistogramLog() {}

    static void write(RunSummary summary, Path file) throws IOException {
        RunHistograms histograms = summary.recording().histograms();
        long start = startMillis(summary.run().time().startedAt());
        double warmUp =
                summary.measured().warmUp() == null ? 0 : summary.measured().warmUp().seconds();
        try (OutputStream out = Files.newOutputStream(file)) {
            HistogramLogWriter log = new HistogramLogWriter(out);
            log.outputComment(
                    "[Latencies of a run of Duet in microseconds; Interval_Max is in"
                            + " milliseconds]");
            log.outputLogFormatVersion();
            log.outputStartTime(start);
            log.setBaseTime(start);
            log.outputBaseTime(start);
            log.outputLegend();
            for (Stage stage : Stage.values()) {
                if (histograms.warmUp().containsKey(stage)) {
                    write(log, WARM_UP + stage.key(), 0, warmUp, histograms.warmUp().get(stage));
                }
            }
            for (Stage stage : Stage.values()) {
                double seconds = summary.run().time().totalSeconds();
                write(
                        log,
                        stage.key(),
                        Math.min(warmUp, seconds),
                        seconds,
                        histograms.stage(stage));
            }
            for (int i = 0; i < summary.measured().phases().size(); i++) {
                PhaseSummary phase = summary.measured().phases().get(i);
                write(
                        log,
                        PHASE + i,
                        phase.fromSecond(),
                        phase.fromSecond() + phase.seconds(),
                        at(histograms.phases(), i));
            }
            for (int i = 0; i < summary.recording().timeline().size(); i++) {
                TimelineBucket slice = summary.recording().timeline().get(i);
                write(
                        log,
                        SLICE + i,
                        slice.second(),
                        slice.second() + slice.seconds(),
                        at(histograms.slices(), i));
            }
            log.close();
        }
    }

    /**
     * Reads what was written, for the run of this summary.
     *
     * @throws InvalidInputException if the file is missing, damaged or of another run; names it and
     *     the interval
     */
    static RunHistograms read(Path file, RunSummary summary) {
        Map<String, Histogram> byTag = intervals(file);
        Map<Stage, Histogram> stages = new EnumMap<>(Stage.class);
        Map<Stage, Histogram> warmUp = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            stages.put(
                    stage,
                    required(
                            file,
                            byTag,
                            stage.key(),
                            summary.measured().latencyMs().get(stage.key()).count()));
            if (summary.measured().warmUp() != null) {
                warmUp.put(
                        stage,
                        required(
                                file,
                                byTag,
                                WARM_UP + stage.key(),
                                summary.measured().warmUp().latencyMs().get(stage.key()).count()));
            }
        }
        List<Histogram> phases = new ArrayList<>();
        for (int i = 0; i < summary.measured().phases().size(); i++) {
            phases.add(required(file, byTag, PHASE + i));
        }
        List<@Nullable Histogram> slices = new ArrayList<>();
        for (int i = 0; i < summary.recording().timeline().size(); i++) {
            Histogram slice = required(file, byTag, SLICE + i);
            slices.add(slice.getTotalCount() == 0 ? null : slice);
        }
        return new RunHistograms(stages, warmUp, phases, slices);
    }

    private static Histogram required(
            Path file, Map<String, Histogram> byTag, String tag, long count) {
        Histogram histogram = required(file, byTag, tag);
        if (histogram.getTotalCount() != count) {
            throw wrong(
                    file,
                    String.format(
                            Locale.ROOT,
                            "the interval tagged %s has %,d values, %s has %,d",
                            tag,
                            histogram.getTotalCount(),
                            Report.SUMMARY,
                            count));
        }
        return histogram;
    }

    private static Histogram required(Path file, Map<String, Histogram> byTag, String tag) {
        Histogram histogram = byTag.get(tag);
        if (histogram == null) {
            throw wrong(file, "there is no interval tagged " + tag);
        }
        return histogram;
    }

    private static Map<String, Histogram> intervals(Path file) {
        Map<String, Histogram> byTag = new HashMap<>();
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw wrong(
                        file,
                        String.format(
                                Locale.ROOT,
                                "it has %,d bytes, the limit is %,d",
                                Files.size(file),
                                MOST_BYTES));
            }
            try (InputStream in = Files.newInputStream(file)) {
                HistogramLogReader log = new HistogramLogReader(in);
                long memory = 0;
                while (log.hasNext()) {
                    EncodableHistogram interval = log.nextIntervalHistogram();
                    if (!(interval instanceof Histogram histogram)
                            || histogram.getTag() == null
                            || histogram.getHighestTrackableValue() != Latencies.HIGHEST_MICROS
                            || histogram.getNumberOfSignificantValueDigits() > MOST_DIGITS
                            || byTag.size() == MOST_INTERVALS
                            || byTag.put(histogram.getTag(), histogram) != null) {
                        throw wrong(
                                file,
                                String.format(
                                        Locale.ROOT,
                                        "interval %,d is none of a run",
                                        byTag.size() + 1));
                    }
                    memory += histogram.getEstimatedFootprintInBytes();
                    if (memory > MOST_MEMORY) {
                        throw wrong(
                                file,
                                String.format(
                                        Locale.ROOT,
                                        "its first %,d intervals take more than %,d bytes of"
                                                + " memory",
                                        byTag.size(),
                                        MOST_MEMORY));
                    }
                }
            }
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read", e);
        } catch (InvalidInputException e) {
            throw e;
        } catch (RuntimeException e) {
            // The reader has no exception of its own for what it cannot read.
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT, "%s: interval %,d cannot be read", file, byTag.size() + 1),
                    e);
        }
        return byTag;
    }

    private static void write(
            HistogramLogWriter log, String tag, double from, double to, Histogram histogram) {
        Histogram tagged = histogram.copy();
        tagged.setTag(tag);
        log.outputIntervalHistogram(from, to, tagged, MICROS_PER_MILLI);
    }

    private static Histogram at(List<? extends @Nullable Histogram> histograms, int index) {
        Histogram histogram = index < histograms.size() ? histograms.get(index) : null;
        return histogram == null ? RunHistograms.nothing() : histogram;
    }

    private static long startMillis(String startedAt) {
        return startedAt.isEmpty() ? 0 : Instant.parse(startedAt).toEpochMilli();
    }

    private static InvalidInputException wrong(Path file, String problem) {
        return new InvalidInputException(file + ": " + problem);
    }
}
