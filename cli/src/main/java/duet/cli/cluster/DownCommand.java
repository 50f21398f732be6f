package duet.cli.cluster;

import duet.cli.terminal.Terminal;
import duet.cluster.Cluster;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet cluster down} stops everything. */
@Command(
        name = "down",
        description =
                "Stops every process of the cluster. Topics, checkpoints and logs stay, and up goes"
                        + " on with them.")
final class DownCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private ClusterDirectory directory;

    @Option(names = "--delete", description = "Delete topics, checkpoints and logs as well.")
    private boolean delete;

    DownCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Optional<Cluster> cluster = directory.find();
        int stopped = cluster.map(Cluster::down).orElse(0);
        if (delete) {
            cluster.ifPresent(Cluster::delete);
        }
        terminal.line(
                stopped == 0
                        ? "No cluster runs in " + directory.path()
                        : "Stopped " + stopped + " processes");
    }
}
