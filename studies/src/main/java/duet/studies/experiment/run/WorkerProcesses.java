package duet.studies.experiment.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * These are processes that run the same command line as this one. An engine trains one model at a
 * time in a process, so more cores take more processes. They end with this one.
 */
final class WorkerProcesses {
    private static final String MAIN = "duet.cli.Duet";

    private final Path logs;

    WorkerProcesses(Path logs) {
        this.logs = logs;
    }

    /**
     * Runs that many processes until all have ended.
     *
     * @param arguments of the command line
     * @param lines hears each line that a process, counted from 0, writes to its standard output
     * @return exit codes
     */
    List<Integer> run(int count, List<String> arguments, BiConsumer<Integer, String> lines) {
        List<Process> processes = new ArrayList<>();
        Thread end = new Thread(() -> processes.forEach(Process::destroy), "end of workers");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int worker = i;
                Process process = start(worker, arguments);
                processes.add(process);
                Thread reader = new Thread(() -> read(process, worker, lines), "worker " + worker);
                reader.start();
                readers.add(reader);
            }
            List<Integer> exitCodes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                exitCodes.add(processes.get(i).waitFor());
                readers.get(i).join();
            }
            return exitCodes;
        } catch (IOException e) {
            throw new UncheckedIOException("a worker cannot be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while workers were at it", e);
        } finally {
            processes.forEach(Process::destroy);
            removeHook(end);
        }
    }

    private static void removeHook(Thread end) {
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            // The JVM is ending already and runs it.
            return;
        }
    }

    private Process start(int worker, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-Dduet.terminal="))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(MAIN);
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(logs.resolve("worker-" + worker + ".log").toFile())
                .start();
    }

    private static void read(Process process, int worker, BiConsumer<Integer, String> lines) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.accept(worker, line);
            }
        } catch (IOException e) {
            lines.accept(worker, "ended: " + e.getMessage());
        }
    }

    /**
     * Lets this process, which is a worker, end at once when the process that started it is gone.
     */
    static void endWithParent() {
        ProcessHandle.current()
                .parent()
                .ifPresent(parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
    }
}
