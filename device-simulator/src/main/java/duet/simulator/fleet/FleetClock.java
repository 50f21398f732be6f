package duet.simulator.fleet;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Time as a fleet sees it: microseconds since the epoch, never running backwards. */
public interface FleetClock {
    /** Now, microseconds since the epoch. */
    long micros();

    /** Waits up to so many microseconds; may return early. */
    void park(long micros);

    /**
     * The wall clock as it stood at this call, carried on by the monotonic clock, so that a
     * correction of the wall clock during a run does not show up as latency.
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
