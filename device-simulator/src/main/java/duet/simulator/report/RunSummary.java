package duet.simulator.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
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

/**
 * All that a run has shown; {@code summary.json} is this record.
 *
 * @param complete whether every window that was sent is accounted for
 * @param missing where not: one line that says what is missing; null otherwise
 * @param warnings what a reader should know before believing the figures
 * @param qualitySource what {@code global} and {@code personalized} are over: {@code held-out} (every device ranks its
 *     held-out item at the end, with the weights it received), {@code stream} (rankings over the stream), or {@code none}
 * @param global ranking quality with the global weights; null without rankings
 * @param personalized ranking quality with the devices' own weights, over the same rankings
 * @param delivery what went out and what came back
 * @param latencyMs latency per stage in milliseconds, by {@link duet.simulator.measurement.Stage#key}
 * @param streamQuality rankings over the stream; null where quality was not measured
 * @param versions per model version that a device ran, what the run had to do with it
 * @param phases latencies before, during and after something that was done to the running system; empty where nothing was
 * @param timeline the run over time
 * @param latencyCurves percentile curve per stage
 * @param run what was run
 * @param machine what it ran on
 * @param scenario the scenario it ran with, as given; null without one
 * @param loadGenerator how well the load generator itself kept up
 * @param warmUp what came before the steady state, which latencies and the achieved rate are about; null without a warm-up
 * @param thresholds what became of the run's thresholds; empty without any
 * @param part which part of a shared fleet it was; null for a whole one
 * @param rateSearch the search for the highest rate that ended with this run; null without one
 * @param parts the runs it was merged from; empty for a single run
 * @param histograms the histograms behind the figures, which {@code histograms.hlog} keeps and {@code summary.json} does
 *     not
 */
@JsonPropertyOrder({
    "complete",
    "missing",
    "warnings",
    "thresholds",
    "loadGenerator",
    "qualitySource",
    "global",
    "personalized",
    "delivery",
    "latencyMs",
    "warmUp",
    "rateSearch",
    "streamQuality",
    "versions",
    "phases",
    "run",
    "part",
    "parts",
    "machine",
    "scenario",
    "timeline",
    "latencyCurves"
})
public record RunSummary(
        boolean complete,
        String missing,
        List<String> warnings,
        String qualitySource,
        RankingMetrics global,
        RankingMetrics personalized,
        Delivery delivery,
        Map<String, LatencySummary> latencyMs,
        StreamQuality streamQuality,
        SortedMap<String, VersionFacts> versions,
        List<PhaseSummary> phases,
        List<TimelineBucket> timeline,
        Map<String, List<CurvePoint>> latencyCurves,
        RunFacts run,
        MachineFacts machine,
        JsonNode scenario,
        LoadGenerator loadGenerator,
        WarmUp warmUp,
        List<ThresholdResult> thresholds,
        PartFacts part,
        RateSearchSummary rateSearch,
        List<MergedPart> parts,
        @JsonIgnore RunHistograms histograms) {
    public static final String HELD_OUT = "held-out";
    public static final String STREAM = "stream";
    public static final String NONE = "none";

    public RunSummary {
        histograms = histograms == null ? RunHistograms.empty() : histograms;
    }

    /** The same run, of this scenario. */
    public RunSummary withScenario(JsonNode file) {
        return with(file, thresholds, rateSearch, histograms);
    }

    /** The same run, held against these thresholds. */
    public RunSummary judgedBy(List<Threshold> limits) {
        return with(scenario, Thresholds.judge(limits, this), rateSearch, histograms);
    }

    /** The same run, which ended this search. */
    public RunSummary withRateSearch(RateSearchSummary search) {
        return with(scenario, thresholds, search, histograms);
    }

    /** The same run, with the histograms behind its figures. */
    RunSummary withHistograms(RunHistograms recorded) {
        return with(scenario, thresholds, rateSearch, recorded);
    }

    /** The thresholds that were missed, in their order. */
    public List<ThresholdResult> missed() {
        return thresholds.stream().filter(threshold -> !threshold.met()).toList();
    }

    private RunSummary with(
            JsonNode newScenario,
            List<ThresholdResult> newThresholds,
            RateSearchSummary newRateSearch,
            RunHistograms newHistograms) {
        return new RunSummary(
                complete,
                missing,
                warnings,
                qualitySource,
                global,
                personalized,
                delivery,
                latencyMs,
                streamQuality,
                versions,
                phases,
                timeline,
                latencyCurves,
                run,
                machine,
                newScenario,
                loadGenerator,
                warmUp,
                newThresholds,
                part,
                newRateSearch,
                parts,
                newHistograms);
    }
}
