package duet.embedded.cli;

import duet.embedded.cli.terminal.Terminal;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.report.Report;
import duet.simulator.report.RunSummary;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.ReplayDevice;
import duet.simulator.workload.ReplayWorkload;
import duet.simulator.workload.WindowOptions;
import duet.simulator.workload.Workload;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet replay}: the users of a log become devices, and the log the stream. */
@Command(
        name = "replay",
        description =
                "Streams an interaction log through Kafka and the generation job in one process: every user becomes a"
                        + " device that sends its history up to the test item and, at the end, ranks its candidates with"
                        + " the weights it received.")
final class ReplayCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private RankingOptions ranking;

    @Mixin private StreamOptions stream;

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

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Directory to write summary.json and report.html to.")
    private Path report;

    ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        stream.check();
        Ranges.require("--rate", rate, 0.1, 1_000_000);
        if (report != null) {
            Report.checkDirectory(report);
        }
        ModelBundle model = ranking.bundle();
        InteractionLog log = ranking.log();
        Workload workload =
                new ReplayWorkload(
                        devices(log, ranking.candidates(log, model)),
                        WindowOptions.defaults(model.dimensions().history()),
                        ReplayWorkload.DEFAULT_STREAM_START,
                        Arrivals.poisson(rate),
                        seed);

        RunSummary summary = new EmbeddedRun(terminal, stream).run(model, workload, true);
        new RunDisplay(terminal).conclude(summary, report);
    }

    private static List<ReplayDevice> devices(InteractionLog log, CandidateLists candidates) {
        return log.users().stream().map(user -> device(user, candidates.of(user))).toList();
    }

    private static ReplayDevice device(UserHistory user, CandidateLists.Candidates candidates) {
        int end = EvaluationSplit.testPosition(user);
        return new ReplayDevice(
                "user-" + user.user(),
                user.itemsBefore(end),
                Arrays.stream(user.timestamps(), 0, end).map(TimeUnit.SECONDS::toMillis).toArray(),
                candidates.positive(),
                candidates.negatives());
    }
}
