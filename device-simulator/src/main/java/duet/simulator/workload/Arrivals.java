package duet.simulator.workload;

import duet.schemas.InvalidInputException;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * An open-loop arrival process: when windows are meant to leave does not depend on how fast they are answered.
 *
 * @param process shape of the process
 * @param perSecond mean rate in windows a second
 */
public record Arrivals(Process process, double perSecond) {
    private static final double MAX_RATE = 1e6;

    /** How the time between two arrivals is distributed. */
    public enum Process {
        /** All gaps are equal. */
        CONSTANT,
        /** Gaps are exponentially distributed: a Poisson process. */
        POISSON;

        /** The process of that name in any case, or a clear error. */
        public static Process of(String name) {
            for (Process process : values()) {
                if (process.name().equalsIgnoreCase(name)) {
                    return process;
                }
            }
            throw new InvalidInputException(
                    "arrival process '%s' is not known, use constant or poisson".formatted(name));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Arrivals {
        if (!(perSecond > 0 && perSecond <= MAX_RATE)) {
            throw new InvalidInputException(
                    "the rate is %s windows a second, it must be above 0 and at most %,.0f"
                            .formatted(perSecond, MAX_RATE));
        }
    }

    public static Arrivals constant(double perSecond) {
        return new Arrivals(Process.CONSTANT, perSecond);
    }

    public static Arrivals poisson(double perSecond) {
        return new Arrivals(Process.POISSON, perSecond);
    }

    /** Arrival times in microseconds since the start, never decreasing, the first at 0. */
    public LongSupplier schedule(long seed) {
        double meanGapMicros = 1e6 / perSecond;
        SplittableRandom random = Seeds.stream(seed, "arrivals", 0);
        return new LongSupplier() {
            private long count;
            private double poissonMicros;

            @Override
            public long getAsLong() {
                // A product, not a sum: a constant rate must not drift by rounding.
                if (process == Process.CONSTANT) {
                    return Math.round(count++ * meanGapMicros);
                }
                if (count++ > 0) {
                    poissonMicros -= StrictMath.log(1 - random.nextDouble()) * meanGapMicros;
                }
                return Math.round(poissonMicros);
            }
        };
    }
}
