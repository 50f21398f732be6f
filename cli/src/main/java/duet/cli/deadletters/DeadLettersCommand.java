package duet.cli.deadletters;

import duet.cli.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code duet dead-letters} holds the commands for records that the job could not use. */
@Command(
        name = "dead-letters",
        description =
                "Lists and shows the records that the job could not use, and sends them back once"
                        + " it can.",
        synopsisSubcommandLabel = "COMMAND")
public final class DeadLettersCommand implements Runnable {

    @Spec private CommandSpec spec;

    private DeadLettersCommand() {}

    /** Returns the command with its subcommands, whose results go to this terminal. */
    public static CommandLine on(Terminal terminal) {
        return new CommandLine(new DeadLettersCommand())
                .addSubcommand(new ListLettersCommand(terminal))
                .addSubcommand(new ShowLetterCommand(terminal))
                .addSubcommand(new ReplayLettersCommand(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: list, show or replay");
    }
}
