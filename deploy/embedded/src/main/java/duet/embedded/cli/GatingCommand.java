package duet.embedded.cli;

import duet.embedded.cli.terminal.Table;
import duet.embedded.cli.terminal.Terminal;
import duet.embedded.gating.DriftCalibration;
import duet.embedded.gating.GatingReport;
import duet.embedded.gating.GatingResult;
import duet.embedded.gating.GatingRun;
import duet.jobs.DuetOptions;
import duet.jobs.PolicyOptions;
import duet.jobs.PolicyOptions.Kind;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.report.RunSummary;
import duet.simulator.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet gating}: what it costs in quality to answer fewer windows, by policy. */
@Command(
        name = "gating",
        description =
                "Replays an interaction log once for each policy and share of windows to answer, and writes a page with"
                        + " tables and charts of the ranking quality on the devices. Measuring another log into the same"
                        + " page adds to it.")
final class GatingCommand implements Runnable {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    private final Terminal terminal;

    @Mixin private RankingOptions ranking;

    @Mixin private StreamOptions stream;

    @Option(
            names = "--shares",
            paramLabel = "SHARE",
            split = ",",
            defaultValue = "0.5,0.25,0.1",
            description =
                    "Shares of the windows to answer, besides all (default: ${DEFAULT-VALUE}). A share of"
                            + " no more than the devices' first windows is taken of the windows after them.")
    private List<Double> shares;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Windows a second of all devices (default: ${DEFAULT-VALUE}). Where they come faster than they are"
                            + " answered, devices rank with older weights than they would in life.")
    private double rate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description =
                    "Seed of how the history is cut into windows (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "What the log is called on the page; names its files.")
    private String name;

    @Option(
            names = "--report",
            required = true,
            paramLabel = "FILE",
            description =
                    "Markdown page to write; charts and figures go to the folder of the same name beside it.")
    private Path report;

    GatingCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        stream.check();
        Ranges.require("--rate", rate, 0.1, 1_000_000);
        shares.forEach(share -> Ranges.require("--shares", share, PolicyOptions.LEAST_BUDGET, 1));
        if (!name.matches(NAME)) {
            throw new InvalidInputException(
                    "--name is '%s', it must be letters, digits, dots, dashes and underscores"
                            .formatted(name));
        }
        GatingReport.check(report);
        ModelBundle model = ranking.bundle();
        Workload workload = ReplayedLog.workload(ranking, model, rate, seed);
        DriftCalibration calibration = DriftCalibration.of(model, workload);

        RunSummary everything = replay(model, workload, PolicyOptions.always());
        List<GatingRun> runs = new ArrayList<>();
        runs.add(GatingRun.of(PolicyOptions.always(), 1, everything));
        for (double share : shares) {
            double reachable = reachable(share, calibration.firsts());
            for (Kind kind : List.of(Kind.DRIFT, Kind.BUDGET, Kind.RANDOM)) {
                PolicyOptions policy = policy(kind, reachable, calibration);
                runs.add(GatingRun.of(policy, share, replay(model, workload, policy)));
            }
        }
        RankingMetrics global = everything.global();
        terminal.table(table(runs));
        GatingReport.write(
                        report,
                        new GatingResult(
                                name,
                                model.modelVersion(),
                                rate,
                                seed,
                                workload.devices(),
                                calibration.firsts(),
                                global,
                                runs))
                .forEach(note -> terminal.line("Note: " + note));
        terminal.line("Report in " + report);
    }

    /** All first windows are answered: a share below theirs can only be one of the others. */
    private static double reachable(double share, double firsts) {
        return share > firsts ? share : firsts + share * (1 - firsts);
    }

    private static PolicyOptions policy(Kind kind, double share, DriftCalibration calibration) {
        return new PolicyOptions(
                kind,
                kind == Kind.DRIFT
                        ? calibration.threshold(share)
                        : DuetOptions.DRIFT_THRESHOLD.defaultValue(),
                share,
                Duration.ZERO);
    }

    private RunSummary replay(ModelBundle model, Workload workload, PolicyOptions policy) {
        terminal.line("");
        terminal.line("Policy %s".formatted(policy.described()));
        Configuration job = new Configuration();
        policy.addTo(job);
        // Each window is decided on by itself, however much faster than life the log is replayed.
        job.set(DuetOptions.MAX_BATCH_DEVICES, 1);
        job.set(DuetOptions.MAX_BATCH_WINDOWS, 1);
        return new EmbeddedRun(terminal, stream).run(model, workload, job, true);
    }

    private static Table table(List<GatingRun> runs) {
        Table table =
                new Table("policy", "asked", "answered", "stream userAuc", "held-out userAuc");
        for (GatingRun run : runs) {
            table.row(
                    run.policy(),
                    Numbers.metric(run.share()),
                    Numbers.metric(run.answered()),
                    Numbers.metric(run.streamUserAuc()),
                    Numbers.metric(run.heldOut().userAuc()));
        }
        return table;
    }
}
