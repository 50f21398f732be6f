package duet.jobs;

import static duet.jobs.OptionValues.durationInRange;
import static duet.jobs.OptionValues.inRange;
import static duet.jobs.OptionValues.value;

import duet.jobs.policy.Always;
import duet.jobs.policy.BudgetPolicy;
import duet.jobs.policy.DriftPolicy;
import duet.jobs.policy.GenerationPolicyFactory;
import duet.jobs.policy.RandomPolicy;
import java.time.Duration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * When the job answers a window.
 *
 * @param policy {@link DuetOptions#POLICY}
 * @param driftThreshold {@link DuetOptions#DRIFT_THRESHOLD}
 * @param budget {@link DuetOptions#BUDGET}
 * @param minInterval {@link DuetOptions#MIN_INTERVAL}
 */
public record PolicyOptions(
        Kind policy, double driftThreshold, double budget, Duration minInterval) {
    private static final double LEAST_BUDGET = 0.001;

    /** Chance falls the same way in every run; subtasks draw from seeds that follow this one. */
    private static final long SEED = 1;

    /** The policies there are. */
    public enum Kind {
        /** Every window is answered. */
        ALWAYS,
        /** Devices are answered whose drift reaches a threshold. */
        DRIFT,
        /** A share of all windows is answered, those with the largest drift. */
        BUDGET,
        /** A share of all windows is answered, whichever they are. */
        RANDOM
    }

    /**
     * Reads and checks the options.
     *
     * @throws duet.schemas.InvalidInputException naming the option and its value: unreadable or out of its range
     */
    public static PolicyOptions from(ReadableConfig config) {
        return new PolicyOptions(
                value(config, DuetOptions.POLICY),
                inRange(config, DuetOptions.DRIFT_THRESHOLD, 0.0, 2.0),
                inRange(config, DuetOptions.BUDGET, LEAST_BUDGET, 1.0),
                durationInRange(
                        config, DuetOptions.MIN_INTERVAL, 0, Duration.ofDays(7).toMillis()));
    }

    /** Makes the policy of each subtask. */
    public GenerationPolicyFactory factory() {
        double threshold = driftThreshold;
        double share = budget;
        long interval = minInterval.toMillis();
        return switch (policy) {
            case ALWAYS -> subtask -> new Always();
            case DRIFT -> subtask -> new DriftPolicy(threshold, interval);
            case BUDGET -> subtask -> new BudgetPolicy(share, interval, SEED + subtask);
            case RANDOM -> subtask -> new RandomPolicy(share, interval, SEED + subtask);
        };
    }
}
