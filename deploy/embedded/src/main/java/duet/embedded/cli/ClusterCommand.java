package duet.embedded.cli;

import duet.embedded.cli.terminal.Terminal;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code duet cluster}: Kafka and Flink as they run elsewhere, each process of its own, on this machine. */
@Command(
        name = "cluster",
        description =
                "Runs three Kafka brokers, ZooKeeper and Flink as processes of their own on this machine, and the"
                        + " generation job on them.",
        synopsisSubcommandLabel = "COMMAND")
final class ClusterCommand implements Runnable {

    @Spec private CommandSpec spec;

    private ClusterCommand() {}

    /** The command with those commands of its own that are on the class path. */
    static CommandLine line(Terminal terminal) {
        CommandLine line = new CommandLine(new ClusterCommand());
        ServiceLoader.load(ClusterCommands.class).stream()
                .flatMap(commands -> commands.get().commands(terminal).stream())
                .forEach(line::addSubcommand);
        return line;
    }

    @Override
    public void run() {
        if (spec.subcommands().isEmpty()) {
            throw new IllegalStateException(
                    "there is nothing to run a cluster with on the class path; run cluster through the duet script");
        }
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
