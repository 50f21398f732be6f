package duet.simulator.fleet.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import duet.device.Device;
import duet.device.ScoreComparison;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shows one device closely: what it sent last, what it received for it, and what that changes in
 * what it would show.
 *
 * @param id of the device
 * @param modelVersion the version it runs
 * @param window its newest window; null before the first
 * @param delta the delta that it holds; null before the first for the model it runs
 * @param global its best items with the global weights, best first; empty without a window
 * @param personalized its best items with the weights it holds, best first; empty without a delta
 */
public record DeviceLens(
        String id,
        String modelVersion,
        @Nullable Window window,
        @Nullable Delta delta,
        List<RankedItem> global,
        List<RankedItem> personalized) {
    /** So many of the best items are shown. */
    public static final int BEST = 10;

    /**
     * Describes a window of a device.
     *
     * @param firstSequence sequence number of its first interaction
     * @param lastSequence sequence number of its last interaction
     * @param second when it was meant to leave, seconds since the start of the run
     * @param size how many interactions it carried
     * @param history the items up to its last that the device ranks with, oldest first
     */
    public record Window(
            long firstSequence,
            long lastSequence,
            double second,
            int size,
            List<ShownItem> history) {}

    /**
     * Shows an item of a window.
     *
     * @param item raw item id; not for a page, whose numbers have 53 bits
     * @param name what a person is shown of its id, one line of bounded length
     */
    public record ShownItem(@JsonIgnore long item, String name) {}

    /**
     * Describes the delta that a device holds.
     *
     * @param lastSequence sequence number of the last interaction it was made from
     * @param ageInteractions interactions that the device made since
     * @param ageSeconds time since the device took it
     * @param bytes key and value as they travelled
     */
    public record Delta(long lastSequence, long ageInteractions, double ageSeconds, int bytes) {}

    /**
     * A ranked item is an item among the best.
     *
     * @param item raw item id; not for a page, whose numbers have 53 bits
     * @param name what a person is shown of its id, one line of bounded length
     * @param rank its place, counted from 1
     * @param otherRank its place with the other weights; 0 where there are no others
     */
    public record RankedItem(@JsonIgnore long item, String name, int rank, int otherRank) {}

    /**
     * Says what a delta was as it came: its size in bytes and when the device took it, in
     * microseconds since the epoch.
     */
    record Receipt(int bytes, long atMicros) {}

    /**
     * Looks at a device now; it ranks its whole vocabulary for it, apart from what it ranks with.
     *
     * @param window its newest; null before the first
     * @param receipt of the newest delta it took; null before the first
     */
    static DeviceLens of(
            Device device, @Nullable Window window, @Nullable Receipt receipt, long nowMicros) {
        String version = device.model().version();
        if (window == null) {
            return new DeviceLens(device.id(), version, null, null, List.of(), List.of());
        }
        long[] history = window.history.stream().mapToLong(ShownItem::item).toArray();
        Vocabulary vocabulary = device.model().vocabulary();
        long[] candidates = unseen(vocabulary, history);
        ScoreComparison scores;
        try {
            scores = device.compare(history, candidates);
        } catch (InvalidInputException e) {
            // The device has gone over to another model since its vocabulary was asked.
            return new DeviceLens(
                    device.id(), device.model().version(), window, null, List.of(), List.of());
        }
        boolean own = scores.deltaSequence() >= 0 && receipt != null;
        return new DeviceLens(
                device.id(),
                version,
                window,
                own
                        ? new Delta(
                                scores.deltaSequence(),
                                Math.max(0, window.lastSequence - scores.deltaSequence()),
                                Math.max(0, nowMicros - receipt.atMicros) / 1e6,
                                receipt.bytes)
                        : null,
                best(vocabulary, candidates, scores.global(), own ? scores.personalized() : null),
                own
                        ? best(vocabulary, candidates, scores.personalized(), scores.global())
                        : List.of());
    }

    private static long[] unseen(Vocabulary vocabulary, long[] history) {
        long[] seen = history.clone();
        Arrays.sort(seen);
        return IntStream.rangeClosed(1, vocabulary.size())
                .mapToLong(vocabulary::idOf)
                .filter(item -> Arrays.binarySearch(seen, item) < 0)
                .toArray();
    }

    /** Returns the best items by these scores, and where the others put them. */
    private static List<RankedItem> best(
            Vocabulary vocabulary, long[] items, float[] scores, float @Nullable [] others) {
        List<Integer> order =
                IntStream.range(0, items.length)
                        .boxed()
                        .sorted(
                                Comparator.<Integer>comparingDouble(i -> -scores[i])
                                        .thenComparingLong(i -> items[i]))
                        .limit(BEST)
                        .toList();
        List<RankedItem> best = new ArrayList<>();
        for (int i : order) {
            best.add(
                    new RankedItem(
                            items[i],
                            vocabulary.names().shown(items[i]),
                            best.size() + 1,
                            others == null ? 0 : rank(items, others, i)));
        }
        return best;
    }

    private static int rank(long[] items, float[] scores, int of) {
        int rank = 1;
        for (int i = 0; i < items.length; i++) {
            if (scores[i] > scores[of] || (scores[i] == scores[of] && items[i] < items[of])) {
                rank++;
            }
        }
        return rank;
    }
}
