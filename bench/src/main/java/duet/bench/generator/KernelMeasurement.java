package duet.bench.generator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures the hot parts of the job and of a device, with JMH: every benchmark beside this class
 * but the generator's, which {@link GeneratorMeasurement} runs.
 */
public final class KernelMeasurement {
    private static final String PACKAGE = KernelMeasurement.class.getPackageName();

    static final String KERNELS = PACKAGE.replace(".", "\\.") + "\\..*Benchmark";

    /** Names the parameter of the benchmarks that read a model. */
    private static final String BUNDLE = "bundle";

    private KernelMeasurement() {}

    /**
     * Runs every benchmark.
     *
     * @param bundle directory of the model that benchmarks read
     * @param iterationMillis length of an iteration, of which nine are made of each benchmark
     * @return the figures, ordered by their names
     * @throws IllegalStateException if a benchmark fails, with the reason
     */
    public static List<KernelFigure> run(Path bundle, long iterationMillis) {
        TimeValue time = TimeValue.milliseconds(iterationMillis);
        List<KernelFigure> figures = new ArrayList<>();
        try {
            for (RunResult run :
                    new Runner(
                                    new OptionsBuilder()
                                            .include(KERNELS)
                                            .exclude(GeneratorBenchmark.class.getName())
                                            .param(BUNDLE, bundle.toAbsolutePath().toString())
                                            .mode(Mode.AverageTime)
                                            .timeUnit(TimeUnit.NANOSECONDS)
                                            .forks(1)
                                            .warmupIterations(4)
                                            .warmupTime(time)
                                            .measurementIterations(5)
                                            .measurementTime(time)
                                            .shouldFailOnError(true)
                                            .verbosity(VerboseMode.SILENT)
                                            .build())
                            .run()) {
                figures.add(figure(run));
            }
        } catch (RunnerException e) {
            throw new IllegalStateException(
                    "the parts of the job could not be measured: "
                            + GeneratorMeasurement.reason(e).getMessage(),
                    e);
        }
        figures.sort(Comparator.comparing(KernelFigure::kernel));
        return figures;
    }

    private static KernelFigure figure(RunResult run) {
        String name = run.getParams().getBenchmark();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : run.getParams().getParamsKeys()) {
            if (!parameter.equals(BUNDLE)) {
                parameters.put(parameter, run.getParams().getParam(parameter));
            }
        }
        Result<?> nanos = run.getPrimaryResult();
        return new KernelFigure(
                name.substring(PACKAGE.length() + 1),
                parameters,
                nanos.getScore(),
                Double.isNaN(nanos.getScoreError()) ? 0 : nanos.getScoreError());
    }
}
