package duet.model.evaluation;

import duet.model.serving.GeneratedDeltas;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Follows the deltas of each user over its last interactions. */
final class OscillationMeasurement {
    private static final int TOP = 10;

    private final Ranker ranker;

    OscillationMeasurement(Ranker ranker) {
        this.ranker = ranker;
    }

    Oscillation measure(List<EvaluationTask> tasks, int steps) {
        long pairs = 0;
        double changes = 0;
        double topChanges = 0;
        for (List<EvaluationTask> batch : Ranker.batches(tasks)) {
            Step earlier = step(batch, steps);
            for (int age = steps - 1; age >= 0; age--) {
                Step later = step(batch, age);
                for (int device = 0; device < batch.size(); device++) {
                    // A history that was not there yet has no delta.
                    if (batch.get(device).history().length > age + 1) {
                        pairs++;
                        changes += relativeChange(earlier.deltas(), later.deltas(), device);
                        topChanges += topChange(earlier.scores(), later.scores(), device);
                    }
                }
                earlier = later;
            }
        }
        long compared = Math.max(1, pairs);
        return new Oscillation(pairs, changes / compared, topChanges / compared);
    }

    private Step step(List<EvaluationTask> batch, int age) {
        GeneratedDeltas deltas = ranker.deltas(batch, age);
        return new Step(deltas, ranker.scores(batch, ranker.layers(deltas)));
    }

    private record Step(GeneratedDeltas deltas, List<float[]> scores) {}

    private double relativeChange(GeneratedDeltas earlier, GeneratedDeltas later, int device) {
        double difference = 0;
        double norm = 0;
        for (int n = 1; n <= ranker.dimensions().dynamicLayers(); n++) {
            float[] before = earlier.matrix(device, n);
            float[] after = later.matrix(device, n);
            for (int i = 0; i < after.length; i++) {
                double change = (double) after[i] - before[i];
                difference += change * change;
                norm += (double) after[i] * after[i];
            }
        }
        return difference == 0 ? 0 : Math.sqrt(difference / norm);
    }

    private static double topChange(List<float[]> earlier, List<float[]> later, int device) {
        Set<Integer> before = top(earlier.get(device));
        Set<Integer> kept = new HashSet<>(top(later.get(device)));
        kept.retainAll(before);
        return 1 - (double) kept.size() / before.size();
    }

    private static Set<Integer> top(float[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted((a, b) -> Float.compare(scores[b], scores[a]))
                .limit(TOP)
                .collect(Collectors.toSet());
    }
}
