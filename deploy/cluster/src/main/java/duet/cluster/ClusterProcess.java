package duet.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Controls one process of a cluster. The process outlives the one that started it; a file with its
 * id and its start time finds it again, and never another process that got its id later.
 */
public final class ClusterProcess {

    /**
     * Two start times may differ by so much and be the same: the system tells them to the tick, but
     * the boot time that they count from to the second.
     */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final String name;
    private final ProcessHandle handle;
    private final Path pidFile;

    private ClusterProcess(String name, ProcessHandle handle, Path pidFile) {
        this.name = name;
        this.handle = handle;
        this.pidFile = pidFile;
    }

    /**
     * Says what to start.
     *
     * @param name name of the process in its cluster
     * @param command program and arguments
     * @param environment variables over those of this process
     * @param directory working directory
     * @param output file that standard output and error are appended to
     */
    public record Command(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path directory,
            Path output) {
        public Command {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /**
     * Starts a process in a session of its own, where no key of this terminal reaches it.
     *
     * @throws IllegalStateException if the program cannot be started, naming it
     */
    static ClusterProcess start(Command command, Path pidFile) {
        List<String> line = command.command();
        if (Files.isExecutable(SETSID)) {
            line = new java.util.ArrayList<>(line);
            line.add(0, SETSID.toString());
        }
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .directory(command.directory().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(command.output().toFile()));
        builder.environment().putAll(command.environment());
        try {
            Files.createDirectories(pidFile.getParent());
            Files.createDirectories(command.output().getParent());
            Process process = builder.start();
            ProcessHandle handle = process.toHandle();
            try {
                Files.writeString(
                        pidFile,
                        handle.pid()
                                + " "
                                + handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L)
                                + "\n");
            } catch (IOException e) {
                handle.destroyForcibly();
                throw e;
            }
            return new ClusterProcess(command.name(), handle, pidFile);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot start " + command.name() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the process that a file names, if it still runs.
     *
     * @throws IllegalStateException if the file is none of a process
     */
    static Optional<ClusterProcess> find(String name, Path pidFile) {
        String text;
        try {
            if (!Files.exists(pidFile)) {
                return Optional.empty();
            }
            text = Files.readString(pidFile).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + pidFile, e);
        }
        if (!text.matches("\\d{1,18} \\d{1,18}")) {
            throw new IllegalStateException(
                    pidFile + " holds '" + text + "', not a process id and a start time");
        }
        String[] parts = text.split(" ");
        Instant started = Instant.ofEpochMilli(Long.parseLong(parts[1]));
        return ProcessHandle.of(Long.parseLong(parts[0]))
                .filter(handle -> startedAt(handle, started))
                .map(handle -> new ClusterProcess(name, handle, pidFile))
                .filter(ClusterProcess::isAlive);
    }

    private static boolean startedAt(ProcessHandle handle, Instant started) {
        return handle.info()
                .startInstant()
                .map(at -> Duration.between(at, started).abs().compareTo(START_TOLERANCE) <= 0)
                .orElse(false);
    }

    /** Returns its name in its cluster. */
    public String name() {
        return name;
    }

    /** Returns its process id. */
    public long pid() {
        return handle.pid();
    }

    /**
     * Returns whether it runs, or is paused. One that has ended and was not collected by its parent
     * yet has ended.
     */
    public boolean isAlive() {
        return handle.isAlive() && state() != 'Z';
    }

    /** Returns whether it is paused, by {@link #pause}. */
    public boolean isPaused() {
        return state() == 'T';
    }

    /** Returns the state that the system shows; a blank where it shows none. */
    private char state() {
        Path stat = Path.of("/proc", Long.toString(pid()), "stat");
        try {
            String text = Files.readString(stat);
            return text.charAt(text.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return ' ';
        }
    }

    /** Returns the memory that it holds in bytes; 0 where the system does not tell. */
    public long residentBytes() {
        Path status = Path.of("/proc", Long.toString(pid()), "status");
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Asks it to end. */
    void terminate() {
        handle.destroy();
    }

    /** Ends it at once, as {@code kill -9} does. */
    public void kill() {
        handle.destroyForcibly();
    }

    /**
     * Stops it from running until {@link #resume}, as {@code kill -STOP} does: its connections stay
     * open.
     */
    public void pause() {
        signal("STOP");
    }

    /** Lets it go on after {@link #pause}. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            ProcessBuilder command =
                    new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                            .redirectErrorStream(true);
            // In Turkish kill does not know the names of all signals.
            command.environment().put("LC_ALL", "C");
            Process kill = command.start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException(
                        String.format(
                                Locale.ROOT,
                                "cannot send %s to %s, process %d",
                                signal,
                                name,
                                pid()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Waits until it has ended, removes its file then, and returns whether it has ended. */
    boolean awaitEnd(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (isAlive()) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            try {
                handle.onExit().get(50, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Looks again: a process that nobody collects does not tell of its end.
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + pidFile, e);
        }
        return true;
    }
}
