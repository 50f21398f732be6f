package duet.cli.release;

import duet.cli.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code duet release} says which model versions the job serves and the devices run. */
@Command(
        name = "release",
        description =
                "Gives devices a new model: to a share of them first, then to all, and back if it"
                        + " does not do.",
        synopsisSubcommandLabel = "COMMAND")
public final class ReleaseCommand implements Runnable {

    @Spec private CommandSpec spec;

    private ReleaseCommand() {}

    /** Returns the command with its subcommands, whose results go to this terminal. */
    public static CommandLine on(Terminal terminal) {
        return new CommandLine(new ReleaseCommand())
                .addSubcommand(new PublishReleaseCommand(terminal))
                .addSubcommand(new ReleaseStatusCommand(terminal))
                .addSubcommand(new PromoteReleaseCommand(terminal))
                .addSubcommand(new RollbackReleaseCommand(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing command: publish, status, promote or rollback");
    }
}
