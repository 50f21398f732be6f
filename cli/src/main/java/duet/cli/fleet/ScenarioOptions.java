package duet.cli.fleet;

import duet.cli.option.DurationConverter;
import duet.cli.option.Input;
import duet.schemas.InvalidInputException;
import duet.simulator.scenario.Scenario;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what a fleet does: a scenario, or the plain load that a few options describe. */
final class ScenarioOptions {
    private static final String SEED = "--seed";

    /** Names the options that a scenario says itself. */
    private static final List<String> SAID =
            List.of("--devices", "--rate", "--duration", "--warm-up", "--ranking-share");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin private FleetSize fleet;

    @Input
    @Option(
            names = "--scenario",
            paramLabel = "NAME|FILE",
            description =
                    "What the fleet does: smoke, steady, drift, reconnect-storm, chaos, million, or"
                        + " a YAML file. It says how many devices there are, how fast and how long"
                        + " they send, the warm-up and how often they rank, so none of these"
                        + " options goes with it; --seed replaces its seed.")
    private @Nullable String scenario;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "First part of the run, which is measured apart from the rest (default: none).")
    private @Nullable Duration warmUp;

    @Option(
            names = "--ranking-share",
            paramLabel = "SHARE",
            description = "Share of the windows before which a device really ranks (default: 1).")
    private @Nullable Double rankingShare;

    /**
     * Returns what the fleet does.
     *
     * @throws InvalidInputException if there is no such scenario, it is none, or options do not go
     *     together
     */
    Scenario scenario() {
        if (scenario == null) {
            fleet.check();
            return plain();
        }
        for (String option : SAID) {
            if (isGiven(option)) {
                throw new InvalidInputException(
                        option + " does not go with --scenario, which says so itself");
            }
        }
        Scenario read = Scenario.of(scenario);
        return isGiven(SEED) ? read.withSeed(fleet.seed()) : read;
    }

    /** Returns whether a scenario was asked for. */
    boolean isGiven() {
        return scenario != null;
    }

    private Scenario plain() {
        Scenario plain = fleet.scenario();
        if (warmUp != null) {
            plain = plain.withLoad(warmUp, plain.load().stages());
        }
        return rankingShare == null ? plain : plain.withRankingShare(rankingShare);
    }

    private boolean isGiven(String option) {
        return command.commandLine().getParseResult().hasMatchedOption(option);
    }
}
