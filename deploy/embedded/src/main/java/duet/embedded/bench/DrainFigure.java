package duet.embedded.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import duet.model.evaluation.Median;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the generation job drains of a backlog and what that costs, against the pass-through job with records of the same
 * size. Medians over the runs; times are processor time of everything in the JVM, the broker included.
 *
 * @param deltasPerSecond deltas a second in the steady part
 * @param windowsPerSecond windows answered a second there, those that were coalesced included
 * @param passThroughPerSecond windows a second of the pass-through job
 * @param versusPassThrough deltas of the one to windows of the other
 * @param bytesPerDelta mean bytes of a delta without its key
 * @param coalesced share of the windows that were answered along with a later one of their device
 * @param deltasPerSecondRange the lowest and the highest run
 * @param passThroughPerSecondRange the lowest and the highest run
 * @param cpuMicrosPerDelta processor time of a delta
 * @param passThroughMicros processor time of a window of the pass-through job
 * @param beyondPassThroughMicros what a delta costs more than that
 * @param generatorMicros what the generator alone takes for a delta in a batch of the job's size; null where unknown
 * @param timesGenerator {@code beyondPassThroughMicros} to it; null where unknown
 * @param partMicros processor time of a delta by {@link Part#key}, in a further run that was recorded
 * @param passThroughPartMicros that of the pass-through job
 * @param runs all runs in their order but the recorded ones
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DrainFigure(
        double deltasPerSecond,
        double windowsPerSecond,
        double passThroughPerSecond,
        double versusPassThrough,
        double bytesPerDelta,
        double coalesced,
        List<Double> deltasPerSecondRange,
        List<Double> passThroughPerSecondRange,
        double cpuMicrosPerDelta,
        double passThroughMicros,
        double beyondPassThroughMicros,
        Double generatorMicros,
        Double timesGenerator,
        Map<String, Double> partMicros,
        Map<String, Double> passThroughPartMicros,
        List<BenchRun> runs) {

    public DrainFigure {
        runs = List.copyOf(runs);
    }

    /**
     * The figures of some runs.
     *
     * @param recorded further runs of each job with the flight recorder, which costs time: they tell the parts alone
     */
    static DrainFigure of(List<BenchRun> runs, List<BenchRun> recorded) {
        List<BenchRun> job = of(runs, MeasuredJob.GENERATION);
        List<BenchRun> passThrough = of(runs, MeasuredJob.PASS_THROUGH);
        double deltas = Median.of(job, BenchRun::recordsPerSecond);
        double passed = Median.of(passThrough, BenchRun::windowsPerSecond);
        double perDelta = Median.of(job, DrainFigure::microsPerRecord);
        double perWindow = Median.of(passThrough, DrainFigure::microsPerRecord);
        return new DrainFigure(
                deltas,
                Median.of(job, BenchRun::windowsPerSecond),
                passed,
                ratio(deltas, passed),
                Median.of(job, BenchRun::valueBytesPerRecord),
                Median.of(job, BenchRun::coalesced),
                range(job, BenchRun::recordsPerSecond),
                range(passThrough, BenchRun::windowsPerSecond),
                perDelta,
                perWindow,
                perDelta - perWindow,
                null,
                null,
                parts(of(recorded, MeasuredJob.GENERATION)),
                parts(of(recorded, MeasuredJob.PASS_THROUGH)),
                runs);
    }

    /** With what the generator alone takes. */
    DrainFigure withGenerator(double micros) {
        return new DrainFigure(
                deltasPerSecond,
                windowsPerSecond,
                passThroughPerSecond,
                versusPassThrough,
                bytesPerDelta,
                coalesced,
                deltasPerSecondRange,
                passThroughPerSecondRange,
                cpuMicrosPerDelta,
                passThroughMicros,
                beyondPassThroughMicros,
                micros,
                ratio(beyondPassThroughMicros, micros),
                partMicros,
                passThroughPartMicros,
                runs);
    }

    private static double microsPerRecord(BenchRun run) {
        return ratio(
                run.cpuMicrosPerWindow().values().stream().mapToDouble(Double::doubleValue).sum(),
                1 - run.coalesced());
    }

    private static Map<String, Double> parts(List<BenchRun> runs) {
        return runs.stream()
                .filter(run -> run.partMicrosPerWindow() != null)
                .findFirst()
                .map(
                        run -> {
                            Map<String, Double> parts =
                                    new LinkedHashMap<>(run.partMicrosPerWindow());
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

    /** The lowest and the highest; none of none. */
    static List<Double> range(List<Double> figures) {
        return figures.isEmpty()
                ? List.of()
                : List.of(Collections.min(figures), Collections.max(figures));
    }

    static double ratio(double one, double other) {
        return other == 0 ? 0 : one / other;
    }
}
