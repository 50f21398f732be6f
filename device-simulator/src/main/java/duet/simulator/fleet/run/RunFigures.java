package duet.simulator.fleet.run;

import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.fleet.FleetPart;
import duet.simulator.fleet.RunControl;
import duet.simulator.fleet.account.FleetState;
import duet.simulator.fleet.account.LoadGeneratorWatch;
import duet.simulator.fleet.ranking.FinalRanking;
import duet.simulator.fleet.ranking.ReleaseFollower;
import duet.simulator.fleet.run.FleetProgress.Phase;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.measurement.RunHistograms;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.summary.Delivery;
import duet.simulator.summary.LoadGenerator;
import duet.simulator.summary.MachineFacts;
import duet.simulator.summary.RunFacts;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.VersionFacts;
import duet.simulator.summary.WarmUp;
import duet.simulator.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a run shows: how far it is while it lasts, and its summary in the end. Any thread
 * may ask how far it is.
 */
final class RunFigures {
    private final Fleet fleet;
    private final long warmUpMicros;
    private final RunControl control;
    private final FleetState state;
    private final ReleaseFollower follower;
    private final GatedWindows gated;
    private final QualityRecorder quality;
    private final LoadGeneratorWatch watch;

    /** Holds the accounts at the end of the warm-up. */
    private volatile @Nullable Delivery warmUpDelivery;

    private volatile long warmUpWindows;

    /**
     * Says whose run it is.
     *
     * @param shippedVersion the model that devices came with
     * @param part what this process stands for
     * @param ranks whether devices rank over the stream
     */
    record Fleet(String shippedVersion, Workload workload, FleetPart part, boolean ranks) {}

    RunFigures(
            Fleet fleet,
            Duration warmUp,
            RunControl control,
            FleetState state,
            ReleaseFollower follower,
            GatedWindows gated,
            QualityRecorder quality,
            LoadGeneratorWatch watch) {
        this.fleet = fleet;
        this.warmUpMicros = TimeUnit.NANOSECONDS.toMicros(warmUp.toNanos());
        this.control = control;
        this.state = state;
        this.follower = follower;
        this.gated = gated;
        this.quality = quality;
        this.watch = watch;
    }

    /** Returns how far the run is; cheap. */
    FleetProgress progress(Phase phase, long nowMicros) {
        noteGated();
        Counters counters = state.counters();
        QualityRecorder.Running running = quality.running();
        LatencySummary latency =
                state.measures().latenciesOf(nowMicros).summary(Stage.EVENT_TO_APPLIED);
        return new FleetProgress(
                phase,
                new FleetProgress.Time(
                        seconds(nowMicros - control.startMicros()),
                        fleet.workload.duration().toNanos() / 1e9),
                new FleetProgress.Windows(
                        counters.sent(),
                        fleet.workload.expectedWindows()
                                * state.devices().held()
                                / Math.max(1, fleet.workload.devices()),
                        counters.get(Count.DELTAS),
                        counters.coalesced(),
                        counters.get(Count.DEAD_LETTERS),
                        state.unanswered(gated.count())),
                new FleetProgress.Sending(
                        counters.get(Count.SENT_BEHIND), counters.get(Count.UNSENT)),
                new FleetProgress.Network(
                        counters.get(Count.HELD_OFFLINE),
                        counters.get(Count.LOST_UP),
                        counters.get(Count.LOST_DOWN)),
                new FleetProgress.Latency(latency.p50(), latency.p99()),
                counters.get(Count.DELTAS) == 0
                        ? 0
                        : (double) counters.get(Count.DELTA_BYTES) / counters.get(Count.DELTAS),
                new FleetProgress.Quality(
                        running.rankings(),
                        running.globalUserAuc(),
                        running.personalizedUserAuc()));
    }

    /**
     * Returns what the run has shown; the devices rank their held-out items now.
     *
     * @param endMicros when the last window left or the last answer came
     */
    RunSummary summary(long endMicros) {
        StreamQuality stream = fleet.ranks ? quality.result() : null;
        Optional<FinalRanking> heldOut = FinalRanking.of(fleet.workload, fleet.part, state::device);
        RankingMetrics global =
                heldOut.map(FinalRanking::global).orElse(stream == null ? null : stream.global());
        RankingMetrics personalized =
                heldOut.map(FinalRanking::personalized)
                        .orElse(stream == null ? null : stream.personalized());
        long lastMicros = endMicros - control.startMicros();
        double sendingSeconds = seconds(control.lastSendMicros() - control.startMicros());
        double steadySeconds = sendingSeconds - seconds(warmUpMicros);
        LoadGenerator loadGenerator =
                watch.facts(state.measures().latencies(), state.counters().get(Count.UNSENT));
        noteGated();
        long notAnswered = gated.count();
        String missing = state.missing(notAnswered);
        SortedMap<String, VersionFacts> versions = state.versions();
        RunHistograms histograms =
                RunHistograms.of(
                        state.measures().latencies(),
                        warmUpMicros > 0
                                ? Optional.of(state.measures().warmUpLatencies())
                                : Optional.empty(),
                        state.measures().phases(),
                        state.measures().timeline());
        return new RunSummary(
                RunSummary.Verdict.of(
                        missing,
                        RunWarnings.of(
                                state.counters(),
                                state.refusals(),
                                state.measures().latencies(),
                                state.outcomes(),
                                follower.refused(),
                                versions.size() > 1,
                                watch.longestTakenMicros(),
                                stream)),
                loadGenerator,
                new RunSummary.Quality(
                        heldOut.isPresent()
                                ? RunSummary.HELD_OUT
                                : global == null ? RunSummary.NONE : RunSummary.STREAM,
                        global,
                        personalized,
                        heldOut.map(FinalRanking::gainMargin)
                                .orElse(
                                        heldOut.isPresent() || stream == null
                                                ? null
                                                : stream.gainMargin()),
                        null),
                delivery(notAnswered),
                new RunSummary.Measured(
                        LatencySummary.byKey(histograms.stages()),
                        warmUp(notAnswered, histograms),
                        null,
                        stream,
                        versions,
                        state.measures().phases().summaries(lastMicros)),
                new RunFacts(
                        new RunFacts.Fleet(
                                fleet.workload.name(),
                                fleet.shippedVersion,
                                fleet.workload.seed(),
                                state.devices().held(),
                                state.devicesWithDelta()),
                        new RunFacts.Rate(
                                fleet.workload.closedLoop().isPresent()
                                        ? RunFacts.CLOSED
                                        : fleet.workload.arrivals().process().toString(),
                                fleet.workload.arrivals().perSecond(),
                                steadySeconds > 0
                                        ? (state.counters().sent() - warmUpWindows) / steadySeconds
                                        : 0),
                        new RunFacts.Time(
                                sendingSeconds,
                                seconds(lastMicros),
                                Instant.ofEpochMilli(control.startMicros() / 1000).toString()),
                        heldOut.isPresent()),
                new RunSummary.Setting(fleet.part.facts(), List.of(), MachineFacts.current(), null),
                new RunSummary.Recording(
                        state.measures().timeline().buckets(lastMicros),
                        state.measures().latencies().curves(),
                        histograms));
    }

    /** Notes in the timeline what the job has gated by now: that belongs to this moment. */
    void noteGated() {
        gated.note(state.measures().timeline(), control.elapsedMicros());
    }

    /** Keeps the accounts as they stand when the warm-up ends. */
    void warmUpOver() {
        warmUpWindows = state.counters().sent();
        warmUpDelivery = delivery(gated.count());
    }

    private @Nullable WarmUp warmUp(long notAnswered, RunHistograms histograms) {
        if (warmUpMicros == 0) {
            return null;
        }
        return new WarmUp(
                seconds(warmUpMicros),
                warmUpDelivery == null ? delivery(notAnswered) : warmUpDelivery,
                LatencySummary.byKey(histograms.warmUp()));
    }

    private Delivery delivery(long notAnswered) {
        return Delivery.of(
                state.counters(), state.outcomes(), notAnswered, state.unanswered(notAnswered));
    }

    private static double seconds(long micros) {
        return micros / 1e6;
    }
}
