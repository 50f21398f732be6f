package duet.bench.startup;

import duet.bench.measurement.BenchSettings;
import duet.model.evaluation.Median;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures how long everything in one JVM takes to start, each time in a fresh one with the options
 * of this one.
 */
public final class StartUpBench {
    private static final long PATIENCE_SECONDS = 600;

    private final BenchSettings settings;

    /**
     * Prepares a benchmark.
     *
     * @param settings the model, and how often it is started
     */
    public StartUpBench(BenchSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts it as often as wanted.
     *
     * @param progress told what is going on
     * @return medians
     * @throws IllegalStateException if it does not start, with the end of what it said
     */
    public StartUpFigure run(Consumer<String> progress) {
        List<StartUpFigure> figures = new ArrayList<>();
        for (int i = 1; i <= settings.repetitions(); i++) {
            progress.accept("Starting everything, " + i + " of " + settings.repetitions() + " ...");
            try {
                figures.add(start());
            } catch (IOException e) {
                throw new UncheckedIOException("a JVM cannot be started", e);
            }
        }
        return new StartUpFigure(
                Median.of(figures, StartUpFigure::readySeconds),
                Median.of(figures, StartUpFigure::firstDeltaSeconds));
    }

    private StartUpFigure start() throws IOException {
        Path result = Files.createTempFile("duet-bench-", ".txt");
        Path output = Files.createTempFile("duet-bench-", ".log");
        try {
            Process process =
                    new ProcessBuilder(command(result))
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        || process.exitValue() != 0) {
                    throw new IllegalStateException(
                            "the JVM that was started failed: "
                                    + complaint(Files.readString(output, StandardCharsets.UTF_8)));
                }
            } finally {
                process.destroyForcibly();
            }
            String[] seconds = Files.readString(result, StandardCharsets.UTF_8).split(" ");
            return new StartUpFigure(
                    Double.parseDouble(seconds[0]), Double.parseDouble(seconds[1]));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            Files.deleteIfExists(result);
            Files.deleteIfExists(output);
        }
    }

    private List<String> command(Path result) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-javaagent"))
                .filter(argument -> !argument.startsWith("-agentlib"))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(StartUpProcess.class.getName());
        command.add(settings.bundle().toAbsolutePath().toString());
        command.add(result.toString());
        return command;
    }

    /** Returns the last line that is no part of a stack trace. */
    private static String complaint(String text) {
        return text.lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .reduce((earlier, later) -> later)
                .orElse("it said nothing");
    }
}
