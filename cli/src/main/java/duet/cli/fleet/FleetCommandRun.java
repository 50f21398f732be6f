package duet.cli.fleet;

import duet.cli.fleet.DashboardOption.LivePage;
import duet.cli.option.ItemModel;
import duet.cli.terminal.Terminal;
import duet.device.DeviceModel;
import duet.operations.broker.BrokerUnreachableException;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.dashboard.RunHeader;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.Circumstances;
import duet.simulator.fleet.FleetOptions.Measured;
import duet.simulator.fleet.run.Fleet;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.fleet.run.RateSearch;
import duet.simulator.measurement.Stage;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.scenario.VersionShare;
import duet.simulator.summary.RateSearchSummary;
import duet.simulator.summary.RateStep;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.Thresholds;
import duet.simulator.threshold.Threshold;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.Workload;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs scenarios with a fleet against one cluster and one model. */
final class FleetCommandRun {
    private final Terminal terminal;
    private final RunDisplay display;
    private final DashboardOption dashboard;
    private final ModelBundle bundle;
    private final DeviceModel model;
    private final FleetOptions options;

    /** Holds the models beside that of the run, by their directory. */
    private final Map<Path, DeviceModel> others = new HashMap<>();

    /**
     * Holds the run of the highest rate that kept what is looked for; until there is one, the last.
     */
    private @Nullable RunSummary best;

    private double bestRate;

    FleetCommandRun(
            Terminal terminal,
            DashboardOption dashboard,
            ModelBundle bundle,
            FleetOptions options) {
        this.terminal = terminal;
        this.display = new RunDisplay(terminal);
        this.dashboard = dashboard;
        this.bundle = bundle;
        this.model = DeviceModel.load(bundle);
        this.options = options;
    }

    /**
     * Runs a scenario to its end.
     *
     * @param idPrefix what the ids of its devices begin with
     */
    RunSummary run(Scenario scenario, String idPrefix) {
        return run(scenario, idPrefix, workload -> display.announce(workload, bundle));
    }

    private RunSummary run(Scenario scenario, String idPrefix, Consumer<Workload> announcement) {
        SyntheticCatalogue world = scenario.world(bundle.vocabulary());
        boolean quality = world.matches(bundle.vocabulary());
        Workload workload =
                new ScenarioWorkload(
                        scenario,
                        world,
                        idPrefix,
                        bundle.dimensions().history(),
                        System.currentTimeMillis());
        for (VersionShare version : scenario.fleet().versions()) {
            others.computeIfAbsent(
                    version.bundle(), path -> DeviceModel.load(ItemModel.open(path)));
        }
        FleetOptions fleet =
                options.withMeasured(new Measured(quality, dashboard.isShown(false), null))
                        .withCircumstances(
                                new Circumstances(
                                        scenario.allConditions(),
                                        scenario.load().warmUp(),
                                        device -> otherModel(scenario, device)));
        try (FleetRun run = Fleet.start(model, workload, fleet, FleetClock.system());
                LivePage page =
                        dashboard.show(
                                terminal,
                                false,
                                run,
                                RunHeader.of(workload, bundle.modelVersion(), false, quality))) {
            announcement.accept(workload);
            return display.follow(run, () -> {});
        }
    }

    private Optional<DeviceModel> otherModel(Scenario scenario, int device) {
        return scenario.versionOf(device).map(version -> others.get(version.bundle()));
    }

    /**
     * Looks for a rate with a scenario's devices; returns the run of the highest rate that was
     * kept, or the last one, with the search.
     *
     * @throws BrokerUnreachableException if the brokers are lost before any step is over
     */
    RunSummary find(RateOptions rates, Scenario scenario, String idPrefix) {
        best = null;
        bestRate = 0;
        RateSearchSummary found =
                rates.find(
                        new RateSearch.Trial() {
                            private int steps;

                            @Override
                            public RateStep run(double perSecond) {
                                // The job remembers devices: each step has its own.
                                steps++;
                                try {
                                    RunSummary summary =
                                            FleetCommandRun.this.run(
                                                    rates.at(scenario, perSecond),
                                                    idPrefix + steps + "-",
                                                    load ->
                                                            display.announceStep(
                                                                    steps, perSecond, load));
                                    return judged(perSecond, rates.limit(), summary);
                                } catch (BrokerUnreachableException e) {
                                    return lost(perSecond, e);
                                }
                            }
                        });
        return best.withRateSearch(found);
    }

    private RateStep lost(double perSecond, BrokerUnreachableException failure) {
        if (best == null) {
            throw failure;
        }
        RateStep step = RateStep.withoutAnswer(perSecond);
        display.failed(step, failure.getMessage());
        return step;
    }

    private RateStep judged(double perSecond, Threshold limit, RunSummary summary) {
        OptionalDouble value = Thresholds.value(limit, summary);
        // A rate that the brokers did not take is not kept, whatever became of what they took.
        boolean met =
                summary.verdict().complete()
                        && !summary.loadGenerator().brokersSlow()
                        && value.isPresent()
                        && limit.holds(value.getAsDouble());
        boolean bottleneck = summary.loadGenerator().bottleneck();
        boolean kept = met && !bottleneck;
        if (best == null || bestRate == 0 || kept && perSecond > bestRate) {
            best = summary;
            bestRate = kept ? perSecond : bestRate;
        }
        RateStep step =
                new RateStep(
                        perSecond,
                        summary.run().rate().achievedPerSecond(),
                        summary.measured().latencyMs().get(Stage.EVENT_TO_APPLIED.key()),
                        value.isPresent() ? value.getAsDouble() : null,
                        met,
                        bottleneck,
                        false);
        display.judged(step, limit);
        return step;
    }
}
