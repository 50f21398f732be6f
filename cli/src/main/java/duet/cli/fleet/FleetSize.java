package duet.cli.fleet;

import duet.cli.option.DurationConverter;
import duet.cli.option.Ranges;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.Workload;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Says how large a fleet of made-up devices is, and how busy. */
final class FleetSize {

    /**
     * Without another wish a fleet sends at most this many windows a second: two processors carry
     * them with room to spare, broker and fleet beside.
     */
    private static final double MOST_BY_DEFAULT = 1_000;

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "200",
            description = "Simulated devices (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = "How long they send, as in 90s or 5m (default: ${DEFAULT-VALUE}).")
    private Duration duration;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "Windows a second of the whole fleet (default: one for each device, at most"
                            + " 1,000).")
    private @Nullable Double rate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "Seed of all that the devices do (default: ${DEFAULT-VALUE}).")
    private long seed;

    void check() {
        Ranges.require("--devices", devices, 1, 1_000_000);
        Ranges.require("--rate", rate(), 0.1, 1_000_000);
    }

    long seed() {
        return seed;
    }

    /** Returns what these devices do. */
    Scenario scenario() {
        return Scenario.plain("synthetic", devices, ArrivalModel.POISSON, rate(), duration, seed);
    }

    /**
     * Returns the workload of these devices.
     *
     * @param world where they live
     * @param idPrefix what their ids begin with
     * @param history most interactions of a window
     */
    Workload workload(SyntheticCatalogue world, String idPrefix, int history) {
        return new ScenarioWorkload(
                scenario(), world, idPrefix, history, System.currentTimeMillis());
    }

    private double rate() {
        return rate != null ? rate : Math.min(devices, MOST_BY_DEFAULT);
    }
}
