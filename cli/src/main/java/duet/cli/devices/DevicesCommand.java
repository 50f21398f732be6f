package duet.cli.devices;

import duet.cli.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code duet devices} looks after devices of a running system. */
@Command(
        name = "devices",
        description =
                "Has the job begin anew with devices whose numbers or histories are not their own.",
        synopsisSubcommandLabel = "COMMAND")
public final class DevicesCommand implements Runnable {

    @Spec private CommandSpec spec;

    private DevicesCommand() {}

    /** Returns the command with its subcommands, whose results go to this terminal. */
    public static CommandLine on(Terminal terminal) {
        return new CommandLine(new DevicesCommand())
                .addSubcommand(new ResetDevicesCommand(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: reset");
    }
}
