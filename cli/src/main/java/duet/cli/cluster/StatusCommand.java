package duet.cli.cluster;

import duet.cli.terminal.Terminal;
import duet.cluster.Cluster;
import duet.cluster.ClusterStatus;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet cluster status} shows processes, addresses and jobs. */
@Command(
        name = "status",
        description =
                "Shows the cluster's processes, addresses and jobs. The exit code is 0 where all of"
                        + " it runs, 1 else.")
final class StatusCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ClusterDirectory directory;

    @Option(names = "--json", description = "Write it as JSON.")
    private boolean json;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Optional<Cluster> cluster = directory.find();
        if (json) {
            terminal.json(
                    cluster.map(ClusterStatus::of)
                            .orElseGet(() -> ClusterStatus.none(directory.path())));
        } else if (cluster.isEmpty()) {
            terminal.line("No cluster was ever started in " + directory.path());
        } else {
            new StatusView(terminal).show(cluster.get());
        }
        return cluster.map(ClusterStatus::of).filter(ClusterStatus::up).isPresent() ? 0 : 1;
    }
}
