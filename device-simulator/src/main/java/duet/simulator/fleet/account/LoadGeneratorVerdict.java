package duet.simulator.fleet.account;

import duet.simulator.fleet.RunControl;
import duet.simulator.measurement.LatencySummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Says what limited the sending, if anything did: windows were never sent, or more than 1 % of them
 * left late. Then it says by how much, and what is known of the cause.
 *
 * @param bottleneck whether the load generator was the limit
 * @param brokersSlow whether the brokers were
 * @param reasons a sentence each; empty where nothing was the limit
 */
record LoadGeneratorVerdict(boolean bottleneck, boolean brokersSlow, List<String> reasons) {
    private static final double BEHIND_SHARE = 0.01;
    private static final double LATE_MILLIS = FleetState.BEHIND_MICROS / 1000.0;
    private static final double BUSY = 0.8;
    private static final double PERCENT = 100;

    /**
     * Where the brokers are the limit, waiting for them explains at least this share of the longest
     * delay.
     */
    private static final double EXPLAINED = 0.5;

    /**
     * Judges a run.
     *
     * @param delay milliseconds from the intended send time to the producer having the window
     * @param behind windows later than {@link FleetState#BEHIND_MICROS}
     * @param unsent arrivals that were never sent
     * @param processorShare share of the machine's processor time that this process used
     * @param longestPauseMillis longest pause for garbage collection
     * @param blockedMillis how long sending waited in all because the producer's buffer was full
     */
    static LoadGeneratorVerdict of(
            LatencySummary delay,
            long behind,
            long unsent,
            double processorShare,
            double longestPauseMillis,
            double blockedMillis) {
        List<String> reasons = symptoms(delay, behind, unsent);
        if (reasons.isEmpty()) {
            return new LoadGeneratorVerdict(false, false, reasons);
        }
        boolean brokersSlow =
                blockedMillis > LATE_MILLIS
                        && blockedMillis >= EXPLAINED * delay.max()
                        && processorShare <= BUSY;
        reasons.addAll(causes(processorShare, longestPauseMillis, blockedMillis, brokersSlow));
        return new LoadGeneratorVerdict(!brokersSlow, brokersSlow, reasons);
    }

    private static List<String> symptoms(LatencySummary delay, long behind, long unsent) {
        List<String> symptoms = new ArrayList<>();
        if (unsent > 0) {
            symptoms.add(
                    String.format(
                            Locale.ROOT,
                            "%,d windows were not sent: their time was over by more than %d s.",
                            unsent,
                            RunControl.GRACE_MICROS / 1_000_000));
        }
        if (delay.count() > 0 && behind > delay.count() * BEHIND_SHARE) {
            symptoms.add(
                    String.format(
                            Locale.ROOT,
                            "%.1f %% of the windows left more than %.0f ms late, the 99th"
                                    + " percentile %.1f ms; latencies count from the intended send"
                                    + " times and include it.",
                            PERCENT * behind / delay.count(),
                            LATE_MILLIS,
                            delay.p99()));
        }
        return symptoms;
    }

    private static List<String> causes(
            double processorShare,
            double longestPauseMillis,
            double blockedMillis,
            boolean brokersSlow) {
        List<String> causes = new ArrayList<>();
        if (blockedMillis > LATE_MILLIS) {
            causes.add(
                    String.format(
                            Locale.ROOT,
                            "The Kafka producer's buffer was full for %,.0f ms in all, sending had"
                                    + " to wait: the brokers took less than was sent.",
                            blockedMillis));
        }
        if (brokersSlow) {
            return causes;
        }
        if (longestPauseMillis > LATE_MILLIS) {
            causes.add(
                    String.format(
                            Locale.ROOT,
                            "Garbage collection stopped this process for up to %.0f ms: give it"
                                    + " more memory.",
                            longestPauseMillis));
        }
        if (processorShare > BUSY) {
            causes.add(
                    String.format(
                            Locale.ROOT,
                            "This process used %.0f %% of the machine's processors: share the fleet"
                                    + " among several machines, or rank less often.",
                            PERCENT * processorShare));
        }
        if (causes.isEmpty()) {
            causes.add(
                    String.format(
                            Locale.ROOT,
                            "This process used %.0f %% of the machine's processors and did not"
                                + " pause: something else on this machine kept it from running.",
                            PERCENT * processorShare));
        }
        return causes;
    }
}
