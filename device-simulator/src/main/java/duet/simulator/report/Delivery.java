package duet.simulator.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What went out and what came back. {@code deltas + coalesced - repeated + gated + deadLetters + lostUp + unanswered =
 * windows}.
 *
 * @param windows windows that devices sent: those the broker took, and those the simulated network lost
 * @param republished of the windows, those that a device sent again for the model it had just switched to
 * @param deltas different deltas received for this fleet's devices
 * @param coalesced windows answered by a delta made for a newer window of the same device
 * @param repeated of the windows that deltas answer, those that a delta had answered before: after a failure a job goes on
 *     from its last checkpoint and answers again what came since. On a device that changes nothing
 * @param gated windows the job decided not to answer, counted by the job; 0 where it does not gate
 * @param deadLetters windows that ended in the dead letters
 * @param unanswered windows without any of these
 * @param bytesPerDelta mean size of a delta record's key and value, as serialized
 * @param bytesPerWindow mean size of a window record's key and value
 * @param outcomes what the devices did with the delta records, by outcome; repeats included
 * @param duplicates delta records that had arrived before
 * @param malformedDeltas records of the delta topic that could not be decoded
 * @param sendFailures windows the broker did not take
 * @param sentBehind windows sent later than meant by more than the tolerance
 * @param heldOffline of the windows, those that devices without a connection held back until they had one
 * @param lostUp of the windows, those that the simulated network lost
 * @param lostDown of the deltas, those that the simulated network lost: their windows are answered, the device has nothing
 *     of it
 * @param superseded of the deltas, those that a device never took because a newer one waited when its connection was back
 * @param garbage of the windows, those whose bytes were spoilt on purpose; each is expected among the dead letters
 * @param unsent arrivals that the load generator was too late for; not among the windows
 */
@JsonPropertyOrder({
    "windows",
    "republished",
    "deltas",
    "coalesced",
    "repeated",
    "gated",
    "deadLetters",
    "unanswered",
    "bytesPerDelta",
    "bytesPerWindow",
    "outcomes",
    "duplicates",
    "malformedDeltas",
    "sendFailures",
    "sentBehind",
    "heldOffline",
    "lostUp",
    "lostDown",
    "superseded",
    "garbage",
    "unsent"
})
public record Delivery(
        long windows,
        long republished,
        long deltas,
        long coalesced,
        long repeated,
        long gated,
        long deadLetters,
        long unanswered,
        double bytesPerDelta,
        double bytesPerWindow,
        SortedMap<String, Long> outcomes,
        long duplicates,
        long malformedDeltas,
        long sendFailures,
        long sentBehind,
        long heldOffline,
        long lostUp,
        long lostDown,
        long superseded,
        long garbage,
        long unsent) {

    /**
     * From a fleet's counters.
     *
     * @param gated windows the job decided not to answer, as the job counted them
     * @param unanswered windows that nothing accounts for
     */
    public static Delivery of(
            Counters counters, SortedMap<String, Long> outcomes, long gated, long unanswered) {
        return new Delivery(
                counters.sent(),
                counters.get(Count.REPUBLISHED),
                counters.get(Count.DELTAS),
                counters.coalesced(),
                counters.get(Count.REPEATED),
                gated,
                counters.get(Count.DEAD_LETTERS),
                unanswered,
                mean(counters.get(Count.DELTA_BYTES), counters.get(Count.DELTAS)),
                mean(counters.get(Count.WINDOW_BYTES), counters.get(Count.WINDOWS)),
                outcomes,
                counters.get(Count.DUPLICATES),
                counters.get(Count.MALFORMED_DELTAS),
                counters.get(Count.SEND_FAILURES),
                counters.get(Count.SENT_BEHIND),
                counters.get(Count.HELD_OFFLINE),
                counters.get(Count.LOST_UP),
                counters.get(Count.LOST_DOWN),
                counters.get(Count.SUPERSEDED),
                counters.get(Count.GARBAGE),
                counters.get(Count.UNSENT));
    }

    /** What all parts together sent and received; the mean sizes are weighted by deltas and by windows. */
    static Delivery sum(List<Delivery> parts) {
        long deltas = sum(parts, Delivery::deltas);
        long windows = sum(parts, Delivery::windows);
        SortedMap<String, Long> outcomes = new TreeMap<>();
        parts.forEach(part -> part.outcomes.forEach((key, n) -> outcomes.merge(key, n, Long::sum)));
        return new Delivery(
                windows,
                sum(parts, Delivery::republished),
                deltas,
                sum(parts, Delivery::coalesced),
                sum(parts, Delivery::repeated),
                sum(parts, Delivery::gated),
                sum(parts, Delivery::deadLetters),
                sum(parts, Delivery::unanswered),
                mean(sum(parts, part -> Math.round(part.bytesPerDelta * part.deltas)), deltas),
                mean(sum(parts, part -> Math.round(part.bytesPerWindow * part.windows)), windows),
                outcomes,
                sum(parts, Delivery::duplicates),
                sum(parts, Delivery::malformedDeltas),
                sum(parts, Delivery::sendFailures),
                sum(parts, Delivery::sentBehind),
                sum(parts, Delivery::heldOffline),
                sum(parts, Delivery::lostUp),
                sum(parts, Delivery::lostDown),
                sum(parts, Delivery::superseded),
                sum(parts, Delivery::garbage),
                sum(parts, Delivery::unsent));
    }

    private static long sum(List<Delivery> parts, ToLongFunction<Delivery> count) {
        return parts.stream().mapToLong(count).sum();
    }

    private static double mean(long sum, long count) {
        return count == 0 ? 0 : Math.round(10.0 * sum / count) / 10.0;
    }
}
