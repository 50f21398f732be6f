package duet.cli.fleet;

import duet.cli.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code duet report} holds the commands for the reports that runs have written. */
@Command(
        name = "report",
        description = "Shows the report of a run again, and makes one of those of a shared fleet.",
        synopsisSubcommandLabel = "COMMAND")
public final class ReportCommand implements Runnable {

    @Spec private CommandSpec spec;

    private ReportCommand() {}

    /** Returns the command with its subcommands, whose results go to this terminal. */
    public static CommandLine on(Terminal terminal) {
        return new CommandLine(new ReportCommand())
                .addSubcommand(new ReportMergeCommand(terminal))
                .addSubcommand(new ReportShowCommand(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: merge or show");
    }
}
