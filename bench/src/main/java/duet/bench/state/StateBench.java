package duet.bench.state;

import duet.bench.measurement.BenchSettings;
import duet.bench.measurement.BenchStack;
import duet.bench.measurement.RunningJob;
import duet.bench.measurement.WindowBacklog;
import duet.embedded.flink.JobMetrics;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.MetricNames;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.SyntheticCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * Measures the job's state of a device: bytes of a checkpoint, and of heap where the backend keeps
 * it there.
 */
public final class StateBench {
    private static final String ON_HEAP = "hashmap";
    private static final String ROCKSDB = "rocksdb";

    private static final String COMPLETED = "numberOfCompletedCheckpoints";
    private static final String SIZE = "lastCheckpointFullSize";

    private static final Duration CHECKPOINTS = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long LOOK_MILLIS = 50;

    private final BenchSettings settings;
    private final int devices;
    private final int windowsOfEach;
    private final ModelBundle bundle;

    /**
     * Prepares a benchmark.
     *
     * @param settings the model
     * @param devices devices that send windows
     * @param windowsOfEach windows of each
     * @throws duet.schemas.InvalidInputException if the bundle cannot be used
     */
    public StateBench(BenchSettings settings, int devices, int windowsOfEach) {
        this.settings = settings;
        this.devices = devices;
        this.windowsOfEach = windowsOfEach;
        this.bundle = ModelBundle.open(settings.bundle());
    }

    /**
     * Measures each backend.
     *
     * @param progress told what is going on
     * @throws IllegalStateException if a job fails or gets stuck
     */
    public List<StateFigure> run(Consumer<String> progress) {
        List<StateFigure> figures = new ArrayList<>();
        for (String backend : List.of(ON_HEAP, ROCKSDB)) {
            progress.accept(
                    String.format(
                            Locale.ROOT, "State of %,d devices, backend %s ...", devices, backend));
            figures.add(measure(backend));
        }
        return figures;
    }

    private StateFigure measure(String backend) {
        Configuration settingsOfFlink = new Configuration();
        settingsOfFlink.set(StateBackendOptions.STATE_BACKEND, backend);
        settingsOfFlink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
        try (BenchStack stack = BenchStack.start(settings.parallelism(), settingsOfFlink)) {
            String windows = stack.topics().traffic("windows");
            String output = stack.topics().traffic("deltas");
            Configuration options = new Configuration();
            options.set(DuetOptions.CHECKPOINT_INTERVAL, CHECKPOINTS);
            try (BenchStack.StartedJob job =
                    stack.generation(windows, output, false, bundle.directory(), options)) {
                job.awaitRunning();
                double emptyCheckpoint = checkpoint(stack, job);
                long emptyHeap = CollectedHeap.used();
                int number = devices * windowsOfEach;
                new WindowBacklog(
                                SyntheticCatalogue.forModel(bundle.vocabulary()),
                                bundle.dimensions().history(),
                                bundle.modelVersion())
                        .write(
                                stack.bootstrapServers(),
                                Map.of(windows, 1),
                                devices,
                                number,
                                System.currentTimeMillis());
                JobMetrics metrics = stack.metrics();
                await(
                        job,
                        () ->
                                metrics.count(MetricNames.GENERATED)
                                                + metrics.count(MetricNames.COALESCED)
                                        >= number,
                        String.format(Locale.ROOT, "answers to %,d windows", number));
                double checkpoint = checkpoint(stack, job) - emptyCheckpoint;
                long heap = CollectedHeap.used() - emptyHeap;
                return new StateFigure(
                        backend,
                        devices,
                        checkpoint / devices,
                        backend.equals(ON_HEAP) ? (double) heap / devices : null);
            }
        }
    }

    /** Returns the size of a checkpoint that begins after this call. */
    private static double checkpoint(BenchStack stack, RunningJob job) {
        // The one that is under way may have begun before.
        double wanted = stack.metrics().gauge(COMPLETED).orElse(0.0) + 2;
        await(job, () -> stack.metrics().gauge(COMPLETED).orElse(0.0) >= wanted, "checkpoints");
        return stack.metrics().gauge(SIZE).orElseThrow();
    }

    private static void await(RunningJob job, BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (job.ended() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the job does not get to its " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
