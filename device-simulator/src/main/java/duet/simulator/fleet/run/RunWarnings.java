package duet.simulator.fleet.run;

import duet.device.ApplyOutcome;
import duet.schemas.Quantity;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.Latencies;
import duet.simulator.measurement.Refusals;
import duet.simulator.measurement.StreamQuality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what a reader of a run should know before believing its figures. */
final class RunWarnings {
    /** No broker that keeps up needs so many microseconds for a window. */
    private static final long SLOW_MICROS = 1_000_000;

    private RunWarnings() {}

    static List<String> of(
            Counters counters,
            Refusals refusals,
            Latencies latencies,
            Map<String, Long> outcomes,
            Map<String, String> refusedReleases,
            boolean switched,
            long longestTakenMicros,
            @Nullable StreamQuality quality) {
        List<String> warnings = new ArrayList<>();
        if (latencies.negative() > 0) {
            warnings.add(
                    String.format(
                            Locale.ROOT,
                            "%,d times were before the time they follow, the clocks of the machines"
                                + " disagree: stages up to that much are wrong, event to applied is"
                                + " not.",
                            latencies.negative()));
        }
        if (latencies.aboveRange() > 0) {
            warnings.add(
                    String.format(
                            Locale.ROOT,
                            "%,d latencies above one hour count as one hour.",
                            latencies.aboveRange()));
        }
        if (longestTakenMicros > SLOW_MICROS) {
            warnings.add(
                    String.format(
                            Locale.ROOT,
                            "The brokers took up to %,.1f s to take a window after it was sent;"
                                    + " latencies include it.",
                            longestTakenMicros / 1e6));
        }
        counted(warnings, counters.get(Count.SEND_FAILURES), "window", "could not be sent.");
        counted(
                warnings,
                counters.get(Count.DEAD_LETTERS) - counters.get(Count.GARBAGE),
                "window",
                counters.get(Count.GARBAGE) == 0
                        ? "ended in the dead letters: " + refusals.inWords() + "."
                        : "more ended in the dead letters than were spoilt on purpose.");
        counted(
                warnings,
                counters.get(Count.MALFORMED_DELTAS),
                "record",
                "of the delta topic could not be decoded.");
        counted(
                warnings,
                outcomes.get(ApplyOutcome.CORRUPT.name()),
                "delta",
                "came corrupt, or of an encoding or rank the devices do not know; the devices kept"
                        + " the weights they had.");
        counted(
                warnings,
                outcomes.get(ApplyOutcome.UNSIGNED.name()),
                "delta",
                "came without a signature by a key that the devices trust; the devices kept the"
                        + " weights they had.");
        if (!switched) {
            // Beside a switch they are what is expected: answers to windows of the version before.
            counted(
                    warnings,
                    outcomes.get(ApplyOutcome.OTHER_VERSION.name()),
                    "delta",
                    "came for another model version; the devices kept the weights they had.");
        }
        refusedReleases.forEach(
                (version, reason) ->
                        warnings.add(
                                "Devices do not run release " + version + ": " + reason + "."));
        if (quality != null) {
            counted(
                    warnings,
                    quality.notRanked(),
                    "ranking",
                    "over the stream had to be left out because the simulator had no time.");
        }
        return warnings;
    }

    /**
     * Adds what there is any of.
     *
     * @param one what a single one is called
     * @param rest of the sentence
     */
    private static void counted(List<String> warnings, long count, String one, String rest) {
        if (count > 0) {
            warnings.add(Quantity.of(count, one) + " " + rest);
        }
    }
}
