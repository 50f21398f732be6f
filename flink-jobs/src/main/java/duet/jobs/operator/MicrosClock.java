package duet.jobs.operator;

import java.io.Serializable;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Record times are taken from this wall clock. */
@FunctionalInterface
public interface MicrosClock extends Serializable {
    /** This is the clock of the machine. */
    MicrosClock SYSTEM =
            () -> {
                Instant now = Instant.now();
                return TimeUnit.SECONDS.toMicros(now.getEpochSecond())
                        + TimeUnit.NANOSECONDS.toMicros(now.getNano());
            };

    /** Returns the time in microseconds since the epoch. */
    long nowMicros();
}
