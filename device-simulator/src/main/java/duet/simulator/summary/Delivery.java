package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Counts what went out and what came back. JSON has the groups flat, in their order.
 *
 * @param accounts what became of the windows
 * @param sizes of the records
 * @param received what the devices made of what came
 * @param sending how sending went
 * @param network what the simulated network did
 * @param garbage of the windows, those whose bytes were spoilt on purpose; each is expected among
 *     the dead letters
 * @param unsent arrivals that the load generator was too late for; not among the windows
 */
public record Delivery(
        @JsonUnwrapped Accounts accounts,
        @JsonUnwrapped Sizes sizes,
        @JsonUnwrapped Received received,
        @JsonUnwrapped Sending sending,
        @JsonUnwrapped Network network,
        long garbage,
        long unsent) {

    /**
     * Says what became of the windows. {@code deltas + coalesced - repeated + gated + deadLetters +
     * lostUp + unanswered = windows}, where {@code lostUp} is the network's.
     *
     * @param windows windows that devices sent: those the broker took, and those the simulated
     *     network lost
     * @param republished of the windows, those that a device sent again for the model it had just
     *     switched to
     * @param deltas different deltas received for this fleet's devices
     * @param coalesced windows answered by a delta made for a newer window of the same device
     * @param repeated of the windows that deltas answer, those that a delta had answered before:
     *     after a failure a job goes on from its last checkpoint and answers again what came since.
     *     On a device that changes nothing
     * @param gated windows the job decided not to answer, counted by the job; 0 where it does not
     *     gate
     * @param deadLetters windows that ended in the dead letters
     * @param unanswered windows without any of these
     */
    public record Accounts(
            long windows,
            long republished,
            long deltas,
            long coalesced,
            long repeated,
            long gated,
            long deadLetters,
            long unanswered) {
        private static Accounts sum(List<Accounts> parts) {
            return new Accounts(
                    Delivery.sum(parts, Accounts::windows),
                    Delivery.sum(parts, Accounts::republished),
                    Delivery.sum(parts, Accounts::deltas),
                    Delivery.sum(parts, Accounts::coalesced),
                    Delivery.sum(parts, Accounts::repeated),
                    Delivery.sum(parts, Accounts::gated),
                    Delivery.sum(parts, Accounts::deadLetters),
                    Delivery.sum(parts, Accounts::unanswered));
        }
    }

    /**
     * Holds the mean sizes of the records, as serialized.
     *
     * @param bytesPerDelta key and value of a delta record
     * @param bytesPerWindow key and value of a window record
     */
    public record Sizes(double bytesPerDelta, double bytesPerWindow) {
        /** Returns the means weighted by deltas and by windows. */
        private static Sizes mean(List<Delivery> parts) {
            return new Sizes(
                    Delivery.mean(
                            Delivery.sum(
                                    parts,
                                    part ->
                                            Math.round(
                                                    part.sizes.bytesPerDelta
                                                            * part.accounts.deltas)),
                            Delivery.sum(parts, part -> part.accounts.deltas)),
                    Delivery.mean(
                            Delivery.sum(
                                    parts,
                                    part ->
                                            Math.round(
                                                    part.sizes.bytesPerWindow
                                                            * part.accounts.windows)),
                            Delivery.sum(parts, part -> part.accounts.windows)));
        }
    }

    /**
     * Says what the devices made of what came.
     *
     * @param outcomes what they did with the delta records, by outcome; repeats included
     * @param duplicates delta records that had arrived before
     * @param malformedDeltas records of the delta topic that could not be decoded
     */
    public record Received(
            SortedMap<String, Long> outcomes, long duplicates, long malformedDeltas) {
        private static Received sum(List<Received> parts) {
            SortedMap<String, Long> outcomes = new TreeMap<>();
            parts.forEach(
                    part -> part.outcomes.forEach((key, n) -> outcomes.merge(key, n, Long::sum)));
            return new Received(
                    outcomes,
                    Delivery.sum(parts, Received::duplicates),
                    Delivery.sum(parts, Received::malformedDeltas));
        }
    }

    /**
     * Says how sending went.
     *
     * @param sendFailures windows the broker did not take
     * @param sentBehind windows sent later than meant by more than the tolerance
     */
    public record Sending(long sendFailures, long sentBehind) {}

    /**
     * Says what the simulated network did.
     *
     * @param heldOffline of the windows, those that devices without a connection held back until
     *     they had one
     * @param lostUp of the windows, those that it lost
     * @param lostDown of the deltas, those that it lost: their windows are answered, the device has
     *     nothing of it
     * @param superseded of the deltas, those that a device never took because a newer one waited
     *     when its connection was back
     */
    public record Network(long heldOffline, long lostUp, long lostDown, long superseded) {}

    /**
     * Makes the delivery from a fleet's counters.
     *
     * @param gated windows the job decided not to answer, as the job counted them
     * @param unanswered windows that nothing accounts for
     */
    public static Delivery of(
            Counters counters, SortedMap<String, Long> outcomes, long gated, long unanswered) {
        return new Delivery(
                new Accounts(
                        counters.sent(),
                        counters.get(Count.REPUBLISHED),
                        counters.get(Count.DELTAS),
                        counters.coalesced(),
                        counters.get(Count.REPEATED),
                        gated,
                        counters.get(Count.DEAD_LETTERS),
                        unanswered),
                new Sizes(
                        mean(counters.get(Count.DELTA_BYTES), counters.get(Count.DELTAS)),
                        mean(counters.get(Count.WINDOW_BYTES), counters.get(Count.WINDOWS))),
                new Received(
                        outcomes,
                        counters.get(Count.DUPLICATES),
                        counters.get(Count.MALFORMED_DELTAS)),
                new Sending(counters.get(Count.SEND_FAILURES), counters.get(Count.SENT_BEHIND)),
                new Network(
                        counters.get(Count.HELD_OFFLINE),
                        counters.get(Count.LOST_UP),
                        counters.get(Count.LOST_DOWN),
                        counters.get(Count.SUPERSEDED)),
                counters.get(Count.GARBAGE),
                counters.get(Count.UNSENT));
    }

    /**
     * Returns what all parts together sent and received; the mean sizes are weighted by deltas and
     * by windows.
     */
    public static Delivery sum(List<Delivery> parts) {
        return new Delivery(
                Accounts.sum(parts.stream().map(Delivery::accounts).toList()),
                Sizes.mean(parts),
                Received.sum(parts.stream().map(Delivery::received).toList()),
                new Sending(
                        sum(parts, part -> part.sending.sendFailures),
                        sum(parts, part -> part.sending.sentBehind)),
                new Network(
                        sum(parts, part -> part.network.heldOffline),
                        sum(parts, part -> part.network.lostUp),
                        sum(parts, part -> part.network.lostDown),
                        sum(parts, part -> part.network.superseded)),
                sum(parts, Delivery::garbage),
                sum(parts, Delivery::unsent));
    }

    private static <T> long sum(List<T> parts, ToLongFunction<T> count) {
        return parts.stream().mapToLong(count).sum();
    }

    private static double mean(long sum, long count) {
        return count == 0 ? 0 : Math.round(10.0 * sum / count) / 10.0;
    }
}
