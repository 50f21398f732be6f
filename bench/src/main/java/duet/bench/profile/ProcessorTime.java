package duet.bench.profile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds the processor time of a process's threads, as Linux counts it.
 *
 * @param threads the threads by their ids
 */
public record ProcessorTime(Map<Long, OfThread> threads) {
    /** The kernel counts in so many ticks a second; a constant of its interface. */
    private static final double TICKS_PER_SECOND = 100;

    /**
     * User and system time stand in this and the next of the fields of {@code stat} behind the
     * name.
     */
    private static final int USER = 11;

    public ProcessorTime {
        threads = Map.copyOf(threads);
    }

    /**
     * Holds the time of one thread.
     *
     * @param name its name, the first 15 characters
     * @param seconds processor time in seconds
     */
    record OfThread(String name, double seconds) {}

    /**
     * Reads all threads that a process has now.
     *
     * @throws IOException if there is no such process, or the system does not tell
     */
    public static ProcessorTime of(long pid) throws IOException {
        Map<Long, OfThread> threads = new HashMap<>();
        try (DirectoryStream<Path> tasks =
                Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : tasks) {
                try {
                    threads.put(
                            Long.parseLong(task.getFileName().toString()),
                            parse(
                                    Files.readString(
                                            task.resolve("stat"), StandardCharsets.ISO_8859_1)));
                } catch (IOException e) {
                    // A thread that ended since has no file, or one that says "No such process".
                    if (Files.exists(task)) {
                        throw e;
                    }
                }
            }
        }
        return new ProcessorTime(threads);
    }

    /** Reads a line of {@code /proc/PID/task/TID/stat}. */
    static OfThread parse(String stat) {
        int nameEnd = stat.lastIndexOf(')');
        String[] fields = stat.substring(nameEnd + 2).split(" ");
        return new OfThread(
                stat.substring(stat.indexOf('(') + 1, nameEnd),
                (Long.parseLong(fields[USER]) + Long.parseLong(fields[USER + 1]))
                        / TICKS_PER_SECOND);
    }

    /**
     * Returns what the threads have used since an earlier moment; those that have ended since do
     * not count.
     */
    public ProcessorTime since(ProcessorTime before) {
        Map<Long, OfThread> used = new HashMap<>();
        threads.forEach(
                (id, thread) -> {
                    OfThread earlier = before.threads.get(id);
                    used.put(
                            id,
                            new OfThread(
                                    thread.name(),
                                    thread.seconds() - (earlier == null ? 0 : earlier.seconds())));
                });
        return new ProcessorTime(used);
    }

    /** Returns the seconds of all threads together. */
    public double seconds() {
        return threads.values().stream().mapToDouble(OfThread::seconds).sum();
    }
}
