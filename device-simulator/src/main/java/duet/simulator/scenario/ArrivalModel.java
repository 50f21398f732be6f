package duet.simulator.scenario;

import duet.schemas.InvalidInputException;
import duet.simulator.workload.Arrivals.Process;
import duet.simulator.workload.ClosedLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Describes when windows leave. All but {@link Process#CLOSED} are open loop: however fast windows
 * are answered, the next ones leave at their times.
 *
 * @param process shape of the process
 * @param period time from one crest of the rate to the next; null where it has none
 * @param amplitude how far the rate swings around that of the stage, as a share of it; 0 where it
 *     does not
 * @param closed what bounds the windows in flight; null for open loop
 */
public record ArrivalModel(
        Process process, @Nullable Duration period, double amplitude, @Nullable ClosedLoop closed) {
    /** Gaps between arrivals are exponentially distributed around the stage's rate. */
    public static final ArrivalModel POISSON = new ArrivalModel(Process.POISSON, null, 0, null);

    /** Arrivals come at equal steps of the stage's rate. */
    public static final ArrivalModel CONSTANT = new ArrivalModel(Process.CONSTANT, null, 0, null);

    public ArrivalModel {
        if ((process == Process.DIURNAL) != (period != null)) {
            throw new InvalidInputException("diurnal arrivals have a period, others have none");
        }
        if ((process == Process.CLOSED) != (closed != null)) {
            throw new InvalidInputException(
                    "a closed loop has windows in flight, other arrivals have none");
        }
        if (period != null) {
            Limits.positive("arrivals.period", period, Limits.LONGEST);
        } else if (amplitude != 0) {
            throw new InvalidInputException("an amplitude needs diurnal arrivals");
        }
        Limits.share("arrivals.amplitude", amplitude);
    }

    /** Returns a Poisson process around a sine. */
    public static ArrivalModel diurnal(Duration period, double amplitude) {
        return new ArrivalModel(Process.DIURNAL, period, amplitude, null);
    }

    /** Returns sending that waits for answers. */
    public static ArrivalModel closed(ClosedLoop closed) {
        return new ArrivalModel(Process.CLOSED, null, 0, closed);
    }
}
