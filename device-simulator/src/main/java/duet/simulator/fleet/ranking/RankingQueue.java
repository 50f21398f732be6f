package duet.simulator.fleet.ranking;

import duet.simulator.fleet.RunControl;
import duet.simulator.fleet.account.FleetState;
import duet.simulator.fleet.ranking.StreamRankings.Pending;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.workload.ScheduledWindow;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Holds what devices are to rank: the thread that sends says so, and another one ranks, so that
 * nothing leaves late for it. What it has no time for is left out and counted.
 */
public final class RankingQueue {
    private static final int CAPACITY = 4096;
    private static final long POLL_MILLIS = 100;

    private final FleetState state;
    private final StreamRankings rankings;
    private final QualityRecorder quality;
    private final RunControl control;
    private final boolean ranks;
    private final BlockingQueue<Pending> pending = new ArrayBlockingQueue<>(CAPACITY);

    /**
     * Creates an empty queue.
     *
     * @param ranks whether devices rank at all
     */
    public RankingQueue(
            FleetState state, QualityRecorder quality, RunControl control, boolean ranks) {
        this.state = state;
        this.rankings = new StreamRankings(quality, state.measures().timeline());
        this.quality = quality;
        this.control = control;
        this.ranks = ranks;
    }

    /** Says that a device is about to send a window. */
    public void offer(ScheduledWindow window, long atMicros) {
        if (!ranks || window.upcoming() == null) {
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
    public void run() throws InterruptedException {
        while (!control.isClosed() && !(control.isSent() && pending.isEmpty())) {
            Pending next = pending.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (next != null) {
                rankings.rank(next);
            }
        }
    }
}
