package duet.bench.pipeline;

import duet.bench.latency.LatencyRun;
import duet.bench.measurement.BenchRun;
import duet.bench.measurement.BenchSettings;
import duet.bench.measurement.BenchStack;
import duet.bench.measurement.DrainFigure;
import duet.bench.measurement.DrainMeasurement;
import duet.bench.measurement.MeasuredJob;
import duet.bench.measurement.MeasuredProcess;
import duet.bench.measurement.WindowBacklog;
import duet.jobs.config.DuetOptions;
import duet.jobs.generation.DeltaEncoding;
import duet.model.bundle.BundleExport;
import duet.model.training.options.ModelSizes;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.SyntheticCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.FileUtils;

/**
 * Runs the generation job against the pass-through job in turn, with a broker and a Flink cluster
 * in this JVM: first each drains windows that were written before, which tells what it costs, then
 * each runs with a sender and a reader beside it. That is done once for every encoding of the
 * model's deltas, and for a model whose deltas are full matrices, which is what a device without
 * factors and without a codec would be sent.
 */
public final class PipelineBench {
    /** The figures of the job's default encoding have this key. */
    public static final String DEFAULT = "default";

    /** The figures of full matrices as float32 have this key. */
    public static final String FULL_FLOAT32 = "float32Full";

    private static final String PROCESS = "process";
    private static final long SEED = 7;

    private final BenchSettings settings;
    private final PipelineSize size;
    private final ModelBundle bundle;

    /**
     * Prepares a benchmark.
     *
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
            Map<String, Traffic> all = new LinkedHashMap<>();
            for (DeltaEncoding encoding :
                    List.of(DeltaEncoding.INT4, DeltaEncoding.INT8, DeltaEncoding.FLOAT32)) {
                all.put(key(encoding), new Traffic(bundle, encoding));
            }
            Backlog windows =
                    new Backlog(
                            stack,
                            bundle,
                            "windows",
                            size.windows(),
                            size.passedThrough(),
                            progress);
            windows.warmUp();
            windows.drain(all);
            windows.delete();
            ModelBundle large =
                    BundleExport.untrained(
                            directory.resolve("bundle"),
                            ModelSizes.defaults()
                                    .dimensions(bundle.vocabulary().size())
                                    .withRank(0),
                            bundle.vocabulary(),
                            SEED);
            Traffic largeDeltas = new Traffic(large, DeltaEncoding.FLOAT32);
            Backlog largeWindows =
                    new Backlog(
                            stack,
                            large,
                            "large-windows",
                            size.windowsOfLargeDeltas(),
                            size.windowsOfLargeDeltas(),
                            progress);
            largeWindows.drain(Map.of(FULL_FLOAT32, largeDeltas));
            largeWindows.delete();
            all.put(FULL_FLOAT32, largeDeltas);
            live(stack, all, progress);
            Map<String, PipelineFigure> figures = new LinkedHashMap<>();
            all.forEach((name, traffic) -> figures.put(name, traffic.figure()));
            double float32 = figures.get(FULL_FLOAT32).passThroughPerSecond();
            figures.replaceAll((name, figure) -> figure.against(float32));
            figures.put(DEFAULT, figures.get(key(DuetOptions.ENCODING.defaultValue())));
            return figures;
        } finally {
            FileUtils.deleteDirectoryQuietly(directory.toFile());
        }
    }

    /** Runs each job with a sender and a reader beside it, the kinds of deltas in turn. */
    private void live(BenchStack stack, Map<String, Traffic> all, Consumer<String> progress) {
        long startMillis = System.currentTimeMillis();
        progress.accept("Warming up with sender and reader ...");
        for (int run = 0; run < size.warmUps(); run++) {
            for (MeasuredJob job : MeasuredJob.values()) {
                all.get(key(DuetOptions.ENCODING.defaultValue())).run(stack, job, startMillis);
            }
        }
        for (MeasuredJob job : MeasuredJob.values()) {
            all.get(FULL_FLOAT32).run(stack, job, startMillis);
        }
        for (int repetition = 1; repetition <= settings.repetitions(); repetition++) {
            String of = "live, " + repetition + " of " + settings.repetitions();
            all.forEach(
                    (name, traffic) -> {
                        for (MeasuredJob job : MeasuredJob.values()) {
                            double perSecond = traffic.live(stack, job, startMillis);
                            progress.accept(
                                    String.format(
                                            Locale.ROOT,
                                            "%s, %s, %s: %,.0f records/s",
                                            name,
                                            of,
                                            job.description(),
                                            perSecond));
                        }
                    });
        }
    }

    /** Holds one kind of deltas and what was measured of it. */
    private final class Traffic {
        private final ModelBundle model;
        private final Configuration options = new Configuration();
        private final List<BenchRun> drained = new ArrayList<>();
        private final List<BenchRun> recorded = new ArrayList<>();
        private final Map<MeasuredJob, List<Double>> live = new EnumMap<>(MeasuredJob.class);

        Traffic(ModelBundle model, DeltaEncoding encoding) {
            this.model = model;
            options.set(DuetOptions.ENCODING, encoding);
        }

        /** Makes a run that counts. */
        double live(BenchStack stack, MeasuredJob job, long startMillis) {
            double perSecond = run(stack, job, startMillis);
            live.computeIfAbsent(job, key -> new ArrayList<>()).add(perSecond);
            return perSecond;
        }

        double run(BenchStack stack, MeasuredJob job, long startMillis) {
            try (LatencyRun run =
                    LatencyRun.start(
                            stack,
                            job,
                            model,
                            options,
                            (int) Math.round(drained.get(0).sizes().valueBytesPerRecord()),
                            size.devices(),
                            startMillis)) {
                return run.saturate(size.live());
            }
        }

        PipelineFigure figure() {
            return PipelineFigure.of(
                    live.get(MeasuredJob.GENERATION),
                    live.get(MeasuredJob.PASS_THROUGH),
                    DrainFigure.of(drained, recorded));
        }
    }

    private static String key(DeltaEncoding encoding) {
        return encoding.name().toLowerCase(Locale.ROOT);
    }

    /** Holds the windows of one model's devices, and what drains them. */
    private final class Backlog {
        private final BenchStack stack;
        private final ModelBundle model;
        private final String topic;
        private final String copiedTopic;
        private final Consumer<String> progress;
        private final DrainMeasurement drain;
        private final DrainMeasurement copiedDrain;

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
                    String.format(
                            Locale.ROOT,
                            "Writing %,d windows of %,d devices ...",
                            windows,
                            size.devices()));
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

        /**
         * Makes runs of each job that are not counted: the compiler is at work then, the recorder
         * is compiled, too.
         */
        void warmUp() {
            progress.accept("Warming up ...");
            for (int run = 0; run < size.warmUps(); run++) {
                BenchRun job = generation(new Configuration(), false);
                passThrough(job, false);
            }
            passThrough(generation(new Configuration(), true), true);
        }

        /**
         * Makes runs of each job, the kinds of deltas in turn; then one more of each with the
         * flight recorder, which takes time from what is measured.
         */
        void drain(Map<String, Traffic> all) {
            for (int repetition = 1; repetition <= settings.repetitions(); repetition++) {
                String of = repetition + " of " + settings.repetitions();
                all.forEach(
                        (name, traffic) ->
                                drain(name + ", " + of, traffic, traffic.drained, false));
            }
            all.forEach(
                    (name, traffic) -> drain(name + ", profiled", traffic, traffic.recorded, true));
        }

        private void drain(String name, Traffic traffic, List<BenchRun> runs, boolean recorded) {
            BenchRun job = generation(traffic.options, recorded);
            runs.add(job);
            progress.accept(line(name, job));
            BenchRun passThrough = passThrough(job, recorded);
            runs.add(passThrough);
            progress.accept(line(name, passThrough));
        }

        private String line(String name, BenchRun run) {
            return String.format(
                    Locale.ROOT,
                    "%s, %s: %,.0f windows/s, %,.0f records/s of %.0f bytes, %.1f µs of processor"
                            + " time a window, %.1f %% coalesced",
                    name,
                    run.job().description(),
                    run.rates().windowsPerSecond(),
                    run.rates().recordsPerSecond(),
                    run.sizes().valueBytesPerRecord(),
                    run.processor().cpuMicrosPerWindow().get(PROCESS),
                    100 * run.coalesced());
        }

        private BenchRun generation(Configuration options, boolean recorded) {
            String output = stack.topics().traffic("deltas-" + stack.nextName());
            try (BenchStack.StartedJob job =
                    stack.generation(topic, output, true, model.directory(), options)) {
                return drain.measure(MeasuredJob.GENERATION, job, output, recorded);
            } finally {
                stack.topics().delete(output);
            }
        }

        /**
         * Runs the pass-through job, given the size that the deltas have, and so many windows more
         * that it runs as long.
         */
        private BenchRun passThrough(BenchRun job, boolean recorded) {
            String output = stack.topics().traffic("passed-" + stack.nextName());
            try (BenchStack.StartedJob started =
                    stack.passThrough(
                            copiedTopic,
                            output,
                            true,
                            (int) Math.round(job.sizes().valueBytesPerRecord()))) {
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
