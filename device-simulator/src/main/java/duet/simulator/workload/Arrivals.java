package duet.simulator.workload;

import duet.schemas.InvalidInputException;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * An arrival process says when windows are meant to leave. All but {@link Process#CLOSED} are open
 * loop: those times do not depend on how fast they are answered.
 *
 * @param process shape of the process
 * @param perSecond mean rate in windows a second; 0 for a closed loop, which has none of its own
 */
public record Arrivals(Process process, double perSecond) {
    private static final double MAX_RATE = 1e6;

    /** Says how the time between two arrivals is distributed. */
    public enum Process {
        /** All gaps are equal. */
        CONSTANT,
        /** Gaps are exponentially distributed: a Poisson process. */
        POISSON,
        /** The rate of a Poisson process follows a sine, as between day and night. */
        DIURNAL,
        /** A window leaves when an answer came. */
        CLOSED;

        /**
         * Returns the process of that name in any case that needs nothing but a rate, or a clear
         * error.
         */
        public static Process of(String name) {
            for (Process process : new Process[] {CONSTANT, POISSON}) {
                if (process.name().equalsIgnoreCase(name)) {
                    return process;
                }
            }
            throw new InvalidInputException(
                    "arrival process '" + name + "' is not known, use constant or poisson");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Arrivals {
        if (process == Process.CLOSED
                ? perSecond != 0
                : !(perSecond > 0 && perSecond <= MAX_RATE)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the rate is %s windows a second, it must be above 0 and at most %,.0f",
                            perSecond,
                            MAX_RATE));
        }
    }

    public static Arrivals constant(double perSecond) {
        return new Arrivals(Process.CONSTANT, perSecond);
    }

    public static Arrivals poisson(double perSecond) {
        return new Arrivals(Process.POISSON, perSecond);
    }

    /**
     * Returns arrival times in microseconds since the start, never decreasing, the first at 0;
     * without end.
     */
    public LongSupplier schedule(long seed) {
        return LoadCurve.endless(perSecond)
                .schedule(process != Process.CONSTANT, Seeds.stream(seed, "arrivals", 0));
    }
}
