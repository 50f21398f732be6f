package duet.cli.bench;

import duet.bench.generator.GeneratorBenchmark;
import duet.bench.generator.GeneratorMeasurement;
import duet.bench.generator.KernelFigure;
import duet.bench.measurement.BenchPart;
import duet.bench.measurement.BenchSettings;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
 * Measures the hot parts of the job, with JMH: every benchmark of the job but the generator's,
 * which is a part of its own.
 */
final class KernelFigures implements Benchmark {
    private static final String KERNELS =
            KernelFigures.class.getPackageName().replace(".", "\\.") + "\\..*Benchmark";

    /** Names the parameter of the benchmarks that read a model. */
    private static final String BUNDLE = "bundle";

    @Override
    public BenchPart part() {
        return BenchPart.KERNELS;
    }

    @Override
    public Map<String, Object> run(
            Terminal terminal, BenchSettings settings, Map<String, Object> measured) {
        terminal.line("Measuring the hot parts of the job one by one ...");
        List<KernelFigure> figures = measure(settings.bundle(), settings.quick() ? 100 : 300);
        terminal.line("");
        Table table = new Table("part of the job", "ns", "±");
        for (KernelFigure figure : figures) {
            table.row(
                    figure.parameters().isEmpty()
                            ? figure.kernel()
                            : figure.kernel() + " " + figure.parameters(),
                    String.format(Locale.ROOT, "%,.0f", figure.nanos()),
                    String.format(Locale.ROOT, "%,.0f", figure.error()));
        }
        terminal.table(table);
        return Map.of("kernels", figures);
    }

    private static List<KernelFigure> measure(Path bundle, long iterationMillis) {
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
                name.substring(KernelFigures.class.getPackageName().length() + 1),
                parameters,
                nanos.getScore(),
                Double.isNaN(nanos.getScoreError()) ? 0 : nanos.getScoreError());
    }
}
