package duet.cli.fleet;

import duet.cli.fleet.DashboardOption.LivePage;
import duet.cli.terminal.Terminal;
import duet.device.DeviceModel;
import duet.embedded.EmbeddedStack;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.MetricNames;
import duet.operations.release.ReleasedBundle;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.release.AllowedAddresses;
import duet.simulator.dashboard.RunHeader;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.Measured;
import duet.simulator.fleet.FleetOptions.Uptake;
import duet.simulator.fleet.run.Fleet;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.summary.RunSummary;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a fleet and its cloud side in this process: what {@code demo} and {@code replay} have in
 * common.
 */
final class EmbeddedRun {

    /**
     * The warm-up is long enough that classes are loaded and the hot paths compiled before anything
     * is measured.
     */
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private static final int WARM_UP_DEVICES = 50;
    private static final double WARM_UP_RATE = 200;

    /** Models are swapped at this share of the run: there has to be a before and an after. */
    private static final double SWAP_AT = 1.0 / 3;

    private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

    private static final Duration POLL = Duration.ofMillis(100);

    private final Terminal terminal;
    private final StreamOptions options;
    private final DashboardOption dashboard;
    private final boolean showsUnlessAsked;

    /**
     * Creates runs that are shown on a live page where that is asked for, or if {@code
     * showsUnlessAsked}.
     */
    EmbeddedRun(
            Terminal terminal,
            StreamOptions options,
            DashboardOption dashboard,
            boolean showsUnlessAsked) {
        this.terminal = terminal;
        this.options = options;
        this.dashboard = dashboard;
        this.showsUnlessAsked = showsUnlessAsked;
    }

    /** Runs a workload as the other method does; the model stays. */
    RunSummary run(ModelBundle bundle, Workload workload, Configuration job, boolean quality) {
        return run(bundle, workload, job, quality, null);
    }

    /**
     * Starts everything, runs the workload to its end and stops everything.
     *
     * @param job options of the job besides those of the command's stream
     * @param quality whether rankings over the stream say something about this model
     * @param swapTo the model that devices are given a third into the run; null for none
     */
    RunSummary run(
            ModelBundle bundle,
            Workload workload,
            Configuration job,
            boolean quality,
            @Nullable ReleasedBundle swapTo) {
        DeviceModel model = DeviceModel.load(bundle);
        terminal.line("Starting Kafka and Flink in this process ...");
        List<String> allowed = swapTo == null ? List.of() : List.of(swapTo.uri());
        Configuration all = new Configuration(job);
        all.set(DuetOptions.RELEASES_ALLOW, allowed);
        try (EmbeddedStack stack = options.start(bundle.directory(), all)) {
            FleetOptions fleet =
                    FleetOptions.of(stack.bootstrapServers())
                            .withUptake(
                                    Uptake.defaults()
                                            .withAllowed(AllowedAddresses.beginningWith(allowed)))
                            .withMeasured(
                                    new Measured(
                                            quality,
                                            dashboard.isShown(showsUnlessAsked),
                                            () -> stack.metrics().count(MetricNames.GATED)));
            warmUp(stack, bundle, model, fleet);
            RunDisplay display = new RunDisplay(terminal);
            display.announce(workload, bundle);
            try (FleetRun run = Fleet.start(model, workload, fleet, FleetClock.system());
                    LivePage page =
                            dashboard.show(
                                    terminal,
                                    showsUnlessAsked,
                                    run,
                                    RunHeader.of(workload, model.version(), true, quality))) {
                if (swapTo == null) {
                    return display.follow(run, stack::requireRunning);
                }
                ModelSwap swap =
                        new ModelSwap(
                                swapTo,
                                run,
                                Map.of(BOOTSTRAP_SERVERS, stack.bootstrapServers()),
                                workload.duration().toMillis() / 1e3 * SWAP_AT);
                return display.follow(
                        run,
                        () -> {
                            stack.requireRunning();
                            swap.proceed();
                        });
            }
        }
    }

    /**
     * Sends windows of other devices than those that are measured through the same topics and the
     * same job.
     */
    private static void warmUp(
            EmbeddedStack stack, ModelBundle bundle, DeviceModel model, FleetOptions fleet) {
        Workload workload =
                new ScenarioWorkload(
                        Scenario.plain(
                                "synthetic",
                                WARM_UP_DEVICES,
                                ArrivalModel.CONSTANT,
                                WARM_UP_RATE,
                                WARM_UP,
                                0),
                        SyntheticCatalogue.forModel(bundle.vocabulary()),
                        "warm-up-",
                        bundle.dimensions().history(),
                        0);
        try (FleetRun run = Fleet.start(model, workload, fleet, FleetClock.system())) {
            while (!run.await(POLL)) {
                stack.requireRunning();
            }
        }
    }
}
