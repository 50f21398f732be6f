package duet.simulator.fleet.run;

import static org.assertj.core.api.Assertions.assertThat;

import duet.testkit.Eventually;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what a fleet brings about, which must not be over before. */
public final class WhileFleetRuns {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(30);

    private WhileFleetRuns() {}

    /** Until the condition holds, which is asked again and again while the fleet goes on. */
    public static void until(FleetRun run, BooleanSupplier condition) {
        Eventually.until(
                "what the fleet brings about",
                () -> {
                    if (condition.getAsBoolean()) {
                        return true;
                    }
                    assertThat(run.await(BETWEEN_LOOKS)).as("over").isFalse();
                    return false;
                },
                () -> run.progress() + " with " + run.versions());
    }
}
