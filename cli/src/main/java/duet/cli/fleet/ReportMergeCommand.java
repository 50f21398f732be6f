package duet.cli.fleet;

import duet.cli.option.Output;
import duet.cli.terminal.Terminal;
import duet.simulator.report.Report;
import duet.simulator.report.ReportMerge;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code duet report merge} makes one report of all processes that shared a fleet. */
@Command(
        name = "merge",
        description =
                "Makes one report of those of the processes that shared a fleet (simulate --part)."
                    + " Latencies are merged by their histograms, so percentiles are those of all"
                    + " windows, and thresholds are evaluated anew.")
final class ReportMergeCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(
            paramLabel = "DIR",
            arity = "1..*",
            description = "Report of each part, as simulate --report wrote it.")
    private List<Path> reports;

    @Output(
            value = Output.Kind.DIRECTORY,
            files = {Report.SUMMARY, Report.HTML, Report.HISTOGRAMS})
    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description =
                    "Directory to write summary.json, report.html and histograms.hlog of all"
                            + " together to.")
    private Path out;

    ReportMergeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Report.checkDirectory(out);
        new RunDisplay(terminal).conclude(ReportMerge.merge(reports), out);
    }
}
