package duet.simulator.fleet;

import duet.simulator.fleet.LoadGeneratorWatch.ProducerFacts;
import duet.simulator.measurement.LatencySummary;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides whether the load generator was what was measured: it was late for more than 1 % of the windows or for its 99th
 * percentile, or never sent some. Then it says by how much, and what it knows of the cause.
 */
final class LoadGeneratorVerdict {
    private static final double BEHIND_SHARE = 0.01;
    private static final double LATE_MILLIS = FleetState.BEHIND_MICROS / 1000.0;
    private static final double BUSY = 0.8;
    private static final double PERCENT = 100;

    private LoadGeneratorVerdict() {}

    /**
     * Why the load generator was the bottleneck; empty where it was not.
     *
     * @param delay milliseconds from the intended send time to the producer having the window
     * @param behind windows later than {@link FleetState#BEHIND_MICROS}
     * @param unsent arrivals that were never sent
     * @param processorShare share of the machine's processor time that this process used
     * @param longestPauseMillis longest pause for garbage collection
     */
    static List<String> reasons(
            LatencySummary delay,
            long behind,
            long unsent,
            double processorShare,
            double longestPauseMillis,
            ProducerFacts producer) {
        List<String> reasons = symptoms(delay, behind, unsent);
        if (!reasons.isEmpty()) {
            reasons.addAll(causes(processorShare, longestPauseMillis, producer));
        }
        return reasons;
    }

    private static List<String> symptoms(LatencySummary delay, long behind, long unsent) {
        List<String> symptoms = new ArrayList<>();
        if (unsent > 0) {
            symptoms.add(
                    "%,d windows were not sent: their time was over by more than %d s."
                            .formatted(unsent, RunControl.GRACE_MICROS / 1_000_000));
        }
        if (delay.count() > 0 && behind > delay.count() * BEHIND_SHARE) {
            symptoms.add(
                    "%.1f %% of the windows left more than %.0f ms late, the 99th percentile %.1f ms; latencies count from the intended send times and include it."
                            .formatted(PERCENT * behind / delay.count(), LATE_MILLIS, delay.p99()));
        }
        return symptoms;
    }

    private static List<String> causes(
            double processorShare, double longestPauseMillis, ProducerFacts producer) {
        List<String> causes = new ArrayList<>();
        if (producer.blockedMillis() > LATE_MILLIS) {
            causes.add(
                    "The Kafka producer's buffer was full for %,.0f ms in all, sending had to wait: the brokers took less than was sent."
                            .formatted(producer.blockedMillis()));
        } else if (producer.longestQueueMillis() > LATE_MILLIS) {
            causes.add(
                    "Windows waited in the Kafka producer for up to %,.0f ms: the brokers or the way there are slow."
                            .formatted(producer.longestQueueMillis()));
        }
        if (longestPauseMillis > LATE_MILLIS) {
            causes.add(
                    "Garbage collection stopped this process for up to %.0f ms: give it more memory."
                            .formatted(longestPauseMillis));
        }
        if (processorShare > BUSY) {
            causes.add(
                    "This process used %.0f %% of the machine's processors: share the fleet among several machines, or rank less often."
                            .formatted(PERCENT * processorShare));
        }
        if (causes.isEmpty()) {
            causes.add(
                    "This process used %.0f %% of the machine's processors and did not pause: something else on this machine kept it from running."
                            .formatted(PERCENT * processorShare));
        }
        return causes;
    }
}
