package duet.cluster.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a chaos run showed.
 *
 * @param options how it was made
 * @param passed rounds in which every invariant held
 * @param failed the others
 * @param processors processors of the machine
 * @param faults recovery by fault
 * @param rounds every round
 */
public record ChaosReport(
        ChaosOptions options,
        int passed,
        int failed,
        int processors,
        Map<String, Recovery> faults,
        List<RoundResult> rounds) {

    /**
     * How a cluster recovers from a fault.
     *
     * @param rounds rounds with it
     * @param passed those in which every invariant held
     * @param medianOutageSeconds median of the longest time without a delta
     * @param medianRecoverySeconds median time from the fault until no window was late
     * @param slowestRecoverySeconds the longest of these
     * @param answeredTwice windows that went into a delta more than once, all rounds together
     * @param duplicates deltas that arrived more than once, all rounds together
     */
    public record Recovery(
            int rounds,
            int passed,
            double medianOutageSeconds,
            double medianRecoverySeconds,
            double slowestRecoverySeconds,
            long answeredTwice,
            long duplicates) {

        private static Recovery of(List<RoundResult> results) {
            return new Recovery(
                    results.size(),
                    (int) results.stream().filter(RoundResult::passed).count(),
                    median(results.stream().mapToDouble(RoundResult::outageSeconds).toArray()),
                    median(results.stream().mapToDouble(RoundResult::recoverySeconds).toArray()),
                    results.stream().mapToDouble(RoundResult::recoverySeconds).max().orElse(0),
                    results.stream().mapToLong(RoundResult::answeredTwice).sum(),
                    results.stream().mapToLong(RoundResult::duplicates).sum());
        }

        private static double median(double[] values) {
            Arrays.sort(values);
            int middle = values.length / 2;
            return values.length % 2 == 1
                    ? values[middle]
                    : (values[middle - 1] + values[middle]) / 2;
        }
    }

    static ChaosReport of(ChaosOptions options, List<RoundResult> rounds) {
        int passed = (int) rounds.stream().filter(RoundResult::passed).count();
        Map<String, Recovery> faults = new TreeMap<>();
        rounds.stream()
                .collect(Collectors.groupingBy(RoundResult::fault))
                .forEach((fault, results) -> faults.put(fault.key(), Recovery.of(results)));
        return new ChaosReport(
                options,
                passed,
                rounds.size() - passed,
                Runtime.getRuntime().availableProcessors(),
                faults,
                List.copyOf(rounds));
    }
}
