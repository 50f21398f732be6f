package duet.cluster.chaos;

import duet.cluster.Cluster;
import duet.cluster.ClusterLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the processes of a cluster wrote since a moment: their logs are rolled over in the
 * course of many rounds.
 */
final class RoundLogs {

    /** At most so many bytes of a log are kept, the newest ones. */
    private static final long LARGEST = 8 << 20;

    private static final String REASON = "problem.txt";

    private final Map<Path, Long> begins;

    private RoundLogs(Map<Path, Long> begins) {
        this.begins = begins;
    }

    /** Returns the logs of a cluster from now on. */
    static RoundLogs from(Cluster cluster) {
        ClusterLayout layout = cluster.layout();
        List<Path> files = new ArrayList<>();
        for (String process : ClusterLayout.processes(cluster.shape().taskManagers())) {
            files.add(layout.log(process));
            files.add(layout.output(process));
        }
        return from(files);
    }

    static RoundLogs from(List<Path> files) {
        Map<Path, Long> begins = new LinkedHashMap<>();
        files.forEach(file -> begins.put(file, file.toFile().length()));
        return new RoundLogs(begins);
    }

    /**
     * Copies what was written since into a directory, which is made.
     *
     * @param problem what went wrong
     * @param cause the exception that says so; null for none
     */
    void keep(Path directory, String problem, @Nullable Throwable cause) {
        try {
            Files.createDirectories(directory);
            try (PrintWriter reason =
                    new PrintWriter(Files.newBufferedWriter(directory.resolve(REASON)))) {
                reason.println(problem);
                if (cause != null) {
                    cause.printStackTrace(reason);
                }
            }
            for (Map.Entry<Path, Long> log : begins.entrySet()) {
                copy(log.getKey(), log.getValue(), directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep logs in " + directory, e);
        }
    }

    private static void copy(Path file, long begin, Path directory) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        if (Files.size(file) >= begin) {
            copyFrom(file, begin, directory.resolve(file.getFileName()));
            return;
        }
        // Rolled over meanwhile: the first part is in the newest of the files of its name with a
        // number.
        for (Path rolled : newestRolled(file)) {
            copyFrom(rolled, begin, directory.resolve(rolled.getFileName()));
        }
        copyFrom(file, 0, directory.resolve(file.getFileName()));
    }

    private static List<Path> newestRolled(Path file) throws IOException {
        String prefix = file.getFileName() + ".";
        try (Stream<Path> siblings = Files.list(file.getParent())) {
            return siblings
                    .filter(sibling -> sibling.getFileName().toString().startsWith(prefix))
                    .max(Comparator.comparing(sibling -> sibling.toFile().lastModified()))
                    .stream()
                    .toList();
        }
    }

    private static void copyFrom(Path file, long begin, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            channel.position(Math.max(begin, channel.size() - LARGEST));
            try (InputStream in = Channels.newInputStream(channel);
                    OutputStream out = Files.newOutputStream(target)) {
                in.transferTo(out);
            }
        }
    }
}
