package duet.bench.latency;

import duet.bench.measurement.BenchStack;
import duet.bench.measurement.MeasuredJob;
import duet.bench.measurement.WindowBacklog;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.SyntheticCatalogue;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a job with a sender and a reader beside it, from its start to its end, with topics of its
 * own.
 */
public final class LatencyRun implements AutoCloseable {
    private final BenchStack stack;
    private final String windows;
    private final String output;
    private BenchStack.@Nullable StartedJob job;
    private @Nullable LatencyProbe probe;

    private LatencyRun(BenchStack stack) {
        this.stack = stack;
        String name = stack.nextName();
        windows = stack.topics().traffic("live-windows-" + name);
        output = stack.topics().traffic("live-answers-" + name);
    }

    /**
     * Starts a job and returns once it reads windows.
     *
     * @param bundle the model whose devices send, and which the generation job serves
     * @param options options of the generation job
     * @param deltaBytes size of a record that the pass-through job writes
     * @param devices devices that take turns
     * @param startMillis when the devices' first window is sent, milliseconds since the epoch
     */
    public static LatencyRun start(
            BenchStack stack,
            MeasuredJob kind,
            ModelBundle bundle,
            Configuration options,
            int deltaBytes,
            int devices,
            long startMillis) {
        LatencyRun run = new LatencyRun(stack);
        try {
            run.job =
                    kind == MeasuredJob.GENERATION
                            ? stack.generation(
                                    run.windows, run.output, false, bundle.directory(), options)
                            : stack.passThrough(run.windows, run.output, false, deltaBytes);
            run.job.awaitRunning();
            run.probe =
                    new LatencyProbe(
                            stack.bootstrapServers(),
                            run.windows,
                            stack.topics().partitions(run.output),
                            devices,
                            new WindowBacklog(
                                            SyntheticCatalogue.forModel(bundle.vocabulary()),
                                            bundle.dimensions().history(),
                                            bundle.modelVersion())
                                    .stream(devices, startMillis),
                            kind == MeasuredJob.GENERATION ? new AnsweredWindows() : record -> 1);
            return run;
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
    }

    /** Sends as many windows as can be answered and returns the answers a second. */
    public double saturate(int number) {
        return probe.saturate(number);
    }

    /** Measures the latencies at a rate, windows a second. */
    LatencyProbe.Seen at(double rate, Duration warmUp, Duration measured) {
        LatencyProbe.Seen seen = probe.run(rate, warmUp, measured, (long) rate);
        job.ended();
        return seen;
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
