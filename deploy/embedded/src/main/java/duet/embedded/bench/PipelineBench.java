package duet.embedded.bench;

import duet.jobs.DuetOptions;
import duet.jobs.generation.DeltaEncoding;
import duet.model.bundle.BundleExport;
import duet.model.training.ModelSizes;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.SyntheticCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.FileUtils;

/**
 * The generation job against the pass-through job, with a broker and a Flink cluster in this JVM: windows are written
 * beforehand, then both jobs drain them in turn. Done once for every encoding of the model's deltas, and for a model
 * whose deltas are full matrices, which is what a device without factors and without a codec would be sent.
 */
public final class PipelineBench {
    /** Key of the figures of the job's default encoding. */
    public static final String DEFAULT = "default";

    /** Key of those of full matrices as float32. */
    public static final String FULL_FLOAT32 = "float32Full";

    private static final String PROCESS = "process";
    private static final long SEED = 7;
    private static final int WARM_UPS = 2;

    private final BenchSettings settings;
    private final PipelineSize size;
    private final ModelBundle bundle;

    /**
     * @param settings the model and how often each job runs
     * @param size how much it is given
     * @throws duet.schemas.InvalidInputException if the bundle cannot be used
     */
    public PipelineBench(BenchSettings settings, PipelineSize size) {
        this.settings = settings;
        this.size = size;
        this.bundle = ModelBundle.open(settings.bundle());
    }

    /**
     * Makes all runs.
     *
     * @param progress told what is going on
     * @return figures by the name of the encoding, {@link #DEFAULT} and {@link #FULL_FLOAT32}
     * @throws IllegalStateException if a job fails, gets stuck or does not answer all windows
     */
    public Map<String, PipelineFigure> run(Consumer<String> progress) {
        Path directory;
        try {
            directory = Files.createTempDirectory("duet-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a directory for a model", e);
        }
        try (BenchStack stack = BenchStack.start(settings.parallelism(), new Configuration())) {
            Map<String, PipelineFigure> figures = new LinkedHashMap<>();
            Backlog windows =
                    new Backlog(
                            stack,
                            bundle,
                            "windows",
                            size.windows(),
                            size.passedThrough(),
                            progress);
            windows.warmUp();
            Map<DeltaEncoding, List<BenchRun>> runs = new LinkedHashMap<>();
            for (int repetition = 1; repetition <= settings.repetitions(); repetition++) {
                for (DeltaEncoding encoding :
                        List.of(DeltaEncoding.INT4, DeltaEncoding.INT8, DeltaEncoding.FLOAT32)) {
                    runs.computeIfAbsent(encoding, key -> new ArrayList<>())
                            .addAll(windows.measure(key(encoding), encoding, repetition));
                }
            }
            runs.forEach(
                    (encoding, measured) ->
                            figures.put(key(encoding), PipelineFigure.of(measured)));
            windows.delete();
            ModelBundle large =
                    BundleExport.untrained(
                            directory.resolve("bundle"),
                            ModelSizes.defaults().toBuilder()
                                    .rank(0)
                                    .build()
                                    .dimensions(bundle.vocabulary().size()),
                            bundle.vocabulary(),
                            SEED);
            Backlog largeWindows =
                    new Backlog(
                            stack,
                            large,
                            "large-windows",
                            size.windowsOfLargeDeltas(),
                            size.windowsOfLargeDeltas(),
                            progress);
            List<BenchRun> largeRuns = new ArrayList<>();
            for (int repetition = 1; repetition <= settings.repetitions(); repetition++) {
                largeRuns.addAll(
                        largeWindows.measure(FULL_FLOAT32, DeltaEncoding.FLOAT32, repetition));
            }
            figures.put(FULL_FLOAT32, PipelineFigure.of(largeRuns));
            largeWindows.delete();
            double float32 = figures.get(FULL_FLOAT32).passThroughPerSecond();
            figures.replaceAll((name, figure) -> figure.against(float32));
            figures.put(DEFAULT, figures.get(key(DuetOptions.ENCODING.defaultValue())));
            return figures;
        } finally {
            FileUtils.deleteDirectoryQuietly(directory.toFile());
        }
    }

    private static String key(DeltaEncoding encoding) {
        return encoding.name().toLowerCase(Locale.ROOT);
    }

    /** Windows of one model's devices, and what drains them. */
    private final class Backlog {
        private final BenchStack stack;
        private final ModelBundle model;
        private final String topic;
        private final String copiedTopic;
        private final Consumer<String> progress;
        private final DrainMeasurement drain;
        private final DrainMeasurement copiedDrain;
        private int runs;

        Backlog(
                BenchStack stack,
                ModelBundle model,
                String name,
                int windows,
                int passedThrough,
                Consumer<String> progress) {
            this.stack = stack;
            this.model = model;
            this.progress = progress;
            progress.accept(
                    "Writing %,d windows of %,d devices ...".formatted(windows, size.devices()));
            topic = stack.topics().traffic(name);
            copiedTopic = stack.topics().traffic(name + "-copied");
            int copies = (int) Math.ceil((double) passedThrough / windows);
            new WindowBacklog(
                            SyntheticCatalogue.forModel(model.vocabulary()),
                            model.dimensions().history(),
                            model.modelVersion())
                    .write(
                            stack.bootstrapServers(),
                            Map.of(topic, 1, copiedTopic, copies),
                            size.devices(),
                            windows,
                            System.currentTimeMillis());
            drain = drain(windows);
            copiedDrain = drain((long) copies * windows);
        }

        private DrainMeasurement drain(long windows) {
            long pid = ProcessHandle.current().pid();
            return new DrainMeasurement(
                    stack.bootstrapServers(),
                    stack.topics(),
                    windows,
                    () -> List.of(new MeasuredProcess(pid, PROCESS, true)));
        }

        /** Runs of each job that are not counted: the compiler is at work then. */
        void warmUp() {
            progress.accept("Warming up ...");
            for (int run = 0; run < WARM_UPS; run++) {
                BenchRun job = generation(DuetOptions.ENCODING.defaultValue(), false);
                passThrough(job, false);
            }
        }

        /** A run of each job. */
        List<BenchRun> measure(String name, DeltaEncoding encoding, int repetition) {
            boolean recorded = repetition == settings.repetitions();
            BenchRun job = generation(encoding, recorded);
            progress.accept(line(name, repetition, job));
            BenchRun passThrough = passThrough(job, recorded);
            progress.accept(line(name, repetition, passThrough));
            return List.of(job, passThrough);
        }

        private String line(String name, int repetition, BenchRun run) {
            return String.format(
                    Locale.ROOT,
                    "%s, %d of %d, %s: %,.0f windows/s, %,.0f records/s of %.0f bytes, %.1f µs of processor time a window, %.1f %% coalesced",
                    name,
                    repetition,
                    settings.repetitions(),
                    run.job() == MeasuredJob.GENERATION ? "generation" : "pass-through",
                    run.windowsPerSecond(),
                    run.recordsPerSecond(),
                    run.valueBytesPerRecord(),
                    run.cpuMicrosPerWindow().get(PROCESS),
                    100 * run.coalesced());
        }

        private BenchRun generation(DeltaEncoding encoding, boolean recorded) {
            Configuration options = new Configuration();
            options.set(DuetOptions.ENCODING, encoding);
            String output = stack.topics().traffic("deltas-" + ++runs);
            try (BenchStack.StartedJob job =
                    stack.generation(topic, output, true, model.directory(), options)) {
                return drain.measure(MeasuredJob.GENERATION, job, output, recorded);
            } finally {
                stack.topics().delete(output);
            }
        }

        /** It is given the size that the deltas have, and so many windows more that it runs as long. */
        private BenchRun passThrough(BenchRun job, boolean recorded) {
            String output = stack.topics().traffic("passed-" + ++runs);
            try (BenchStack.StartedJob started =
                    stack.passThrough(
                            copiedTopic,
                            output,
                            true,
                            (int) Math.round(job.valueBytesPerRecord()))) {
                return copiedDrain.measure(MeasuredJob.PASS_THROUGH, started, output, recorded);
            } finally {
                stack.topics().delete(output);
            }
        }

        void delete() {
            stack.topics().delete(topic);
            stack.topics().delete(copiedTopic);
        }
    }
}
