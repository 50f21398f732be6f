package duet.cli.fleet;

import duet.cli.option.DurationConverter;
import duet.cli.option.Ranges;
import duet.schemas.InvalidInputException;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetPart;
import duet.simulator.fleet.run.RateSearch;
import duet.simulator.scenario.LoadStage;
import duet.simulator.scenario.Scenario;
import duet.simulator.summary.RateSearchSummary;
import duet.simulator.threshold.Threshold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says which rate is looked for, and how. */
final class RateOptions {
    /**
     * The warm-up is long enough that the devices' first windows, which are the longest, and their
     * first deltas are out of the way.
     */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private static final double MOST = 1_000_000;

    /**
     * Brokers may be silent for this long before a search ends: a pause is shorter, and windows may
     * wait for a broker for longer.
     */
    private static final Duration BROKER_SILENCE = Duration.ofSeconds(10);

    /** Names the options that only a search has a use for. */
    private static final List<String> OWN = List.of("--from", "--to", "--step-duration");

    /** Names the options of a plain load that a search decides itself. */
    private static final List<String> DECIDED = List.of("--rate", "--duration", "--warm-up");

    /**
     * Says how long a window may wait for a broker: what is slower ends a search whose brokers are
     * gone, minutes earlier than usual.
     */
    private static final Map<String, Object> IMPATIENT =
            Map.of(
                    ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000,
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);

    private static final List<String> TIMES =
            List.of(
                    ProducerConfig.LINGER_MS_CONFIG,
                    ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);

    @Option(
            names = "--find-rate",
            paramLabel = "THRESHOLD",
            description =
                    "Look for the highest rate that keeps this, as in \"p99 < 100 ms\", in place of"
                        + " one run: steady loads, each with new devices, a warm-up of 3s and in an"
                        + " open loop.")
    private @Nullable String threshold;

    @Option(
            names = "--from",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Lowest rate that --find-rate tries, windows a second (default:"
                            + " ${DEFAULT-VALUE}).")
    private double from;

    @Option(
            names = "--to",
            paramLabel = "N",
            defaultValue = "20000",
            description =
                    "Highest rate that --find-rate tries, windows a second (default:"
                            + " ${DEFAULT-VALUE}).")
    private double to;

    @Option(
            names = "--step-duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description =
                    "How long each rate is held after its warm-up (default: ${DEFAULT-VALUE}).")
    private Duration step;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Returns whether a rate is looked for. */
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
            refuse(OWN, "is for --find-rate, which is missing");
            return;
        }
        refuse(DECIDED, "does not go with --find-rate, whose steps have a load of their own");
        limit();
        Ranges.require("--from", from, 0.1, MOST);
        Ranges.require("--to", to, from, MOST);
        if (part.count() > 1) {
            throw new InvalidInputException(
                    "--find-rate does not go with --part: processes cannot agree on the next rate");
        }
        if (scenario.load().arrivals().closed() != null) {
            throw new InvalidInputException(
                    "--find-rate does not go with a closed loop, whose rate the answers decide");
        }
    }

    private void refuse(List<String> options, String why) {
        for (String option : options) {
            if (command.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new InvalidInputException(option + " " + why);
            }
        }
    }

    /** Returns what the rate has to keep. */
    Threshold limit() {
        return Threshold.parse(threshold);
    }

    /**
     * Returns how a search talks to the brokers: it soon gives up what they do not take, and itself
     * where they do not answer.
     *
     * @param asked Kafka properties that the user gave
     */
    FleetOptions impatient(FleetOptions options, Map<String, ?> asked) {
        FleetOptions search = options.withWaits(options.waits().withSilence(BROKER_SILENCE));
        // Kafka wants the times to fit each other: whoever gives one gives all.
        return TIMES.stream().anyMatch(asked::containsKey) ? search : search.withKafka(IMPATIENT);
    }

    /** Returns the scenario's devices under a steady load. */
    Scenario at(Scenario scenario, double perSecond) {
        return scenario.withLoad(WARM_UP, List.of(LoadStage.hold(WARM_UP.plus(step), perSecond)));
    }

    RateSearchSummary find(RateSearch.Trial trial) {
        return RateSearch.find(limit(), from, to, trial);
    }
}
