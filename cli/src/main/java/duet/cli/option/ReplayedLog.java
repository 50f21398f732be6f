package duet.cli.option;

import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.UserHistory;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.ReplayDevice;
import duet.simulator.workload.ReplayWorkload;
import duet.simulator.workload.WindowOptions;
import duet.simulator.workload.Workload;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes a stream of a log: every user becomes a device that sends its history up to the test item.
 */
public final class ReplayedLog {

    private ReplayedLog() {}

    /**
     * Plans the stream.
     *
     * @param rate windows a second of all devices
     * @param seed of how the history is cut into windows
     */
    public static Workload workload(
            RankingOptions ranking, ModelBundle model, double rate, long seed) {
        EvaluationSplit split = ranking.split();
        return new ReplayWorkload(
                devices(split, ranking.candidates(split, model)),
                WindowOptions.defaults(model.dimensions().history()),
                ReplayWorkload.DEFAULT_STREAM_START,
                Arrivals.poisson(rate),
                seed);
    }

    private static List<ReplayDevice> devices(EvaluationSplit split, CandidateLists candidates) {
        return split.users().stream()
                .map(user -> device(user, split.testPosition(user), candidates.of(user)))
                .toList();
    }

    private static ReplayDevice device(
            UserHistory user, int end, CandidateLists.Candidates candidates) {
        return new ReplayDevice(
                "user-" + user.user(),
                user.itemsBefore(end),
                Arrays.stream(user.timestamps(), 0, end).map(TimeUnit.SECONDS::toMillis).toArray(),
                candidates.positive(),
                candidates.negatives());
    }
}
