package duet.embedded.bench;

import duet.schemas.bundle.ModelBundle;
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
            for (MeasuredJob kind : MeasuredJob.values()) {
                String name = "warm-up, " + kind.description();
                try (Run warmUp = new Run(stack, kind, deltaBytes, name, progress)) {
                    warmUp.saturate();
                    warmUp.saturate();
                }
            }
            for (int repetition = 1; repetition <= settings.repetitions(); repetition++) {
                String of = repetition + " of " + settings.repetitions();
                try (Run generation =
                        new Run(
                                stack,
                                MeasuredJob.GENERATION,
                                deltaBytes,
                                of + ", generation",
                                progress)) {
                    limits.add(generation.saturate());
                    if (sharesByRate.isEmpty()) {
                        sharesByRate.put(FIXED_RATE, null);
                        SHARES.forEach(share -> sharesByRate.put(share * limits.get(0), share));
                    }
                    generation.measure(sharesByRate.keySet(), job);
                }
                try (Run passing =
                        new Run(
                                stack,
                                MeasuredJob.PASS_THROUGH,
                                deltaBytes,
                                of + ", pass-through",
                                progress)) {
                    passing.saturate();
                    passing.measure(sharesByRate.keySet(), passThrough);
                }
            }
            return new LatencyReport(
                    Median.of(limits, Double::doubleValue),
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

    /** One job from its start to its end, and what is told of it. */
    private final class Run implements AutoCloseable {
        private final String name;
        private final Consumer<String> progress;
        private final LiveRun run;

        Run(
                BenchStack stack,
                MeasuredJob kind,
                int deltaBytes,
                String name,
                Consumer<String> progress) {
            this.name = name;
            this.progress = progress;
            run =
                    LiveRun.start(
                            stack,
                            kind,
                            bundle,
                            new Configuration(),
                            deltaBytes,
                            size.devices(),
                            startMillis);
        }

        double saturate() {
            double limit = run.saturate(size.toSaturate());
            progress.accept(String.format(Locale.ROOT, "%s: at most %,.0f windows/s", name, limit));
            return limit;
        }

        void measure(Iterable<Double> rates, Map<Double, List<LatencyProbe.Seen>> seenByRate) {
            for (double rate : rates) {
                LatencyProbe.Seen seen = run.at(rate, size.warmUp(), size.measured());
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
            }
        }

        @Override
        public void close() {
            run.close();
        }
    }
}
