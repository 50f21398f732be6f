package duet.simulator.fleet.account;

import duet.schemas.record.WeightDelta;
import duet.simulator.measurement.Latencies;
import duet.simulator.measurement.Phases;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.Timeline;
import java.util.List;

/**
 * Measures when what happened in a run, and how long it took. Times are handed in, in microseconds
 * since the epoch; any thread may record and read.
 */
public final class RunMeasures {
    private final long startMicros;
    private final long steadyMicros;
    private final Latencies latencies = new Latencies();
    private final Latencies warmUpLatencies = new Latencies();
    private final Timeline timeline = new Timeline();
    private final Phases phases = new Phases();
    private final DriftProbe drift = new DriftProbe();

    /**
     * Creates the measures of a run that begins then.
     *
     * @param steadyMicros end of the warm-up: latencies of windows meant to leave before are kept
     *     apart
     */
    RunMeasures(long startMicros, long steadyMicros) {
        this.startMicros = startMicros;
        this.steadyMicros = steadyMicros;
    }

    /** Returns the latencies of the steady state. */
    public Latencies latencies() {
        return latencies;
    }

    public Latencies warmUpLatencies() {
        return warmUpLatencies;
    }

    /** Returns the latencies that a window counts for which is meant to leave then. */
    public Latencies latenciesOf(long intendedMicros) {
        return intendedMicros < steadyMicros ? warmUpLatencies : latencies;
    }

    public Timeline timeline() {
        return timeline;
    }

    public Phases phases() {
        return phases;
    }

    /** Records that a window leaves its device. */
    void sent(long nowMicros) {
        timeline.sent(nowMicros - startMicros);
    }

    /** Records that the producer has a window, so many microseconds after it should have. */
    void handedOver(long intendedMicros, long lateMicros) {
        latenciesOf(intendedMicros).record(Stage.SEND_DELAY, Math.max(0, lateMicros));
    }

    /** Records that a delta arrived that had not arrived before. */
    void arrived(WeightDelta delta, long nowMicros) {
        timeline.delta(nowMicros - startMicros, delta.getAnsweredWindows() - 1);
    }

    /** Records that a device took a delta. */
    void taken(WeightDelta delta, long nowMicros) {
        drift.taken(delta).ifPresent(change -> timeline.drifted(nowMicros - startMicros, change));
    }

    /**
     * Records that a device has what windows are worth.
     *
     * @param reflected when these were meant to leave
     */
    void answered(WeightDelta delta, List<Long> reflected, long nowMicros) {
        Latencies ofNewest = latenciesOf(delta.getWindowSentAtMicros());
        ofNewest.record(Stage.INTAKE, delta.getReceivedAtMicros() - delta.getWindowSentAtMicros());
        ofNewest.record(
                Stage.GENERATION, delta.getGeneratedAtMicros() - delta.getReceivedAtMicros());
        ofNewest.record(Stage.DELIVERY, nowMicros - delta.getGeneratedAtMicros());
        for (long intended : reflected) {
            latenciesOf(intended).record(Stage.EVENT_TO_APPLIED, nowMicros - intended);
            timeline.applied(nowMicros - startMicros, nowMicros - intended);
            phases.applied(nowMicros - intended);
        }
    }
}
