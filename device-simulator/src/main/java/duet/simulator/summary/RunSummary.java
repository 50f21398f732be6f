package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.measurement.CurvePoint;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.PhaseSummary;
import duet.simulator.measurement.RunHistograms;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.measurement.TimelineBucket;
import duet.simulator.threshold.Threshold;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds all that a run has shown; {@code summary.json} is this record, with its groups laid out
 * flat in their order.
 *
 * @param verdict whether the run was whole and kept what it had to
 * @param loadGenerator how well the load generator itself kept up
 * @param quality ranking quality with and without the devices' own weights
 * @param delivery what went out and what came back
 * @param measured what else was measured
 * @param run what was run
 * @param setting where it ran and what it belongs to
 * @param recording the run over time and the distributions behind its figures
 */
public record RunSummary(
        @JsonUnwrapped Verdict verdict,
        LoadGenerator loadGenerator,
        @JsonUnwrapped Quality quality,
        Delivery delivery,
        @JsonUnwrapped Measured measured,
        RunFacts run,
        @JsonUnwrapped Setting setting,
        @JsonUnwrapped Recording recording) {
    public static final String HELD_OUT = "held-out";
    public static final String STREAM = "stream";
    public static final String NONE = "none";

    /**
     * Says whether the run was whole and kept what it had to.
     *
     * @param complete whether every window that was sent is accounted for
     * @param missing where not: one line that says what is missing; null otherwise
     * @param warnings what a reader should know before believing the figures
     * @param thresholds what became of the run's thresholds; empty without any
     */
    public record Verdict(
            boolean complete,
            @Nullable String missing,
            List<String> warnings,
            List<ThresholdResult> thresholds) {
        /**
         * Returns the verdict on a run that is not held against anything yet; complete where
         * nothing is missing.
         */
        public static Verdict of(@Nullable String missing, List<String> warnings) {
            return new Verdict(missing == null, missing, warnings, List.of());
        }
    }

    /**
     * Holds the ranking quality.
     *
     * @param source what the others are over: {@code held-out} (every device ranks its held-out
     *     item at the end, with the weights it received), {@code stream} (rankings over the
     *     stream), or {@code none}
     * @param global with the global weights; null without rankings
     * @param personalized with the devices' own weights, over the same rankings
     * @param gainMargin half the width of a 95 % confidence interval of the mean of personalized
     *     minus global userAuc, ranking by ranking, taken as independent; null where there are
     *     fewer than two, or a summary was written before it was measured
     * @param heldOut what was held out and among what it was ranked; null where no log says so
     */
    public record Quality(
            @JsonProperty("qualitySource") String source,
            @Nullable RankingMetrics global,
            @Nullable RankingMetrics personalized,
            @Nullable Double gainMargin,
            @Nullable HeldOut heldOut) {
        /** From so many rankings on, an interval by the normal distribution tells something. */
        private static final int ENOUGH_RANKINGS = 30;

        /** Returns whether the gain in userAuc is known to be one, or to be none. */
        @JsonIgnore
        public boolean isGainSure() {
            return global != null
                    && personalized != null
                    && gainMargin != null
                    && global.users() >= ENOUGH_RANKINGS
                    && Math.abs(personalized.userAuc() - global.userAuc()) > gainMargin;
        }
    }

    /**
     * Holds what was measured besides.
     *
     * @param latencyMs latency per stage in milliseconds, by {@link
     *     duet.simulator.measurement.Stage#key}
     * @param warmUp what came before the steady state, which latencies and the achieved rate are
     *     about; null without a warm-up
     * @param rateSearch the search for the highest rate that ended with this run; null without one
     * @param streamQuality rankings over the stream; null where quality was not measured
     * @param versions per model version that a device ran, what the run had to do with it
     * @param phases latencies before, during and after something that was done to the running
     *     system; empty where nothing was
     */
    public record Measured(
            Map<String, LatencySummary> latencyMs,
            @Nullable WarmUp warmUp,
            @Nullable RateSearchSummary rateSearch,
            @Nullable StreamQuality streamQuality,
            SortedMap<String, VersionFacts> versions,
            List<PhaseSummary> phases) {
        private Measured withRateSearch(RateSearchSummary search) {
            return new Measured(latencyMs, warmUp, search, streamQuality, versions, phases);
        }
    }

    /**
     * Says where the run ran and what it belongs to.
     *
     * @param part which part of a shared fleet it was; null for a whole one
     * @param parts the runs it was merged from; empty for a single run
     * @param machine what it ran on
     * @param scenario the scenario it ran with, as given; null without one
     */
    public record Setting(
            @Nullable PartFacts part,
            List<MergedPart> parts,
            MachineFacts machine,
            @Nullable JsonNode scenario) {}

    /**
     * Holds the run over time and the distributions behind its figures.
     *
     * @param timeline the run over time
     * @param latencyCurves percentile curve per stage
     * @param histograms the histograms behind the figures, which {@code histograms.hlog} keeps and
     *     {@code summary.json} does not
     */
    public record Recording(
            List<TimelineBucket> timeline,
            Map<String, List<CurvePoint>> latencyCurves,
            @JsonIgnore RunHistograms histograms) {
        public Recording {
            histograms = histograms == null ? RunHistograms.empty() : histograms;
        }
    }

    /** Returns the same run, of this scenario. */
    public RunSummary withScenario(JsonNode file) {
        return with(
                verdict,
                measured,
                new Setting(setting.part, setting.parts, setting.machine, file),
                recording);
    }

    /** Returns the same run, whose held-out items these are. */
    public RunSummary withHeldOut(HeldOut facts) {
        return new RunSummary(
                verdict,
                loadGenerator,
                new Quality(
                        quality.source,
                        quality.global,
                        quality.personalized,
                        quality.gainMargin,
                        facts),
                delivery,
                measured,
                run,
                setting,
                recording);
    }

    /** Returns the same run, held against these thresholds. */
    public RunSummary judgedBy(List<Threshold> limits) {
        return with(
                new Verdict(
                        verdict.complete,
                        verdict.missing,
                        verdict.warnings,
                        Thresholds.judge(limits, this)),
                measured,
                setting,
                recording);
    }

    /** Returns the same run, which ended this search. */
    public RunSummary withRateSearch(RateSearchSummary search) {
        return with(verdict, measured.withRateSearch(search), setting, recording);
    }

    /** Returns the same run, with the histograms behind its figures. */
    public RunSummary withHistograms(RunHistograms recorded) {
        return with(
                verdict,
                measured,
                setting,
                new Recording(recording.timeline, recording.latencyCurves, recorded));
    }

    /** Returns the thresholds that were missed, in their order. */
    public List<ThresholdResult> missed() {
        return verdict.thresholds.stream().filter(threshold -> !threshold.met()).toList();
    }

    private RunSummary with(
            Verdict newVerdict, Measured newMeasured, Setting newSetting, Recording newRecording) {
        return new RunSummary(
                newVerdict,
                loadGenerator,
                quality,
                delivery,
                newMeasured,
                run,
                newSetting,
                newRecording);
    }
}
