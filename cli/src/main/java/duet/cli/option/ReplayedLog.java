package duet.cli.option;

import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.UserHistory;
import duet.simulator.summary.HeldOut;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.ReplayDevice;
import duet.simulator.workload.ReplayWorkload;
import duet.simulator.workload.WindowOptions;
import duet.simulator.workload.Workload;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Makes a stream of a log: every user becomes a device that sends its history up to the test item.
 * Users who are skipped send, and rank nothing at the end.
 */
public final class ReplayedLog {

    private ReplayedLog() {}

    /**
     * Plans the stream.
     *
     * @param rate windows a second of all devices
     * @param seed of how the history is cut into windows
     */
    public static Workload workload(RankedLog ranked, double rate, long seed) {
        return new ReplayWorkload(
                devices(ranked.split(), ranked.candidates()),
                WindowOptions.defaults(ranked.model().dimensions().history()),
                ReplayWorkload.DEFAULT_STREAM_START,
                Arrivals.poisson(rate),
                seed);
    }

    /** Says what of the log is held out, for whom, and among what it is ranked. */
    public static HeldOut heldOut(RankedLog ranked) {
        CandidateLists.Lengths lengths =
                ranked.candidates().lengths(ranked.split(), ranked.model().vocabulary());
        return new HeldOut(
                ranked.split().rule().toString(),
                ranked.trained().toString(),
                ranked.leaks(),
                new HeldOut.Users(
                        ranked.candidates().byUser().size(), ranked.split().users().size()),
                new TreeMap<>(ranked.candidates().skipped().byReason()),
                new HeldOut.Candidates(
                        switch (lengths.kind()) {
                            case UNIFORM -> HeldOut.Kind.UNIFORM;
                            case POPULAR -> HeldOut.Kind.POPULAR;
                            case FILE -> HeldOut.Kind.FILE;
                            case ALL ->
                                    throw new IllegalStateException(
                                            "a device ranks a list, not all items");
                        },
                        lengths.min(),
                        lengths.median(),
                        lengths.max()));
    }

    private static List<ReplayDevice> devices(EvaluationSplit split, CandidateLists candidates) {
        return split.users().stream()
                // Who has nothing before the test item has nothing to send.
                .filter(user -> split.testPosition(user) > 0)
                .map(user -> device(user, split.testPosition(user), candidates.of(user)))
                .toList();
    }

    private static ReplayDevice device(
            UserHistory user, int end, Optional<CandidateLists.Candidates> candidates) {
        // Where the log has no times, there is a second between two interactions.
        long unit = user.hasTimes() ? 1 : TimeUnit.SECONDS.toMillis(1);
        return new ReplayDevice(
                "user-" + user.user(),
                user.itemsBefore(end),
                Arrays.stream(user.timestamps(), 0, end).map(time -> time * unit).toArray(),
                candidates.map(CandidateLists.Candidates::positive).orElse(ReplayDevice.NONE),
                candidates.map(CandidateLists.Candidates::negatives).orElse(new long[0]));
    }
}
