package duet.cluster.chaos;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import duet.cluster.chaos.hostile.HostileCount;
import duet.cluster.chaos.hostile.HostileKind;
import duet.model.evaluation.Median;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Holds what a chaos run has shown so far.
 *
 * @param options how it was made
 * @param passed rounds in which every invariant held
 * @param failed the others
 * @param processors processors of the machine
 * @param seconds how long the rounds took, all together
 * @param faults recovery by fault
 * @param hostile what became of hostile records, by what is wrong with them, all rounds together
 * @param rounds every round
 */
public record ChaosReport(
        ChaosOptions options,
        int passed,
        int failed,
        int processors,
        double seconds,
        Map<String, Recovery> faults,
        Map<HostileKind, HostileCount> hostile,
        List<RoundResult> rounds) {

    /**
     * Says how a cluster recovers from a fault.
     *
     * @param counted how many rounds there were
     * @param outage the rounds' longest times without a delta
     * @param recovery the times from the fault until no window was late
     * @param answeredTwice windows that went into a delta more than once, all rounds together
     * @param duplicates deltas that arrived more than once, all rounds together
     */
    public record Recovery(
            @JsonUnwrapped Counted counted,
            @JsonUnwrapped Outages outage,
            @JsonUnwrapped Recoveries recovery,
            long answeredTwice,
            long duplicates) {

        /**
         * Counts how many rounds there were.
         *
         * @param rounds rounds with the fault
         * @param passed those in which every invariant held
         * @param measured those that came to their end; the times are theirs, and 0 without any
         */
        public record Counted(int rounds, int passed, int measured) {}

        /** Holds the rounds' longest times without a delta, in seconds. */
        public record Outages(double medianOutageSeconds, double longestOutageSeconds) {}

        /** Holds the times from the fault until no window was late, in seconds. */
        public record Recoveries(double medianRecoverySeconds, double slowestRecoverySeconds) {}

        private static Recovery of(List<RoundResult> results) {
            double[] outages = sorted(results, run -> run.outage().outageSeconds());
            double[] recoveries = sorted(results, run -> run.outage().recoverySeconds());
            return new Recovery(
                    new Recovery.Counted(
                            results.size(),
                            (int) results.stream().filter(RoundResult::passed).count(),
                            outages.length),
                    new Recovery.Outages(Median.of(DoubleStream.of(outages)), largest(outages)),
                    new Recovery.Recoveries(
                            Median.of(DoubleStream.of(recoveries)), largest(recoveries)),
                    results.stream().mapToLong(run -> run.delivery().answeredTwice()).sum(),
                    results.stream().mapToLong(run -> run.delivery().duplicates()).sum());
        }

        private static double[] sorted(
                List<RoundResult> results, ToDoubleFunction<RoundResult> figure) {
            return results.stream()
                    .filter(RoundResult::measured)
                    .mapToDouble(figure)
                    .sorted()
                    .toArray();
        }

        private static double largest(double[] sorted) {
            return sorted.length == 0 ? 0 : sorted[sorted.length - 1];
        }
    }

    /** Returns the round that was over last. */
    public RoundResult last() {
        return rounds.get(rounds.size() - 1);
    }

    /** Writes it as JSON in place of what the file held, which is never half of a report. */
    public void write(Path file) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .enable(SerializationFeature.INDENT_OUTPUT)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .writeValue(written.toFile(), this);
        Files.move(
                written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    static ChaosReport of(ChaosOptions options, List<RoundResult> rounds) {
        int passed = (int) rounds.stream().filter(RoundResult::passed).count();
        Map<String, Recovery> faults = new TreeMap<>();
        rounds.stream()
                .collect(Collectors.groupingBy(run -> run.disturbance().fault()))
                .forEach((fault, results) -> faults.put(fault.key(), Recovery.of(results)));
        Map<HostileKind, HostileCount> hostile = new EnumMap<>(HostileKind.class);
        rounds.forEach(
                round ->
                        round.hostile()
                                .forEach(
                                        (kind, count) ->
                                                hostile.merge(kind, count, HostileCount::plus)));
        return new ChaosReport(
                options,
                passed,
                rounds.size() - passed,
                Runtime.getRuntime().availableProcessors(),
                rounds.stream().mapToDouble(RoundResult::seconds).sum(),
                faults,
                hostile,
                List.copyOf(rounds));
    }
}
