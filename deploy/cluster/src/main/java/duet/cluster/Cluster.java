package duet.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * A cluster is three Kafka brokers, ZooKeeper, a JobManager and TaskManagers, each a process of its
 * own, in one directory. The processes outlive the one that started them; {@link #open} finds them
 * again.
 */
public final class Cluster {

    /** The processes may take so long until all of them answer. */
    static final Duration START_TIMEOUT = Duration.ofMinutes(10);

    private static final Duration TERMINATION = Duration.ofSeconds(15);
    private static final Duration KILL = Duration.ofMinutes(2);

    private final ClusterLayout layout;
    private final ClusterShape shape;
    private final ClusterConfiguration configuration;
    private final Brokers brokers;
    private final FlinkRest flink;
    private boolean stopped;

    private Cluster(ClusterLayout layout, ClusterShape shape) {
        this.layout = layout;
        this.shape = shape;
        this.configuration = new ClusterConfiguration(layout, shape);
        this.brokers = new Brokers(shape.bootstrapServers());
        this.flink = new FlinkRest(shape.restUrl());
    }

    /**
     * Returns the cluster of a directory, whether it runs or not; empty where there never was one.
     *
     * @throws InvalidInputException if the directory's {@code cluster.json} is none
     */
    public static Optional<Cluster> open(Path directory) {
        ClusterLayout layout = new ClusterLayout(directory);
        if (!Files.isRegularFile(layout.shape())) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Cluster(
                            layout,
                            new ObjectMapper()
                                    .readValue(layout.shape().toFile(), ClusterShape.class)));
        } catch (IOException | RuntimeException e) {
            throw new InvalidInputException(
                    layout.shape() + " is not the description of a cluster", e);
        }
    }

    /**
     * Starts a cluster and returns once it is ready: all brokers and ZooKeeper answer, the topics
     * are there, Flink's REST interface answers and all slots are registered. What was in the
     * directory before is used again: topics, checkpoints, and jobs that ran when it was stopped.
     *
     * @param directory where everything of it is
     * @param shape what it consists of
     * @param progress told what is going on, a line at a time
     * @throws InvalidInputException if a cluster runs there already, or a port is taken
     * @throws IllegalStateException if it does not start, naming the process and why; nothing runs
     *     then
     */
    public static Cluster up(Path directory, ClusterShape shape, Consumer<String> progress) {
        ClusterLayout layout = new ClusterLayout(directory);
        try (FileChannel channel = lockFile(layout)) {
            // Released with the channel.
            lock(channel, layout);
            Cluster cluster = new Cluster(layout, shape);
            cluster.requireStopped();
            shape.requireFreePorts();
            Thread onInterrupt = new Thread(cluster::down, "duet-cluster-abandoned");
            Runtime.getRuntime().addShutdownHook(onInterrupt);
            try {
                new ClusterFiles(layout, shape, cluster.configuration)
                        .prepare(Distribution.ofCheckout());
                cluster.startAll(progress);
                return cluster;
            } catch (RuntimeException | Error e) {
                cluster.down();
                throw e;
            } finally {
                forget(onInterrupt);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + layout.lock(), e);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is going down and runs, or has run, the hook itself.
        }
    }

    private static FileChannel lockFile(ClusterLayout layout) throws IOException {
        Files.createDirectories(layout.run());
        return FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void lock(FileChannel channel, ClusterLayout layout) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new InvalidInputException("a cluster is being started in " + layout.directory());
        }
    }

    private void requireStopped() {
        List<ClusterProcess> running = running();
        if (!running.isEmpty()) {
            ClusterProcess first = running.get(0);
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "a cluster runs in %s (%s is process %d); stop it first: duet cluster"
                                    + " down",
                            layout.directory(),
                            first.name(),
                            first.pid()));
        }
    }

    /** Returns where everything of it is. */
    public ClusterLayout layout() {
        return layout;
    }

    /** Returns what it consists of. */
    public ClusterShape shape() {
        return shape;
    }

    /** Returns the memory that each TaskManager's process is given, in bytes. */
    public long taskManagerBytes() {
        return configuration.flink().get(TaskManagerOptions.TOTAL_PROCESS_MEMORY).getBytes();
    }

    /** Returns its Kafka brokers. */
    public Brokers brokers() {
        return brokers;
    }

    /** Returns the client of its Flink's REST interface. */
    public FlinkRest flink() {
        return flink;
    }

    /** Returns Flink's own command line, to be run against this cluster. */
    ClusterProcess.Command clientCommand(List<String> arguments) {
        emptyTemporary(ClusterConfiguration.CLIENT);
        return configuration.clientCommand(arguments);
    }

    /**
     * Returns the processes that run. Those of an earlier cluster of another size in the directory
     * count, too.
     */
    public List<ClusterProcess> running() {
        if (!Files.isDirectory(layout.run())) {
            return List.of();
        }
        try (var files = Files.list(layout.run())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".pid"))
                    .map(file -> file.substring(0, file.length() - ".pid".length()))
                    .sorted()
                    .flatMap(name -> process(name).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + layout.run(), e);
        }
    }

    /** Returns a process by its name, if it runs. */
    public Optional<ClusterProcess> process(String name) {
        return ClusterProcess.find(name, layout.pidFile(name));
    }

    /**
     * Starts one process that does not run, as a supervisor would after it died.
     *
     * @throws IllegalStateException if it runs, or cannot be started
     */
    public synchronized ClusterProcess start(String name) {
        if (stopped) {
            throw new IllegalStateException("the cluster is being stopped");
        }
        if (process(name).isPresent()) {
            throw new IllegalStateException(name + " runs already");
        }
        ClusterProcess.Command command =
                IntStream.rangeClosed(1, ClusterShape.BROKERS)
                        .filter(id -> name.equals(ClusterLayout.broker(id)))
                        .mapToObj(configuration::brokerCommand)
                        .findFirst()
                        .or(
                                () ->
                                        IntStream.rangeClosed(1, shape.taskManagers())
                                                .filter(
                                                        id ->
                                                                name.equals(
                                                                        ClusterLayout.taskManager(
                                                                                id)))
                                                .mapToObj(configuration::taskManagerCommand)
                                                .findFirst())
                        .or(
                                () ->
                                        switch (name) {
                                            case ClusterLayout.ZOOKEEPER ->
                                                    Optional.of(configuration.zookeeperCommand());
                                            case ClusterLayout.JOB_MANAGER ->
                                                    Optional.of(configuration.jobManagerCommand());
                                            default -> Optional.empty();
                                        })
                        .orElseThrow(
                                () ->
                                        new InvalidInputException(
                                                String.format(
                                                        Locale.ROOT,
                                                        "%s is no process of the cluster; they are"
                                                                + " %s",
                                                        name,
                                                        String.join(
                                                                ", ",
                                                                ClusterLayout.processes(
                                                                        shape.taskManagers())))));
        emptyTemporary(name);
        return ClusterProcess.start(command, layout.pidFile(name));
    }

    /**
     * Kills a process and starts it again at once, as a supervisor would.
     *
     * @throws IllegalStateException if it does not run, or does not end
     */
    public ClusterProcess killAndRestart(String name) {
        ClusterProcess process =
                process(name).orElseThrow(() -> new IllegalStateException(name + " does not run"));
        process.kill();
        if (!process.awaitEnd(KILL)) {
            throw new IllegalStateException(name + ", process " + process.pid() + ", does not end");
        }
        return start(name);
    }

    /** Deletes the checkpoints of a job that has ended and will not be started from them. */
    public void deleteCheckpoints(String job) {
        Directories.delete(layout.checkpoints().resolve(job));
    }

    /** Deletes a savepoint. */
    public void deleteSavepoint(Path savepoint) {
        if (!savepoint.startsWith(layout.savepoints())) {
            throw new InvalidInputException(
                    savepoint + " is no savepoint in " + layout.savepoints());
        }
        Directories.delete(savepoint);
    }

    private void emptyTemporary(String process) {
        Path temporary = layout.temporary(process);
        Directories.delete(temporary);
        try {
            Files.createDirectories(temporary);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + temporary, e);
        }
    }

    /**
     * Stops every process, and those by force that do not stop when asked. It does nothing where
     * none runs.
     *
     * @return how many were stopped
     * @throws IllegalStateException if a process does not end
     */
    public synchronized int down() {
        // Whoever replaces what has died, in another thread, must not do so from here on.
        stopped = true;
        List<ClusterProcess> running = running();
        // Jobs first: nothing then misses what it talks to.
        for (String group : List.of("taskmanager", "jobmanager", "kafka", "zookeeper")) {
            List<ClusterProcess> stopping =
                    running.stream().filter(process -> process.name().startsWith(group)).toList();
            stopping.forEach(
                    process -> {
                        if (process.isPaused()) {
                            process.kill();
                        } else {
                            process.terminate();
                        }
                    });
            for (ClusterProcess process : stopping) {
                if (!process.awaitEnd(TERMINATION)) {
                    process.kill();
                    if (!process.awaitEnd(KILL)) {
                        throw new IllegalStateException(
                                process.name() + ", process " + process.pid() + ", does not end");
                    }
                }
            }
        }
        removeStalePidFiles();
        return running.size();
    }

    private void removeStalePidFiles() {
        if (!Files.isDirectory(layout.run())) {
            return;
        }
        try (var files = Files.list(layout.run())) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".pid"))
                            .collect(Collectors.toList())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean " + layout.run(), e);
        }
    }

    /** Deletes everything that a stopped cluster left: topics, checkpoints, logs. */
    public void delete() {
        requireStopped();
        Directories.delete(layout.directory());
    }

    private void startAll(Consumer<String> progress) {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        List<ClusterProcess> started = new ArrayList<>();
        for (String name : ClusterLayout.processes(shape.taskManagers())) {
            started.add(start(name));
        }
        progress.accept("Waiting for the brokers ...");
        await("the Kafka brokers", started, deadline, brokers::answer);
        brokers.createTopics();
        progress.accept("Waiting for Flink ...");
        await("Flink with all slots", started, deadline, this::slotsRegistered);
    }

    private void await(
            String what,
            List<ClusterProcess> started,
            long deadline,
            java.util.function.BooleanSupplier ready) {
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        boolean is =
                Waiting.until(
                        () -> {
                            for (ClusterProcess process : started) {
                                if (!process.isAlive()) {
                                    throw new IllegalStateException(
                                            process.name()
                                                    + " ended while it started: "
                                                    + lastWords(process.name()));
                                }
                            }
                            return ready.getAsBoolean();
                        },
                        left);
        if (!is) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "%s did not answer within %d s; the logs are in %s",
                            what,
                            START_TIMEOUT.toSeconds(),
                            layout.directory()));
        }
    }

    /** Returns the last of what a process wrote that says something. */
    private String lastWords(String name) {
        for (Path file : List.of(layout.output(name), layout.log(name))) {
            try {
                if (Files.exists(file)) {
                    Optional<String> words =
                            LastWords.of(Files.readAllLines(file, StandardCharsets.UTF_8));
                    if (words.isPresent()) {
                        return words.get();
                    }
                }
            } catch (IOException e) {
                return "its log cannot be read: " + e.getMessage();
            }
        }
        return "it wrote nothing";
    }

    /** Returns whether Flink answers and all slots of all TaskManagers are registered. */
    public boolean slotsRegistered() {
        return flink.overview()
                .filter(overview -> overview.slots() == shape.taskManagers() * shape.slots())
                .isPresent();
    }
}
