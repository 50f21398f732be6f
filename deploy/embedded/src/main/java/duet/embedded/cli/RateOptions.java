package duet.embedded.cli;

import duet.schemas.InvalidInputException;
import duet.simulator.fleet.FleetPart;
import duet.simulator.fleet.RateSearch;
import duet.simulator.report.RateSearchSummary;
import duet.simulator.scenario.LoadStage;
import duet.simulator.scenario.Scenario;
import duet.simulator.threshold.Threshold;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** Which rate is looked for, and how. */
final class RateOptions {
    /** Long enough that the devices' first windows, which are the longest, and their first deltas are out of the way. */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private static final double MOST = 1_000_000;

    @Option(
            names = "--find-rate",
            paramLabel = "THRESHOLD",
            description =
                    "Look for the highest rate that keeps this, as in \"p99 < 100 ms\", in place of one run: steady loads, each with new devices, a warm-up of 3s and in an open loop.")
    private String threshold;

    @Option(
            names = "--from",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Lowest rate that --find-rate tries, windows a second (default: ${DEFAULT-VALUE}).")
    private double from;

    @Option(
            names = "--to",
            paramLabel = "N",
            defaultValue = "20000",
            description =
                    "Highest rate that --find-rate tries, windows a second (default: ${DEFAULT-VALUE}).")
    private double to;

    @Option(
            names = "--step-duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description =
                    "How long each rate is held after its warm-up (default: ${DEFAULT-VALUE}).")
    private Duration step;

    /** Whether a rate is looked for. */
    boolean isAsked() {
        return threshold != null;
    }

    /**
     * Refuses what cannot be searched.
     *
     * @throws InvalidInputException naming the option and the value
     */
    void check(Scenario scenario, FleetPart part) {
        if (!isAsked()) {
            return;
        }
        limit();
        Ranges.require("--from", from, 0.1, MOST);
        Ranges.require("--to", to, from, MOST);
        if (part.count() > 1) {
            throw new InvalidInputException(
                    "--find-rate does not go with --part: processes cannot agree on the next rate");
        }
        if (scenario.arrivals().closed() != null) {
            throw new InvalidInputException(
                    "--find-rate does not go with a closed loop, whose rate the answers decide");
        }
    }

    /** What the rate has to keep. */
    Threshold limit() {
        return Threshold.parse(threshold);
    }

    /** The scenario's devices under a steady load. */
    Scenario at(Scenario scenario, double perSecond) {
        return scenario.withLoad(WARM_UP, List.of(LoadStage.hold(WARM_UP.plus(step), perSecond)));
    }

    RateSearchSummary find(RateSearch.Trial trial) {
        return RateSearch.find(limit(), from, to, trial);
    }
}
