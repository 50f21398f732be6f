package duet.cli.cluster;

import duet.bench.cluster.BenchOptions;
import duet.bench.cluster.BenchReport;
import duet.bench.cluster.ThroughputBench;
import duet.bench.measurement.BenchRun;
import duet.bench.measurement.MeasuredJob;
import duet.bench.profile.ProcessorPart;
import duet.cli.option.JsonFile;
import duet.cli.option.ShippedModel;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.cluster.Cluster;
import duet.cluster.ClusterShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code duet cluster bench} measures the generation job's throughput against that of a job that
 * does nothing.
 */
@Command(
        name = "bench",
        description =
                "Measures how many windows a second the generation job answers on the cluster,"
                    + " against a job that only passes records of the same sizes through, and what"
                    + " the processors do meanwhile. Uses the cluster that runs, or one of its own"
                    + " that is gone afterwards.")
final class ClusterBenchCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private ClusterDirectory directory;

    @Option(
            names = "--bundle",
            paramLabel = "BUNDLE",
            description = "Model to serve (default: the one that comes with Duet).")
    private @Nullable Path bundle;

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "Devices that send windows in turn; few devices have more of their windows"
                            + " coalesced (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(
            names = "--windows",
            paramLabel = "N",
            defaultValue = "600000",
            description = "Windows of each run (default: ${DEFAULT-VALUE}).")
    private int windows;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Runs of each job, whose medians are shown; another one is profiled (default:"
                            + " ${DEFAULT-VALUE}).")
    private int repetitions;

    @Mixin private JsonFile json;

    @Parameters(
            paramLabel = "JOB OPTION",
            description = "Options of both jobs, as in --encoding int8.")
    private List<String> jobOptions = new ArrayList<>();

    ClusterBenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        BenchOptions options = new BenchOptions(devices, windows, repetitions);
        json.check();
        Optional<Cluster> running = directory.find().filter(c -> !c.running().isEmpty());
        BenchReport report =
                running.isPresent() ? measureOn(running.get(), options) : measureAlone(options);
        show(report);
        json.write(report);
    }

    /** Measures on a cluster that nobody else uses, in a temporary directory. */
    private BenchReport measureAlone(BenchOptions options) {
        Path place;
        try {
            place = Files.createTempDirectory("duet-bench-cluster-");
        } catch (IOException e) {
            throw new IllegalStateException("no temporary directory for a cluster", e);
        }
        Cluster cluster = Cluster.up(place, ClusterShape.onFreePorts(2, 2), terminal::line);
        Thread onInterrupt = new Thread(() -> gone(cluster), "duet-bench-abandoned");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try (ThroughputBench bench = bench(cluster, options)) {
            return bench.run(terminal::line);
        } finally {
            gone(cluster);
            Runtime.getRuntime().removeShutdownHook(onInterrupt);
        }
    }

    private static void gone(Cluster cluster) {
        cluster.down();
        cluster.delete();
    }

    /** Measures on a cluster that goes on afterwards, also where the command is interrupted. */
    private BenchReport measureOn(Cluster cluster, BenchOptions options) {
        try (ThroughputBench bench = bench(cluster, options)) {
            Thread onInterrupt = new Thread(bench::close, "duet-bench-abandoned");
            Runtime.getRuntime().addShutdownHook(onInterrupt);
            BenchReport report = bench.run(terminal::line);
            Runtime.getRuntime().removeShutdownHook(onInterrupt);
            return report;
        }
    }

    private ThroughputBench bench(Cluster cluster, BenchOptions options) {
        Path model = bundle != null ? bundle : ShippedModel.directory();
        return new ThroughputBench(cluster, model, options, jobOptions);
    }

    private void show(BenchReport report) {
        Table figures = new Table("median", "windows/s", "records/s", "bytes a record");
        figures.row(
                "pass-through",
                number(report.throughput().passThroughPerSecond()),
                number(report.throughput().passThroughPerSecond()),
                number(report.bytesPerRecord()));
        figures.row(
                "generation",
                number(report.throughput().jobPerSecond()),
                number(report.throughput().jobDeltasPerSecond()),
                number(report.bytesPerRecord()));
        terminal.table(figures);
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "The generation job reaches %.2f of the pass-through job; %.1f %% of its"
                                + " windows were coalesced.",
                        report.throughput().ratio(),
                        100 * report.coalesced()));
        Optional<BenchRun> job = report.recorded(MeasuredJob.GENERATION);
        Optional<BenchRun> passThrough = report.recorded(MeasuredJob.PASS_THROUGH);
        if (job.isPresent() && passThrough.isPresent()) {
            terminal.table(parts(passThrough.get(), job.get()));
        }
    }

    private static Table parts(BenchRun passThrough, BenchRun job) {
        Table table =
                new Table(
                        "processor time, µs a window",
                        "pass-through",
                        "share",
                        "generation",
                        "share");
        for (ProcessorPart part : ProcessorPart.values()) {
            if (part == ProcessorPart.BROKER || part == ProcessorPart.MEASUREMENT) {
                continue; // Neither is in a TaskManager.
            }
            row(
                    table,
                    part.description(),
                    passThrough.processor().partMicrosPerWindow().get(part.key()),
                    total(passThrough),
                    job.processor().partMicrosPerWindow().get(part.key()),
                    total(job));
        }
        for (Map.Entry<String, String> kind :
                List.of(
                        Map.entry("taskManagers", "TaskManagers, all of the above"),
                        Map.entry("brokers", "brokers"),
                        Map.entry("others", "JobManager, ZooKeeper"))) {
            row(
                    table,
                    kind.getValue(),
                    passThrough.processor().cpuMicrosPerWindow().getOrDefault(kind.getKey(), 0.0),
                    total(passThrough),
                    job.processor().cpuMicrosPerWindow().getOrDefault(kind.getKey(), 0.0),
                    total(job));
        }
        return table;
    }

    private static double total(BenchRun run) {
        return run.processor().cpuMicrosPerWindow().values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    private static void row(
            Table table, String name, double first, double firstAll, double second, double all) {
        table.row(name, micros(first), share(first, firstAll), micros(second), share(second, all));
    }

    private static String micros(double micros) {
        return String.format(Locale.ROOT, "%.1f", micros);
    }

    private static String share(double part, double all) {
        return all == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * part / all);
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }
}
