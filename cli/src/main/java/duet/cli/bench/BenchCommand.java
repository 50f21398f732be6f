package duet.cli.bench;

import duet.bench.measurement.BenchPart;
import duet.bench.measurement.BenchSettings;
import duet.cli.launch.Launch;
import duet.cli.option.JsonFile;
import duet.cli.option.ShippedModel;
import duet.cli.terminal.Terminal;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet bench} measures here the figures that Duet states about its speed. */
@Launch(modules = Launch.PYTORCH)
@Command(
        name = "bench",
        description =
                "Measures where the limit is: generations of one processor, the job against one"
                    + " that passes records of the same sizes through, its latency, its state, and"
                    + " how long it takes to start. Every comparison is made within one run.")
public final class BenchCommand implements Runnable {

    private static final int QUICK_REPETITIONS = 1;
    private static final int REPETITIONS = 3;

    private final Terminal terminal;

    @Mixin private JsonFile json;

    @Option(
            names = "--bundle",
            paramLabel = "BUNDLE",
            description = "Model to measure (default: the one that comes with Duet).")
    private @Nullable Path bundle;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description =
                    "Parts to measure, separated by commas: ${COMPLETION-CANDIDATES} (default:"
                            + " all).")
    private List<BenchPart> only = new ArrayList<>();

    @Option(
            names = "--quick",
            description = "A first look: less of everything, and figures that vary more.")
    private boolean quick;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            description =
                    "Runs of each job, whose medians are taken; another one is profiled (default:"
                            + " 3, with --quick 1).")
    private @Nullable Integer repetitions;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Subtasks of each job (default: one for each processor, at most 4).")
    private @Nullable Integer parallelism;

    public BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        json.check();
        BenchSettings settings =
                new BenchSettings(
                        bundle != null ? bundle : ShippedModel.directory(),
                        quick,
                        repetitions != null ? repetitions : quick ? QUICK_REPETITIONS : REPETITIONS,
                        parallelism != null
                                ? parallelism
                                : Math.min(4, Runtime.getRuntime().availableProcessors()));
        // Some parts take minutes before the next would find out.
        ModelBundle.open(settings.bundle());
        Set<BenchPart> parts =
                only.isEmpty() ? EnumSet.allOf(BenchPart.class) : EnumSet.copyOf(only);
        List<Benchmark> benchmarks =
                new ArrayList<>(
                        List.of(
                                new PipelineFigures(),
                                new LatencyFigures(),
                                new StateFigures(),
                                new StartUpFigures(),
                                new GeneratorFigures(),
                                new KernelFigures()));
        benchmarks.removeIf(benchmark -> !parts.contains(benchmark.part()));
        benchmarks.sort(Comparator.comparing(Benchmark::part));
        Map<String, Object> document = new LinkedHashMap<>();
        for (Benchmark benchmark : benchmarks) {
            document.putAll(benchmark.run(terminal, settings, document));
        }
        json.write(document);
    }
}
