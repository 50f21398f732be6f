package duet.cli.fleet;

import duet.cli.option.DurationConverter;
import duet.cli.option.Ranges;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.PolicyOptions;
import duet.jobs.policy.SentDelta;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/** Says which windows the embedded job answers. */
final class PolicyChoice {

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description =
                    "Which windows are answered: ${COMPLETION-CANDIDATES} (default:"
                            + " ${DEFAULT-VALUE}).")
    private PolicyOptions.Kind policy = DuetOptions.POLICY.defaultValue();

    @Option(
            names = "--drift-threshold",
            paramLabel = "X",
            description =
                    "Of the policy drift: cosine distance, 0 to 2, from which a window is answered"
                            + " (default: ${DEFAULT-VALUE}).")
    private double driftThreshold = DuetOptions.DRIFT_THRESHOLD.defaultValue();

    @Option(
            names = "--budget",
            paramLabel = "SHARE",
            description =
                    "Of the policies budget and random: most deltas for each window (default:"
                            + " ${DEFAULT-VALUE}).")
    private double budget = DuetOptions.BUDGET.defaultValue();

    @Option(
            names = "--min-interval",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Least time between two deltas of a device (default: none).")
    private Duration minInterval = DuetOptions.MIN_INTERVAL.defaultValue();

    /**
     * Returns the options of the job.
     *
     * @throws duet.schemas.InvalidInputException naming an option that is out of its range
     */
    Configuration job() {
        Ranges.require("--drift-threshold", driftThreshold, 0, SentDelta.MOST_DRIFT);
        Ranges.require("--budget", budget, PolicyOptions.LEAST_BUDGET, 1);
        Configuration job = new Configuration();
        new PolicyOptions(policy, driftThreshold, budget, minInterval).addTo(job);
        return job;
    }
}
