package duet.bench.latency;

import java.util.List;

/**
 * Holds the latency of the generation job at several rates.
 *
 * @param limitPerSecond windows a second that the job answers while a sender and a reader run
 *     beside it, with as much on its way as keeps it busy; the median of the repetitions
 * @param limitPerSecondRange the lowest and the highest of them
 * @param rates figures of each rate
 */
public record LatencyReport(
        double limitPerSecond, List<Double> limitPerSecondRange, List<LatencyFigure> rates) {
    public LatencyReport {
        limitPerSecondRange = List.copyOf(limitPerSecondRange);
        rates = List.copyOf(rates);
    }
}
