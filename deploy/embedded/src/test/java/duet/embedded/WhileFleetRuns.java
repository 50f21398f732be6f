package duet.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import duet.simulator.fleet.FleetRun;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what a fleet brings about, which must not be over before. */
public final class WhileFleetRuns {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private WhileFleetRuns() {}

    /** Until the condition holds, which is asked again and again while the fleet goes on. */
    public static void until(FleetRun run, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(run.await(Duration.ofMillis(50))).as("over").isFalse();
            assertThat(System.nanoTime())
                    .as("still waiting, at %s with %s", run.progress(), run.versions())
                    .isLessThan(deadline);
        }
    }
}
