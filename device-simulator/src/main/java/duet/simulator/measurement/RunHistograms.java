package duet.simulator.measurement;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Holds the histograms behind a run's figures, in microseconds: what it takes to merge the runs of
 * several processes exactly.
 *
 * @param stages of the steady state, by stage
 * @param warmUp of the warm-up, by stage; empty without one
 * @param phases from event to applied, by phase of the run in order
 * @param slices from event to applied, by slice of the timeline in order; null where a slice has
 *     none
 */
public record RunHistograms(
        Map<Stage, Histogram> stages,
        Map<Stage, Histogram> warmUp,
        List<Histogram> phases,
        List<@Nullable Histogram> slices) {

    /**
     * Copies what was recorded so far.
     *
     * @param warmUp empty where the run has no warm-up
     */
    public static RunHistograms of(
            Latencies steady, Optional<Latencies> warmUp, Phases phases, Timeline timeline) {
        return new RunHistograms(
                steady.histograms(),
                warmUp.map(Latencies::histograms).orElse(Map.of()),
                phases.histograms(),
                timeline.histograms());
    }

    /** Returns the histograms of nothing. */
    public static RunHistograms empty() {
        return new RunHistograms(Map.of(), Map.of(), List.of(), List.of());
    }

    /** Returns the histogram of a stage in the steady state; empty where nothing was recorded. */
    public Histogram stage(Stage stage) {
        return stages.getOrDefault(stage, nothing());
    }

    /** Returns a histogram without values. */
    public static Histogram nothing() {
        return Latencies.histogram();
    }

    /** Adds up the histograms of several runs of the same phases; the slices are those given. */
    public static RunHistograms sum(List<RunHistograms> runs, List<@Nullable Histogram> slices) {
        return new RunHistograms(
                sumByStage(runs.stream().map(RunHistograms::stages).toList()),
                sumByStage(runs.stream().map(RunHistograms::warmUp).toList()),
                sumByPlace(runs.stream().map(RunHistograms::phases).toList()),
                slices);
    }

    private static Map<Stage, Histogram> sumByStage(List<Map<Stage, Histogram>> parts) {
        Map<Stage, Histogram> sums = new EnumMap<>(Stage.class);
        for (Map<Stage, Histogram> part : parts) {
            part.forEach(
                    (stage, histogram) ->
                            sums.computeIfAbsent(stage, s -> nothing()).add(histogram));
        }
        return sums;
    }

    private static List<Histogram> sumByPlace(List<List<Histogram>> parts) {
        List<Histogram> sums = new ArrayList<>();
        for (List<Histogram> part : parts) {
            for (int i = 0; i < part.size(); i++) {
                if (sums.size() == i) {
                    sums.add(nothing());
                }
                sums.get(i).add(part.get(i));
            }
        }
        return sums;
    }
}
