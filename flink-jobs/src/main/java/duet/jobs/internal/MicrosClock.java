package duet.jobs.internal;

import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The wall clock that record times are taken from. */
@FunctionalInterface
public interface MicrosClock extends Serializable {
    /** The clock of the machine. */
    MicrosClock SYSTEM = () -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());

    /** Microseconds since the epoch. */
    long nowMicros();
}
