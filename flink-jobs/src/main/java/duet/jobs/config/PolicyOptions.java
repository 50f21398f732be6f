package duet.jobs.config;

import static duet.jobs.config.OptionValues.durationInRange;
import static duet.jobs.config.OptionValues.inRange;
import static duet.jobs.config.OptionValues.value;

import duet.jobs.policy.Always;
import duet.jobs.policy.BudgetPolicy;
import duet.jobs.policy.DriftPolicy;
import duet.jobs.policy.GenerationPolicyFactory;
import duet.jobs.policy.RandomPolicy;
import duet.jobs.policy.SentDelta;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * These options say when the job answers a window.
 *
 * @param policy {@link DuetOptions#POLICY}
 * @param driftThreshold {@link DuetOptions#DRIFT_THRESHOLD}
 * @param budget {@link DuetOptions#BUDGET}
 * @param minInterval {@link DuetOptions#MIN_INTERVAL}
 */
public record PolicyOptions(
        Kind policy, double driftThreshold, double budget, Duration minInterval) {
    /** A budget is at least this share. */
    public static final double LEAST_BUDGET = 0.001;

    /**
     * The seed is fixed, so that chance falls the same way in every run; subtasks draw from seeds
     * that follow this one.
     */
    private static final long SEED = 1;

    /** A kind names one of the policies that there are. */
    public enum Kind {
        /** Every window is answered. */
        ALWAYS,
        /** Devices are answered whose drift reaches a threshold. */
        DRIFT,
        /** A share of all windows is answered, those with the largest drift. */
        BUDGET,
        /** A share of all windows is answered, whichever they are. */
        RANDOM;

        /** Returns the name as in options. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads and checks the options.
     *
     * @throws duet.schemas.InvalidInputException naming the option and its value: unreadable or out
     *     of its range
     */
    public static PolicyOptions from(ReadableConfig config) {
        return new PolicyOptions(
                value(config, DuetOptions.POLICY),
                inRange(config, DuetOptions.DRIFT_THRESHOLD, 0.0, SentDelta.MOST_DRIFT),
                inRange(config, DuetOptions.BUDGET, LEAST_BUDGET, 1.0),
                durationInRange(
                        config, DuetOptions.MIN_INTERVAL, 0, Duration.ofDays(7).toMillis()));
    }

    /** Returns options that answer every window: the job's default. */
    public static PolicyOptions always() {
        return from(new Configuration());
    }

    /** Sets the options that {@link #from} reads. */
    public void addTo(Configuration config) {
        config.set(DuetOptions.POLICY, policy);
        config.set(DuetOptions.DRIFT_THRESHOLD, driftThreshold);
        config.set(DuetOptions.BUDGET, budget);
        config.set(DuetOptions.MIN_INTERVAL, minInterval);
    }

    /** Describes the policy and what it goes by, for people. */
    public String described() {
        String name = policy.name().toLowerCase(Locale.ROOT);
        return switch (policy) {
            case ALWAYS -> name;
            case DRIFT -> String.format(Locale.ROOT, "%s from %.4f on", name, driftThreshold);
            case BUDGET, RANDOM -> String.format(Locale.ROOT, "%s of %.1f %%", name, 100 * budget);
        };
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
