package duet.cli.cluster;

import duet.cli.terminal.Terminal;
import duet.cluster.Cluster;
import duet.cluster.ClusterLayout;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code duet cluster logs} shows what a process wrote. */
@Command(name = "logs", description = "Shows the end of a process's log, or the logs there are.")
final class LogsCommand implements Runnable {

    private static final int MOST_BYTES = 1 << 20;
    private static final long POLL_NANOS = 250_000_000;

    private final Terminal terminal;

    @Mixin private ClusterDirectory directory;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "Process, as in kafka-1, zookeeper, jobmanager, taskmanager-1.")
    private @Nullable String name;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "100",
            description = "Lines from the end (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is written from now on, until interrupted.")
    private boolean follow;

    LogsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Cluster cluster =
                directory
                        .find()
                        .orElseThrow(
                                () ->
                                        new InvalidInputException(
                                                "no cluster was ever started in "
                                                        + directory.path()));
        List<String> names = ClusterLayout.processes(cluster.shape().taskManagers());
        if (name == null) {
            for (String process : names) {
                terminal.line(
                        String.format(
                                Locale.ROOT, "%-16s %s", process, cluster.layout().log(process)));
            }
            return;
        }
        if (!names.contains(name)) {
            throw new InvalidInputException(
                    name + " is no process of the cluster; they are " + String.join(", ", names));
        }
        Path log = cluster.layout().log(name);
        if (!Files.exists(log)) {
            throw new InvalidInputException(name + " has no log yet");
        }
        try {
            show(log);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + log, e);
        }
    }

    private void show(Path log) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - MOST_BYTES);
            List<String> end = new ArrayList<>(read(file, from).lines().toList());
            int first = Math.max(0, end.size() - Math.max(0, lines));
            end.subList(first, end.size()).forEach(terminal::line);
            while (follow && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(POLL_NANOS);
                if (file.length() > file.getFilePointer()) {
                    read(file, file.getFilePointer()).lines().forEach(terminal::line);
                } else if (Files.size(log) < file.getFilePointer()) {
                    // The log was rolled over: what follows stands in a new file.
                    show(log);
                    return;
                }
            }
        }
    }

    private static String read(RandomAccessFile file, long from) throws IOException {
        byte[] bytes = new byte[(int) Math.min(MOST_BYTES, file.length() - from)];
        file.seek(from);
        file.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
