package duet.simulator.scenario;

import duet.simulator.workload.Drift;
import duet.simulator.workload.Seeds;
import java.util.concurrent.TimeUnit;

/** Says where a device is between its taste and its later one, as a scenario's drift has it. */
final class TasteDrift {
    private final DriftPlan plan;
    private final long seed;
    private final long atMicros;
    private final double periodMicros;

    TasteDrift(DriftPlan plan, long seed) {
        this.plan = plan;
        this.seed = seed;
        this.atMicros = TimeUnit.NANOSECONDS.toMicros(plan.at().toNanos());
        this.periodMicros = plan.period() == null ? 0 : plan.period().toNanos() / 1e3;
    }

    /** Returns what a device does by itself. */
    Drift ofLife(long deviceSeed) {
        return plan.kind() == DriftPlan.Kind.LIFE ? Drift.ofLife(deviceSeed) : Drift.NONE;
    }

    /** Returns whether a device is taken to another taste in the course of the stream. */
    boolean concerns(int device) {
        return plan.kind() != DriftPlan.Kind.NONE
                && plan.kind() != DriftPlan.Kind.LIFE
                && Seeds.stream(seed, "drifts", device).nextDouble() < plan.share();
    }

    boolean hasBegun(long offsetMicros) {
        return offsetMicros >= atMicros;
    }

    /**
     * Returns how far a device that drifts has gone over.
     *
     * @param since interactions it has made since drift began
     */
    double share(long offsetMicros, int since) {
        if (!hasBegun(offsetMicros)) {
            return 0;
        }
        return switch (plan.kind()) {
            case GRADUAL -> Math.min(1, since / (double) plan.over());
            case SUDDEN -> 1;
            case SEASONAL ->
                    (1 - StrictMath.cos(2 * Math.PI * (offsetMicros - atMicros) / periodMicros))
                            / 2;
            default -> 0;
        };
    }
}
