package duet.model.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Measures the time of generating deltas. */
final class GenerationTime {
    /**
     * So many batches are enough for a median where each is one device, and are soon done where
     * they are large.
     */
    private static final int MAX_BATCHES = 200;

    private final Ranker ranker;
    private final LongSupplier nanoClock;

    GenerationTime(Ranker ranker, LongSupplier nanoClock) {
        this.ranker = ranker;
        this.nanoClock = nanoClock;
    }

    double microsPerDelta(List<EvaluationTask> tasks, int batch) {
        List<Double> micros = new ArrayList<>();
        for (int i = 0; i < MAX_BATCHES; i++) {
            List<EvaluationTask> devices = new ArrayList<>(batch);
            for (int device = 0; device < batch; device++) {
                devices.add(tasks.get((i * batch + device) % tasks.size()));
            }
            long start = nanoClock.getAsLong();
            ranker.deltas(devices, 0);
            micros.add((nanoClock.getAsLong() - start) / 1e3 / batch);
        }
        return Median.of(micros, Double::doubleValue);
    }
}
