package duet.cluster.cli;

import duet.embedded.cli.ClusterCommands;
import duet.embedded.cli.terminal.Terminal;
import java.util.List;
import picocli.CommandLine;

/** All commands of {@code duet cluster}. */
public final class CommandsOfCluster implements ClusterCommands {

    @Override
    public List<Object> commands(Terminal terminal) {
        return List.of(
                new UpCommand(terminal),
                new DownCommand(terminal),
                new StatusCommand(terminal),
                // What it does not know itself are options of the job.
                new CommandLine(new SubmitCommand(terminal))
                        .setUnmatchedOptionsArePositionalParams(true),
                new LogsCommand(terminal),
                new ChaosCommand(terminal),
                new CommandLine(new BenchCommand(terminal))
                        .setUnmatchedOptionsArePositionalParams(true));
    }
}
