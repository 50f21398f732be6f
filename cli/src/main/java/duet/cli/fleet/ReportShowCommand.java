package duet.cli.fleet;

import duet.cli.terminal.Terminal;
import duet.simulator.report.Report;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code duet report show} shows what a run printed at its end, with the same exit code. */
@Command(
        name = "show",
        description =
                "Prints the figures of a report again. Exits with 1 where a threshold was missed or"
                        + " the run is incomplete.")
final class ReportShowCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "The report.")
    private Path report;

    ReportShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        new RunDisplay(terminal).conclude(Report.read(report), null);
    }
}
