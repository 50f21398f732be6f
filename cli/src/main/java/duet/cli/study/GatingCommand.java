package duet.cli.study;

import duet.cli.launch.Launch;
import duet.cli.option.Numbers;
import duet.cli.option.Output;
import duet.cli.option.Ranges;
import duet.cli.option.RankedLog;
import duet.cli.option.RankingOptions;
import duet.cli.option.ReplayedLog;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.PolicyOptions;
import duet.jobs.generation.DeltaEncoding;
import duet.schemas.InvalidInputException;
import duet.simulator.workload.Workload;
import duet.studies.gating.GatingMeasurement;
import duet.studies.gating.GatingReport;
import duet.studies.gating.GatingResult;
import duet.studies.gating.GatingRun;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet gating} measures what it costs in quality to answer fewer windows, by policy. */
@Launch(modules = Launch.DUCKDB)
@Command(
        name = "gating",
        description =
                "Streams an interaction log past every policy at every share of windows to answer,"
                    + " without Kafka and Flink, and writes a page with tables and charts of the"
                    + " ranking quality on the devices. Measuring another log into the same page"
                    + " adds to it. Take users whom the model was not trained on.")
public final class GatingCommand implements Runnable {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    private static final int MOST_STREAMS = 100;

    /** The rate is of no consequence: nothing waits, and no policy asks for the time here. */
    private static final double WINDOWS_PER_SECOND = 100;

    private final Terminal terminal;

    @Mixin private RankingOptions ranking;

    @Option(
            names = "--shares",
            paramLabel = "SHARE",
            split = ",",
            defaultValue = "0.5,0.25,0.1",
            description =
                    "Shares of the windows to answer, besides all (default: ${DEFAULT-VALUE}).")
    private List<Double> shares;

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description =
                    "How deltas are written: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private DeltaEncoding encoding = DuetOptions.ENCODING.defaultValue();

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "How often the history is cut into windows anew; all count together (default:"
                            + " ${DEFAULT-VALUE}).")
    private int streams;

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

    @Output(Output.Kind.PAGE)
    @Option(
            names = "--report",
            required = true,
            paramLabel = "FILE",
            description =
                    "Markdown page to write; charts and figures go to the folder of the same name"
                            + " beside it.")
    private Path report;

    public GatingCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Ranges.require("--streams", streams, 1, MOST_STREAMS);
        shares.forEach(share -> Ranges.require("--shares", share, PolicyOptions.LEAST_BUDGET, 1));
        if (!name.matches(NAME)) {
            throw new InvalidInputException(
                    "--name is '"
                            + name
                            + "', it must be letters, digits, dots, dashes and underscores");
        }
        GatingReport.check(report);
        RankedLog ranked = ranking.read(terminal);
        ranked.notes().forEach(terminal::line);
        List<Workload> workloads =
                LongStream.range(seed, seed + streams)
                        .mapToObj(each -> ReplayedLog.workload(ranked, WINDOWS_PER_SECOND, each))
                        .toList();
        GatingResult result =
                new GatingMeasurement(ranked.model(), encoding).measure(name, workloads, shares);
        terminal.table(table(result));
        GatingReport.write(report, result).forEach(note -> terminal.line("Note: " + note));
        terminal.line("Report in " + report);
    }

    private static Table table(GatingResult result) {
        Table table = new Table("policy", "asked", "answered", "userAuc", "loss", "over random");
        for (GatingRun run : result.runs()) {
            table.row(
                    run.choice().policy(),
                    Numbers.metric(run.choice().share()),
                    Numbers.metric(run.traffic().answered()),
                    Numbers.metric(run.userAuc()),
                    GatingReport.withMargin(
                            run.differences().loss(), run.differences().lossMargin()),
                    GatingReport.withMargin(
                            run.differences().overRandom(), run.differences().overRandomMargin()));
        }
        return table;
    }
}
