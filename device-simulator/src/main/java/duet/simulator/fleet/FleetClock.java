package duet.simulator.fleet;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A fleet clock tells the time as a fleet sees it: microseconds since the epoch, never running
 * backwards.
 */
public interface FleetClock {
    /** Returns the time now, in microseconds since the epoch. */
    long micros();

    /** Waits up to so many microseconds; may return early. */
    void park(long micros);

    /**
     * Returns a clock that takes the wall clock as it stands at this call and carries it on by the
     * monotonic clock, so that a correction of the wall clock during a run does not show up as
     * latency.
     */
    static FleetClock system() {
        Instant wall = Instant.now();
        long nanos = System.nanoTime();
        long micros = TimeUnit.SECONDS.toMicros(wall.getEpochSecond()) + wall.getNano() / 1000;
        return new FleetClock() {
            @Override
            public long micros() {
                return micros + (System.nanoTime() - nanos) / 1000;
            }

            @Override
            public void park(long duration) {
                if (duration > 0) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(duration));
                }
            }
        };
    }
}
