package duet.cli.fleet;

import duet.cli.launch.Launch;
import duet.cli.option.Output;
import duet.cli.option.Ranges;
import duet.cli.option.RankedLog;
import duet.cli.option.RankingOptions;
import duet.cli.option.ReplayedLog;
import duet.cli.terminal.Terminal;
import duet.simulator.report.Report;
import duet.simulator.summary.RunSummary;
import duet.simulator.workload.Workload;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet replay} turns the users of a log into devices, and the log into the stream. */
@Launch(modules = Launch.DUCKDB)
@Command(
        name = "replay",
        description =
                "Streams an interaction log through Kafka and the generation job in one process:"
                    + " every user becomes a device that sends its history up to the test item and,"
                    + " at the end, ranks its candidates with the weights it received.")
public final class ReplayCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private RankingOptions ranking;

    @Mixin private StreamOptions stream;

    @Mixin private PolicyChoice policy;

    @Mixin private DashboardOption dashboard;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Windows a second of all devices (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description =
                    "Seed of how the history is cut into windows (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Output(
            value = Output.Kind.DIRECTORY,
            files = {Report.SUMMARY, Report.HTML, Report.HISTOGRAMS})
    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Directory to write summary.json and report.html to.")
    private @Nullable Path report;

    public ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        stream.check();
        dashboard.check();
        Configuration job = policy.job();
        Ranges.require("--rate", rate, 0.1, 1_000_000);
        if (report != null) {
            Report.checkDirectory(report);
        }
        RankedLog ranked = ranking.read(terminal);
        ranked.notes().forEach(terminal::line);
        Workload workload = ReplayedLog.workload(ranked, rate, seed);

        RunSummary summary =
                new EmbeddedRun(terminal, stream, dashboard, false)
                        .run(ranked.model(), workload, job, true)
                        .withHeldOut(ReplayedLog.heldOut(ranked));
        new RunDisplay(terminal).conclude(summary, report);
    }
}
