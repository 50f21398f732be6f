package duet.simulator.fleet;

import duet.simulator.fleet.StreamRankings.Pending;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Seeds;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What devices are to rank: chosen by the thread that sends, a share of the windows by their seed, and ranked by another
 * so that nothing leaves late for it. What it has no time for is left out and counted.
 */
final class RankingQueue {
    private static final int CAPACITY = 4096;
    private static final long POLL_MILLIS = 100;

    private final FleetState state;
    private final StreamRankings rankings;
    private final QualityRecorder quality;
    private final RunControl control;
    private final long seed;
    private final double share;
    private final BlockingQueue<Pending> pending = new ArrayBlockingQueue<>(CAPACITY);

    /**
     * An empty queue.
     *
     * @param share before which share of the windows devices rank
     */
    RankingQueue(
            FleetState state,
            QualityRecorder quality,
            RunControl control,
            long seed,
            double share) {
        this.state = state;
        this.rankings = new StreamRankings(quality, state.timeline());
        this.quality = quality;
        this.control = control;
        this.seed = seed;
        this.share = share;
    }

    /** A device is about to send a window. */
    void offer(ScheduledWindow window, long atMicros) {
        if (share == 0 || window.upcoming() == null || !isChosen(window)) {
            return;
        }
        Pending next =
                new Pending(
                        state.device(window.device()),
                        window.upcoming(),
                        window.firstFreshSequence(),
                        atMicros);
        if (!pending.offer(next)) {
            quality.notRanked();
        }
    }

    /** Ranks until everything is sent and ranked. */
    void run() throws InterruptedException {
        while (!control.isClosed() && !(control.isSent() && pending.isEmpty())) {
            Pending next = pending.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (next != null) {
                rankings.rank(next);
            }
        }
    }

    private boolean isChosen(ScheduledWindow window) {
        long device = Seeds.derive(seed, "ranking", window.device());
        return share == 1
                || Seeds.stream(device, "window", window.firstFreshSequence()).nextDouble() < share;
    }
}
