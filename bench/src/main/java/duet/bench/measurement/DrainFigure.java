package duet.bench.measurement;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.bench.profile.ProcessorPart;
import duet.model.evaluation.Median;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the generation job drains of a backlog and what that costs, against the pass-through
 * job with records of the same size. Figures are medians over the runs; times are processor time of
 * everything in the JVM, the broker included.
 *
 * @param throughput what the jobs do in a second
 * @param bytesPerDelta mean bytes of a delta without its key
 * @param coalesced share of the windows that were answered along with a later one of their device
 * @param range how far the runs lie apart
 * @param cost processor time
 * @param generator against what the generator alone takes
 * @param parts processor time by part, in a further run that was recorded
 * @param runs all runs in their order but the recorded ones
 */
public record DrainFigure(
        @JsonUnwrapped Throughput throughput,
        double bytesPerDelta,
        double coalesced,
        @JsonUnwrapped Range range,
        @JsonUnwrapped Cost cost,
        @JsonUnwrapped Generator generator,
        @JsonUnwrapped Parts parts,
        List<BenchRun> runs) {

    /**
     * Tells what the jobs do in a second.
     *
     * @param deltasPerSecond deltas in the steady part
     * @param windowsPerSecond windows answered there, those that were coalesced included
     * @param passThroughPerSecond windows of the pass-through job
     * @param versusPassThrough deltas of the one to windows of the other
     */
    public record Throughput(
            double deltasPerSecond,
            double windowsPerSecond,
            double passThroughPerSecond,
            double versusPassThrough) {}

    /** Holds the lowest and the highest run of each job. */
    public record Range(
            List<Double> deltasPerSecondRange, List<Double> passThroughPerSecondRange) {}

    /**
     * Holds the processor time.
     *
     * @param cpuMicrosPerDelta of a delta
     * @param passThroughMicros of a window of the pass-through job
     * @param beyondPassThroughMicros what a delta costs more than that
     */
    public record Cost(
            double cpuMicrosPerDelta, double passThroughMicros, double beyondPassThroughMicros) {}

    /**
     * Holds what the generator alone takes; null where unknown.
     *
     * @param generatorMicros for a delta in a batch of the job's size
     * @param timesGenerator {@link Cost#beyondPassThroughMicros} to it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Generator(@Nullable Double generatorMicros, @Nullable Double timesGenerator) {
        static final Generator UNKNOWN = new Generator(null, null);
    }

    /**
     * Holds the processor time by {@link ProcessorPart#key}; null where nothing was recorded.
     *
     * @param partMicros of a delta
     * @param passThroughPartMicros of a window of the pass-through job
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Parts(
            @Nullable Map<String, Double> partMicros,
            @Nullable Map<String, Double> passThroughPartMicros) {}

    public DrainFigure {
        runs = List.copyOf(runs);
    }

    /**
     * Computes the figures of some runs.
     *
     * @param recorded further runs of each job with the flight recorder, which costs time: they
     *     tell the parts alone
     */
    public static DrainFigure of(List<BenchRun> runs, List<BenchRun> recorded) {
        List<BenchRun> job = of(runs, MeasuredJob.GENERATION);
        List<BenchRun> passThrough = of(runs, MeasuredJob.PASS_THROUGH);
        double deltas = Median.of(job, run -> run.rates().recordsPerSecond());
        double passed = Median.of(passThrough, run -> run.rates().windowsPerSecond());
        double perDelta = Median.of(job, DrainFigure::microsPerRecord);
        double perWindow = Median.of(passThrough, DrainFigure::microsPerRecord);
        return new DrainFigure(
                new Throughput(
                        deltas,
                        Median.of(job, run -> run.rates().windowsPerSecond()),
                        passed,
                        ratio(deltas, passed)),
                Median.of(job, run -> run.sizes().valueBytesPerRecord()),
                Median.of(job, BenchRun::coalesced),
                new Range(
                        range(job, run -> run.rates().recordsPerSecond()),
                        range(passThrough, run -> run.rates().windowsPerSecond())),
                new Cost(perDelta, perWindow, perDelta - perWindow),
                Generator.UNKNOWN,
                new Parts(
                        parts(of(recorded, MeasuredJob.GENERATION)),
                        parts(of(recorded, MeasuredJob.PASS_THROUGH))),
                runs);
    }

    /** Returns these figures with what the generator alone takes. */
    public DrainFigure withGenerator(double micros) {
        return new DrainFigure(
                throughput,
                bytesPerDelta,
                coalesced,
                range,
                cost,
                new Generator(micros, ratio(cost.beyondPassThroughMicros, micros)),
                parts,
                runs);
    }

    private static double microsPerRecord(BenchRun run) {
        return ratio(
                run.processor().cpuMicrosPerWindow().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum(),
                1 - run.coalesced());
    }

    private static @Nullable Map<String, Double> parts(List<BenchRun> runs) {
        return runs.stream()
                .filter(run -> run.processor().partMicrosPerWindow() != null)
                .findFirst()
                .map(
                        run -> {
                            Map<String, Double> parts =
                                    new LinkedHashMap<>(run.processor().partMicrosPerWindow());
                            parts.replaceAll((part, micros) -> ratio(micros, 1 - run.coalesced()));
                            return parts;
                        })
                .orElse(null);
    }

    private static List<BenchRun> of(List<BenchRun> runs, MeasuredJob job) {
        return runs.stream().filter(run -> run.job() == job).toList();
    }

    private static List<Double> range(List<BenchRun> runs, Function<BenchRun, Double> figure) {
        return range(runs.stream().map(figure).toList());
    }

    /** Returns the lowest and the highest; none of none. */
    public static List<Double> range(List<Double> figures) {
        return figures.isEmpty()
                ? List.of()
                : List.of(Collections.min(figures), Collections.max(figures));
    }

    public static double ratio(double one, double other) {
        return other == 0 ? 0 : one / other;
    }
}
