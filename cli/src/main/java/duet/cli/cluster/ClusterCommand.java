package duet.cli.cluster;

import duet.cli.launch.Launch;
import duet.cli.terminal.Terminal;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code duet cluster} runs Kafka and Flink as they run elsewhere, each process of its own, on this
 * machine.
 */
@Launch(
        modules = {Launch.JOB_JAR, Launch.FLINK_LIB, Launch.KAFKA_LIB},
        jars = true)
@Command(
        name = "cluster",
        description =
                "Runs three Kafka brokers, ZooKeeper and Flink as processes of their own on this"
                        + " machine, and the generation job on them.",
        synopsisSubcommandLabel = "COMMAND")
public final class ClusterCommand implements Runnable {

    @Spec private CommandSpec spec;

    private ClusterCommand() {}

    /** Returns the command with its own commands. */
    public static CommandLine on(Terminal terminal) {
        CommandLine line = new CommandLine(new ClusterCommand());
        List.of(
                        new UpCommand(terminal),
                        new DownCommand(terminal),
                        new StatusCommand(terminal),
                        withJobOptions(new SubmitCommand(terminal)),
                        new LogsCommand(terminal),
                        withJobOptions(new ChaosCommand(terminal)),
                        withJobOptions(new ClusterBenchCommand(terminal)))
                .forEach(line::addSubcommand);
        return line;
    }

    /** Takes what the command does not know itself as options of the job. */
    private static CommandLine withJobOptions(Object command) {
        return new CommandLine(command).setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
