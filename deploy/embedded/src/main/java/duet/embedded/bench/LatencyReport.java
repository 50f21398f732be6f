package duet.embedded.bench;

import java.util.List;

/**
 * Latency of the generation job at several rates.
 *
 * @param limitPerSecond windows a second that the job answers while a sender and a reader run beside it, with as much on
 *     its way as keeps it busy; the median of the repetitions
 * @param rates figures of each rate
 */
public record LatencyReport(double limitPerSecond, List<LatencyFigure> rates) {
    public LatencyReport {
        rates = List.copyOf(rates);
    }
}
