package duet.jobs.operator;

import java.io.Serializable;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The wall clock that record times are taken from. */
@FunctionalInterface
public interface MicrosClock extends Serializable {
    /** The clock of the machine. */
    MicrosClock SYSTEM =
            () -> {
                Instant now = Instant.now();
                return TimeUnit.SECONDS.toMicros(now.getEpochSecond())
                        + TimeUnit.NANOSECONDS.toMicros(now.getNano());
            };

    /** Microseconds since the epoch. */
    long nowMicros();
}
