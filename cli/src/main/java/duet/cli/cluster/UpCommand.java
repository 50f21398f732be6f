package duet.cli.cluster;

import duet.cli.terminal.Terminal;
import duet.cluster.Cluster;
import duet.cluster.ClusterShape;
import duet.schemas.InvalidInputException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet cluster up} starts all processes and returns once they are ready. */
@Command(
        name = "up",
        description =
                "Starts three brokers, ZooKeeper, a JobManager and TaskManagers, and returns once"
                    + " all of them answer. What a stopped cluster left in the directory is used"
                    + " again.")
final class UpCommand implements Runnable {

    private static final int MOST_TASK_MANAGERS = 16;
    private static final int MOST_SLOTS = 32;

    private final Terminal terminal;

    @Mixin private ClusterDirectory directory;

    @Option(
            names = "--task-managers",
            paramLabel = "N",
            description = "TaskManagers (default: 2, or as many as the stopped cluster had).")
    private @Nullable Integer taskManagers;

    @Option(
            names = "--slots",
            paramLabel = "N",
            description = "Task slots of each (default: 2, or as many as the stopped cluster had).")
    private @Nullable Integer slots;

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            description =
                    "First of the ports that are used one after the other: brokers, controllers,"
                        + " ZooKeeper, Flink, metrics (default: any that are free, or those of the"
                        + " stopped cluster).")
    private @Nullable Integer basePort;

    UpCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        require("--task-managers", taskManagers, MOST_TASK_MANAGERS);
        require("--slots", slots, MOST_SLOTS);
        Cluster cluster = Cluster.up(directory.path(), shape(), terminal::line);
        new StatusView(terminal).show(cluster);
        terminal.line("Submit the job with: duet cluster submit --bundle BUNDLE");
    }

    private static void require(String option, @Nullable Integer value, int most) {
        if (value != null && (value < 1 || value > most)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT, "%s is %d, it must be 1 to %d", option, value, most));
        }
    }

    private ClusterShape shape() {
        Optional<ClusterShape> before = directory.find().map(Cluster::shape);
        int managers =
                taskManagers != null
                        ? taskManagers
                        : before.map(ClusterShape::taskManagers).orElse(2);
        int each = slots != null ? slots : before.map(ClusterShape::slots).orElse(2);
        // A cluster that runs is found out about before its ports are.
        if (basePort != null && directory.find().filter(c -> !c.running().isEmpty()).isEmpty()) {
            ClusterShape shape = ClusterShape.onPortsFrom(basePort, managers, each);
            return before.map(shape::continuing).orElse(shape);
        }
        return before.map(shape -> shape.resized(managers, each))
                .orElseGet(() -> ClusterShape.onFreePorts(managers, each));
    }
}
