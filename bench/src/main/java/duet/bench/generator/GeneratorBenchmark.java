package duet.bench.generator;

import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * Generates one batch on one thread, from raw item ids to deltas on the heap. Histories are as long
 * as the job keeps them and change from call to call.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(1)
public class GeneratorBenchmark {
    private static final int BATCHES = 16;

    @Param({GeneratorEngine.ONNX_RUNTIME, GeneratorEngine.PYTORCH})
    String engine;

    @Param({"1", "16", "64", "256"})
    int batch;

    /** Names the directory of the bundle whose generator is measured. */
    @Param("")
    String bundle;

    private GeneratorEngine generator;
    private List<List<long[]>> histories;
    private int next;

    @Setup
    public void open() {
        ModelBundle model = ModelBundle.open(Path.of(bundle));
        generator = GeneratorEngine.open(engine, model);
        Vocabulary vocabulary = model.vocabulary();
        Random random = new Random(batch);
        histories = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            List<long[]> devices = new ArrayList<>();
            for (int device = 0; device < batch; device++) {
                devices.add(
                        random.ints(model.dimensions().history(), 1, vocabulary.size() + 1)
                                .mapToLong(vocabulary::idOf)
                                .toArray());
            }
            histories.add(devices);
        }
    }

    @TearDown
    public void close() {
        generator.close();
    }

    @Benchmark
    public Object generate(ProcessorTime time) {
        time.calls++;
        next = (next + 1) % BATCHES;
        return generator.generate(histories.get(next));
    }

    /**
     * Counts what an iteration costs in processor time of the one thread that works: unlike elapsed
     * time it does not count what else the machine does.
     */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class ProcessorTime {
        /** Counts the calls of the benchmark in the iteration. */
        public long calls;

        /** Counts the processor time of the iteration in nanoseconds. */
        public long nanos;

        private long start;

        @Setup(Level.Iteration)
        public void start() {
            start = now();
        }

        @TearDown(Level.Iteration)
        public void stop() {
            nanos = now() - start;
        }

        private static long now() {
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }
    }
}
