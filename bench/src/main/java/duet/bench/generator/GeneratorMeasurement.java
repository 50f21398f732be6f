package duet.bench.generator;

import duet.model.bundle.BundleExport;
import duet.model.training.options.ModelSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.ListStatistics;

/**
 * Runs {@link GeneratorBenchmark} with JMH, each combination in a fresh JVM with the options of
 * this one.
 *
 * @param engines names of engines, measured in this order
 * @param batches devices per call
 * @param warmups iterations before measurement
 * @param iterations measured iterations
 * @param iteration length of an iteration
 */
public record GeneratorMeasurement(
        List<String> engines,
        List<Integer> batches,
        int warmups,
        int iterations,
        Duration iteration) {

    private static final int ITEMS = 1682; // as MovieLens 100K
    private static final long SEED = 7;

    /**
     * Returns a measurement of every engine at batch 1, 16, 64, which is the job's, and 256, in two
     * minutes.
     */
    public static GeneratorMeasurement defaults() {
        return new GeneratorMeasurement(
                List.of(GeneratorEngine.ONNX_RUNTIME, GeneratorEngine.PYTORCH),
                List.of(1, 16, 64, 256),
                3,
                7,
                Duration.ofMillis(500));
    }

    /**
     * Returns a measurement of the engine that serves at batch 1 and the job's 64, in some seconds.
     */
    public static GeneratorMeasurement quick() {
        return new GeneratorMeasurement(
                List.of(GeneratorEngine.ONNX_RUNTIME),
                List.of(1, 64),
                2,
                5,
                Duration.ofMillis(300));
    }

    /** Is told what is measured next. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Tells that {@code done} of {@code total} figures are there; the next is of this engine
         * and batch.
         */
        void measuring(int done, int total, String engine, int batch);
    }

    /**
     * Measures an untrained model of the default sizes: random weights cost what trained ones cost.
     */
    public List<GeneratorFigure> run(Progress progress) {
        try {
            Path directory = Files.createTempDirectory("duet-bench");
            try {
                return run(
                        BundleExport.untrained(
                                directory.resolve("bundle"),
                                ModelSizes.defaults().dimensions(ITEMS),
                                Vocabulary.of(LongStream.rangeClosed(1, ITEMS).toArray()),
                                SEED),
                        progress);
            } finally {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Measures a bundle's generator. */
    public List<GeneratorFigure> run(ModelBundle bundle, Progress progress) {
        List<GeneratorFigure> figures = new ArrayList<>();
        for (String engine : engines) {
            for (int batch : batches) {
                progress.measuring(figures.size(), engines.size() * batches.size(), engine, batch);
                figures.add(measure(bundle, engine, batch));
            }
        }
        return figures;
    }

    private GeneratorFigure measure(ModelBundle bundle, String engine, int batch) {
        TimeValue time = TimeValue.milliseconds(iteration.toMillis());
        RunResult result;
        try {
            result =
                    new Runner(
                                    new OptionsBuilder()
                                            .include(GeneratorBenchmark.class.getName())
                                            .param("engine", engine)
                                            .param("batch", Integer.toString(batch))
                                            .param(
                                                    "bundle",
                                                    bundle.directory().toAbsolutePath().toString())
                                            .forks(1)
                                            .warmupIterations(warmups)
                                            .warmupTime(time)
                                            .measurementIterations(iterations)
                                            .measurementTime(time)
                                            .shouldFailOnError(true)
                                            .verbosity(VerboseMode.SILENT)
                                            .build())
                            .runSingle();
        } catch (RunnerException e) {
            throw new IllegalStateException(
                    "the generator in " + engine + " at batch " + batch + " could not be measured",
                    reason(e));
        }
        ListStatistics perCore = new ListStatistics();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult measured : fork.getIterationResults()) {
                double calls = counter(measured, "calls");
                perCore.addValue(batch * calls / (counter(measured, "nanos") / 1e9));
            }
        }
        return new GeneratorFigure(
                engine,
                batch,
                perCore.getPercentile(50),
                perCore.getMax(),
                batch * result.getPrimaryResult().getStatistics().getPercentile(50));
    }

    /**
     * Returns what went wrong in the other JVM, which JMH hands over as suppressed by an exception
     * of its own.
     */
    static Throwable reason(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause.getSuppressed().length > 0) {
                return cause.getSuppressed()[0];
            }
        }
        return thrown;
    }

    private static double counter(IterationResult iteration, String name) {
        return iteration.getSecondaryResults().get(name).getScore();
    }
}
