package duet.bench.latency;

import duet.bench.measurement.BenchSettings;
import duet.bench.measurement.BenchStack;
import duet.bench.measurement.DrainFigure;
import duet.bench.measurement.MeasuredJob;
import duet.model.evaluation.Median;
import duet.schemas.bundle.ModelBundle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/**
 * Measures the time from the intended time of a window to its answer, for the generation job and
 * the pass-through job in turn: at a fixed rate, and at shares of the highest rate that the
 * generation job keeps up with here. Everything runs in this JVM, the sender and the reader
 * included.
 */
public final class LatencyBench {
    /** The two jobs are compared at this rate, windows a second. */
    public static final double FIXED_RATE = 1_000;

    private final BenchSettings settings;
    private final Size size;
    private final ModelBundle bundle;
    private final long startMillis = System.currentTimeMillis();

    /**
     * Says how much is measured.
     *
     * @param devices devices that take turns
     * @param toSaturate windows that the limit is found with, and that warm up what follows
     * @param warmUp time of each rate that is not counted
     * @param measured time that is
     */
    public record Size(int devices, int toSaturate, Duration warmUp, Duration measured) {

        /** Returns a size of some seconds of each rate. */
        public static Size thorough() {
            return new Size(10_000, 200_000, Duration.ofSeconds(1), Duration.ofSeconds(5));
        }

        /** Returns a small size, for a first look. */
        public static Size quick() {
            return new Size(5_000, 80_000, Duration.ofSeconds(1), Duration.ofSeconds(3));
        }
    }

    /**
     * Prepares a benchmark.
     *
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
            Jobs jobs = new Jobs(stack, deltaBytes, progress);
            for (MeasuredJob kind : MeasuredJob.values()) {
                jobs.saturate(kind, "warm-up");
            }
            List<Double> limits = new ArrayList<>();
            for (int repetition = 1; repetition <= settings.repetitions(); repetition++) {
                limits.add(
                        jobs.saturate(
                                MeasuredJob.GENERATION,
                                "limit, " + repetition + " of " + settings.repetitions()));
            }
            double limit = Median.of(limits, Double::doubleValue);
            List<LatencyRate> rates = LatencyRate.upTo(limit);
            Map<MeasuredJob, Map<LatencyRate, List<LatencyProbe.Seen>>> seen =
                    new EnumMap<>(MeasuredJob.class);
            for (int repetition = 1; repetition <= settings.repetitions(); repetition++) {
                String of = repetition + " of " + settings.repetitions();
                for (MeasuredJob kind : MeasuredJob.values()) {
                    jobs.measure(
                            kind, of, rates, seen.computeIfAbsent(kind, key -> new HashMap<>()));
                }
            }
            return new LatencyReport(
                    limit,
                    DrainFigure.range(limits),
                    rates.stream()
                            .map(
                                    rate ->
                                            LatencyFigure.of(
                                                    rate,
                                                    seen.get(MeasuredJob.GENERATION).get(rate),
                                                    seen.get(MeasuredJob.PASS_THROUGH).get(rate)))
                            .toList());
        }
    }

    /** Runs jobs on one cluster, each from its start to its end, and tells what it sees. */
    private final class Jobs {
        private final BenchStack stack;
        private final int deltaBytes;
        private final Consumer<String> progress;

        Jobs(BenchStack stack, int deltaBytes, Consumer<String> progress) {
            this.stack = stack;
            this.deltaBytes = deltaBytes;
            this.progress = progress;
        }

        private LatencyRun start(MeasuredJob kind) {
            return LatencyRun.start(
                    stack,
                    kind,
                    bundle,
                    new Configuration(),
                    deltaBytes,
                    size.devices(),
                    startMillis);
        }

        /** Returns what a job answers at most, windows a second, once it has done so before. */
        double saturate(MeasuredJob kind, String name) {
            try (LatencyRun run = start(kind)) {
                run.saturate(size.toSaturate());
                double limit = run.saturate(size.toSaturate());
                progress.accept(
                        String.format(
                                Locale.ROOT,
                                "%s, %s: at most %,.0f windows/s",
                                name,
                                kind.description(),
                                limit));
                return limit;
            }
        }

        /** Measures latencies at each rate, after as much as the job can answer. */
        void measure(
                MeasuredJob kind,
                String name,
                List<LatencyRate> rates,
                Map<LatencyRate, List<LatencyProbe.Seen>> seenByRate) {
            try (LatencyRun run = start(kind)) {
                run.saturate(size.toSaturate());
                for (LatencyRate rate : rates) {
                    LatencyProbe.Seen seen =
                            run.at(rate.perSecond(), size.warmUp(), size.measured());
                    progress.accept(
                            String.format(
                                    Locale.ROOT,
                                    "%s, %s: at %,.0f windows/s p50 %.1f ms, p99 %.1f ms (sent %.1f"
                                            + " ms late)",
                                    name,
                                    kind.description(),
                                    rate.perSecond(),
                                    seen.latency().p50(),
                                    seen.latency().p99(),
                                    seen.sendDelay().p99()));
                    seenByRate.computeIfAbsent(rate, key -> new ArrayList<>()).add(seen);
                }
            }
        }
    }
}
