package duet.simulator.measurement;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Divides latencies by what went on while they ended: before, during and after something that was
 * done to a running system. Any thread may begin a phase, record and read; what is recorded before
 * the first phase is left out.
 */
public final class Phases {
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final int MOST = 100;
    private static final double MICROS_PER_SECOND = 1e6;

    private final List<Phase> phases = new ArrayList<>();

    private record Phase(String name, long fromMicros, Histogram latency) {}

    /**
     * Begins a phase, which ends the one before.
     *
     * @param atMicros microseconds since the start of the run
     * @throws IllegalStateException after 100 phases
     */
    public synchronized void begin(String name, long atMicros) {
        if (phases.size() == MOST) {
            throw new IllegalStateException(
                    String.format(Locale.ROOT, "phase %s would be the %dth", name, MOST + 1));
        }
        phases.add(
                new Phase(
                        name,
                        atMicros,
                        new Histogram(Latencies.HIGHEST_MICROS, SIGNIFICANT_DIGITS)));
    }

    /** Records that a window was answered in the phase that runs. */
    public synchronized void applied(long latencyMicros) {
        if (!phases.isEmpty()) {
            phases.get(phases.size() - 1)
                    .latency
                    .recordValue(Math.max(0, Math.min(latencyMicros, Latencies.HIGHEST_MICROS)));
        }
    }

    /** Returns copies of the histograms of all phases, in order. */
    public synchronized List<Histogram> histograms() {
        return phases.stream().map(phase -> phase.latency.copy()).toList();
    }

    /** Returns all phases in order; the last one ends at {@code endMicros}. */
    public synchronized List<PhaseSummary> summaries(long endMicros) {
        List<PhaseSummary> summaries = new ArrayList<>();
        for (int i = 0; i < phases.size(); i++) {
            Phase phase = phases.get(i);
            long end = i + 1 < phases.size() ? phases.get(i + 1).fromMicros : endMicros;
            summaries.add(
                    new PhaseSummary(
                            phase.name,
                            phase.fromMicros / MICROS_PER_SECOND,
                            Math.max(0, end - phase.fromMicros) / MICROS_PER_SECOND,
                            LatencySummary.of(phase.latency)));
        }
        return summaries;
    }
}
