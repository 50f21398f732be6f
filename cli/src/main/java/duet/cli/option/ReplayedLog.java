package duet.cli.option;

import duet.cli.terminal.Terminal;
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
 * Makes streams of a log: every user becomes a device that sends its history up to the test item.
 */
public final class ReplayedLog {
    private final List<ReplayDevice> devices;
    private final int history;

    private ReplayedLog(List<ReplayDevice> devices, int history) {
        this.devices = devices;
        this.history = history;
    }

    /**
     * Reads a log.
     *
     * @param terminal is told how it is read
     */
    public static ReplayedLog of(RankingOptions ranking, ModelBundle model, Terminal terminal) {
        EvaluationSplit split = ranking.split(terminal, model);
        CandidateLists candidates = ranking.candidates(split, model);
        return new ReplayedLog(
                split.users().stream()
                        .map(user -> device(user, split.testPosition(user), candidates.of(user)))
                        .toList(),
                model.dimensions().history());
    }

    /**
     * Plans a stream.
     *
     * @param rate windows a second of all devices
     * @param seed of how the history is cut into windows
     */
    public Workload workload(double rate, long seed) {
        return new ReplayWorkload(
                devices,
                WindowOptions.defaults(history),
                ReplayWorkload.DEFAULT_STREAM_START,
                Arrivals.poisson(rate),
                seed);
    }

    private static ReplayDevice device(
            UserHistory user, int end, CandidateLists.Candidates candidates) {
        // Where the log has no times, there is a second between two interactions.
        long unit = user.hasTimes() ? 1 : TimeUnit.SECONDS.toMillis(1);
        return new ReplayDevice(
                "user-" + user.user(),
                user.itemsBefore(end),
                Arrays.stream(user.timestamps(), 0, end).map(time -> time * unit).toArray(),
                candidates.positive(),
                candidates.negatives());
    }
}
