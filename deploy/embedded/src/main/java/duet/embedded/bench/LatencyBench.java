package duet.embedded.bench;

import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.SyntheticCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/**
 * From the intended time of a window to its answer, for the generation job and the pass-through job in turn: at a fixed
 * rate, and at shares of the highest rate that the generation job keeps up with here. Everything runs in this JVM, the
 * sender and the reader included.
 */
public final class LatencyBench {
    /** The rate that the two jobs are compared at, windows a second. */
    public static final double FIXED_RATE = 1_000;

    private static final List<Double> SHARES = List.of(0.1, 0.5, 0.8);

    private final BenchSettings settings;
    private final Size size;
    private final ModelBundle bundle;
    private final long startMillis = System.currentTimeMillis();
    private int runs;

    /**
     * How much is measured.
     *
     * @param devices devices that take turns
     * @param toSaturate windows that the limit is found with; they also warm up what follows
     * @param warmUp time of each rate that is not counted
     * @param measured time that is
     */
    public record Size(int devices, int toSaturate, Duration warmUp, Duration measured) {

        /** Some seconds of each rate. */
        public static Size thorough() {
            return new Size(10_000, 200_000, Duration.ofSeconds(1), Duration.ofSeconds(5));
        }

        /** For a first look. */
        public static Size quick() {
            return new Size(5_000, 80_000, Duration.ofSeconds(1), Duration.ofSeconds(3));
        }
    }

    /**
     * @param settings the model and how often each job runs
     * @param size how much is measured
     * @throws duet.schemas.InvalidInputException if the bundle cannot be used
     */
    public LatencyBench(BenchSettings settings, Size size) {
        this.settings = settings;
        this.size = size;
        this.bundle = ModelBundle.open(settings.bundle());
    }

    /**
     * Makes all runs.
     *
     * @param deltaBytes size of a delta without its key, which the pass-through job writes
     * @param progress told what is going on
     * @throws IllegalStateException if a job fails or does not answer all windows
     */
    public LatencyReport run(int deltaBytes, Consumer<String> progress) {
        try (BenchStack stack = BenchStack.start(settings.parallelism(), new Configuration())) {
            List<Double> limits = new ArrayList<>();
            Map<Double, Double> sharesByRate = new LinkedHashMap<>();
            Map<Double, List<LatencyProbe.Seen>> job = new LinkedHashMap<>();
            Map<Double, List<LatencyProbe.Seen>> passThrough = new LinkedHashMap<>();
            for (int repetition = 1; repetition <= settings.repetitions(); repetition++) {
                String of = repetition + " of " + settings.repetitions();
                try (Run generation = new Run(stack, of + ", generation", progress)) {
                    generation.start(MeasuredJob.GENERATION, deltaBytes);
                    limits.add(generation.saturate());
                    if (sharesByRate.isEmpty()) {
                        sharesByRate.put(FIXED_RATE, null);
                        SHARES.forEach(share -> sharesByRate.put(share * limits.get(0), share));
                    }
                    generation.measure(sharesByRate.keySet(), job);
                }
                try (Run passing = new Run(stack, of + ", pass-through", progress)) {
                    passing.start(MeasuredJob.PASS_THROUGH, deltaBytes);
                    passing.saturate();
                    passing.measure(sharesByRate.keySet(), passThrough);
                }
            }
            return new LatencyReport(
                    Median.of(limits.stream().mapToDouble(Double::doubleValue)),
                    sharesByRate.keySet().stream()
                            .map(
                                    rate ->
                                            LatencyFigure.of(
                                                    sharesByRate.get(rate),
                                                    rate,
                                                    job.get(rate),
                                                    passThrough.get(rate)))
                            .toList());
        }
    }

    /** One job from its start to its end, with topics of its own. */
    private final class Run implements AutoCloseable {
        private final BenchStack stack;
        private final String name;
        private final Consumer<String> progress;
        private final String windows;
        private final String output;
        private BenchStack.StartedJob job;
        private LatencyProbe probe;

        Run(BenchStack stack, String name, Consumer<String> progress) {
            this.stack = stack;
            this.name = name;
            this.progress = progress;
            runs++;
            windows = stack.topics().traffic("windows-" + runs);
            output = stack.topics().traffic("answers-" + runs);
        }

        void start(MeasuredJob kind, int deltaBytes) {
            job =
                    kind == MeasuredJob.GENERATION
                            ? stack.generation(
                                    windows, output, false, bundle.directory(), new Configuration())
                            : stack.passThrough(windows, output, false, deltaBytes);
            job.awaitRunning();
            probe =
                    new LatencyProbe(
                            stack.bootstrapServers(),
                            windows,
                            stack.topics().partitions(output),
                            size.devices(),
                            new WindowBacklog(
                                            SyntheticCatalogue.forModel(bundle.vocabulary()),
                                            bundle.dimensions().history(),
                                            bundle.modelVersion())
                                    .stream(size.devices(), startMillis));
        }

        double saturate() {
            double limit = probe.saturate(size.toSaturate());
            progress.accept(String.format(Locale.ROOT, "%s: at most %,.0f windows/s", name, limit));
            return limit;
        }

        void measure(Iterable<Double> rates, Map<Double, List<LatencyProbe.Seen>> seenByRate) {
            for (double rate : rates) {
                LatencyProbe.Seen seen =
                        probe.run(rate, size.warmUp(), size.measured(), (long) rate);
                progress.accept(
                        String.format(
                                Locale.ROOT,
                                "%s: at %,.0f windows/s p50 %.1f ms, p99 %.1f ms (sent %.1f ms late)",
                                name,
                                rate,
                                seen.latency().p50(),
                                seen.latency().p99(),
                                seen.sendDelay().p99()));
                seenByRate.computeIfAbsent(rate, key -> new ArrayList<>()).add(seen);
                job.ended();
            }
        }

        @Override
        public void close() {
            if (probe != null) {
                probe.close();
            }
            if (job != null) {
                job.close();
            }
            stack.topics().delete(windows);
            stack.topics().delete(output);
        }
    }
}
