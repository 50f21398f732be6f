package duet.cli.fleet;

import duet.cli.option.ItemModel;
import duet.cli.option.Output;
import duet.cli.option.ShippedModel;
import duet.cli.terminal.Terminal;
import duet.operations.release.ReleasedBundle;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.report.Report;
import duet.simulator.summary.RunSummary;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.Workload;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet demo} runs the whole loop in one JVM, on devices of a made-up world. */
@Command(
        name = "demo",
        description =
                "Runs the whole loop in one process: a Kafka broker, the generation job on a Flink"
                    + " cluster, and a fleet of simulated devices, with the model that comes with"
                    + " Duet.")
public final class DemoCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private FleetSize fleet;

    @Mixin private StreamOptions stream;

    @Mixin private PolicyChoice policy;

    @Mixin private DashboardOption dashboard;

    @Option(
            names = "--bundle",
            paramLabel = "BUNDLE",
            description = "Model to run (default: the one that comes with Duet).")
    private @Nullable Path bundle;

    @Output(
            value = Output.Kind.DIRECTORY,
            files = {Report.SUMMARY, Report.HTML, Report.HISTOGRAMS})
    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Directory to write summary.json and report.html to.")
    private @Nullable Path report;

    @Option(
            names = "--swap-to",
            paramLabel = "BUNDLE",
            description =
                    "Model to release to all devices a third into the run; the summary then has the"
                            + " latencies before, during and after the swap.")
    private @Nullable Path swapTo;

    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        fleet.check();
        stream.check();
        dashboard.check();
        Configuration job = policy.job();
        if (report != null) {
            Report.checkDirectory(report);
        }
        ModelBundle model = ItemModel.open(bundle != null ? bundle : ShippedModel.directory());
        ReleasedBundle released = swapTo == null ? null : ReleasedBundle.at(swapTo.toString());
        SyntheticCatalogue world = SyntheticCatalogue.forModel(model.vocabulary());
        Workload workload = fleet.workload(world, "device-", model.dimensions().history());

        RunSummary summary =
                new EmbeddedRun(terminal, stream, dashboard, true)
                        .run(model, workload, job, world.matches(model.vocabulary()), released);
        new RunDisplay(terminal).conclude(summary, report);
        if (released != null && !ModelSwap.isOver(summary)) {
            throw new IllegalStateException(
                    "the run was over before all devices had gone over to "
                            + released.version()
                            + "; give it more --duration");
        }
    }
}
