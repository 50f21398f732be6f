package duet.cluster.chaos;

import duet.simulator.fleet.run.FleetProgress;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.workload.ScheduledWindow;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long windows wait for their deltas, looked at over and over while a fleet streams.
 * It is not thread-safe.
 *
 * <p>A window is answered once its device holds a delta made from its last interaction or a newer
 * one; counting deltas would take windows that a restarted job answers again for others.
 */
final class Backlog {

    /** A window that waits longer than this is late. */
    static final Duration LATE = Duration.ofSeconds(2);

    private final FleetRun fleet;
    private final SentWindows windows;
    private final long startNanos;
    private int oldest;
    private long deltas;
    private long deltaNanos;
    private long faultNanos = Long.MAX_VALUE;
    private long longestSilenceNanos;
    private long lastLateNanos;

    Backlog(FleetRun fleet, SentWindows windows) {
        this.fleet = fleet;
        this.windows = windows;
        this.startNanos = System.nanoTime();
        this.deltaNanos = startNanos;
    }

    /** Marks this moment as that of the fault. */
    void fault() {
        faultNanos = System.nanoTime();
        deltaNanos = faultNanos;
    }

    /** Takes the present state down. */
    void look() {
        FleetProgress progress = fleet.progress();
        long now = System.nanoTime();
        long waits = oldestWaits(now, progress.windows().sent());
        if (now >= faultNanos) {
            if (oldest < progress.windows().sent()) {
                longestSilenceNanos = Math.max(longestSilenceNanos, now - deltaNanos);
            }
            if (waits > LATE.toNanos()) {
                lastLateNanos = now;
            }
        }
        if (progress.windows().deltas() != deltas) {
            deltas = progress.windows().deltas();
            deltaNanos = now;
        }
    }

    /** Returns how long the oldest window that is not answered has been waiting; 0 if none is. */
    private long oldestWaits(long now, long sent) {
        while (oldest < sent && answered(windows.given(oldest))) {
            oldest++;
        }
        return oldest >= sent
                ? 0
                : now
                        - startNanos
                        - TimeUnit.MICROSECONDS.toNanos(windows.given(oldest).offsetMicros());
    }

    private boolean answered(ScheduledWindow window) {
        return fleet.device(windows.deviceId(window.device()))
                .filter(device -> device.lastSequence() >= window.lastSequence())
                .isPresent();
    }

    /** Returns the longest time without any delta since the fault. */
    double outageSeconds() {
        return longestSilenceNanos / 1e9;
    }

    /** Returns the time from the fault to the last moment at which a window was late. */
    double recoverySeconds() {
        return lastLateNanos == 0 ? 0 : (lastLateNanos - faultNanos) / 1e9;
    }
}
