package duet.model.evaluation;

import duet.model.serving.DeviceScorer;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ParameterGenerator;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Ranking quality of a bundle without a stream: what every device would measure if it had just received the delta of its
 * history, and what it would measure without one. Both sides run the files that are deployed, {@code generator.onnx} and
 * {@code device.onnx}. Not thread-safe.
 */
public final class OfflineEvaluation implements AutoCloseable {
    private static final int BATCH = 128;

    private final ModelBundle bundle;
    private final ParameterGenerator generator;
    private final DeviceScorer scorer;

    private OfflineEvaluation(
            ModelBundle bundle, ParameterGenerator generator, DeviceScorer scorer) {
        this.bundle = bundle;
        this.generator = generator;
        this.scorer = scorer;
    }

    /**
     * What was measured.
     *
     * @param global with the global classifier
     * @param personalizedByAge with generated layers, by the age of the delta in interactions
     */
    public record Result(
            RankingMetrics global, SortedMap<Integer, RankingMetrics> personalizedByAge) {
        /** With layers generated from the history as it is: age 0. */
        public RankingMetrics personalized() {
            return personalizedByAge.get(0);
        }
    }

    /** Is told how far an evaluation is. */
    @FunctionalInterface
    public interface Progress {
        Progress NONE = (done, total) -> {};

        /** {@code done} of {@code total} users are ranked. */
        void ranked(int done, int total);
    }

    /**
     * Loads both models of a bundle.
     *
     * @throws InvalidInputException if an ONNX file does not fit the manifest
     */
    public static OfflineEvaluation load(ModelBundle bundle) {
        ParameterGenerator generator = ParameterGenerator.load(bundle);
        try {
            return new OfflineEvaluation(bundle, generator, DeviceScorer.load(bundle));
        } catch (RuntimeException e) {
            generator.close();
            throw e;
        }
    }

    /** Global and personalized metrics at age 0. */
    public Result evaluate(List<RankingTask> tasks) {
        return evaluate(tasks, List.of(0), Progress.NONE);
    }

    /**
     * Ranks every user's positive among its negatives. At age a the delta was made a interactions ago: the generator reads
     * the history without its last a items, at least its first one, while the device scores with the whole.
     *
     * @param ages in interactions, 0 or more; 0 is always measured
     * @throws InvalidInputException if there is no user, a user has no negatives, a positive or negative is not in the
     *     vocabulary (naming user and item), or an age is negative
     */
    public Result evaluate(List<RankingTask> tasks, Collection<Integer> ages, Progress progress) {
        TreeSet<Integer> measured = new TreeSet<>(ages);
        measured.add(0);
        if (measured.first() < 0) {
            throw new InvalidInputException(
                    "age %d is negative, ages are counted in interactions"
                            .formatted(measured.first()));
        }
        if (tasks.isEmpty()) {
            throw new InvalidInputException("there are no users to evaluate");
        }
        tasks.forEach(this::requireKnownCandidates);

        RankingMetrics.Accumulator global = new RankingMetrics.Accumulator();
        Map<Integer, RankingMetrics.Accumulator> personalized = new TreeMap<>();
        measured.forEach(age -> personalized.put(age, new RankingMetrics.Accumulator()));
        for (int from = 0; from < tasks.size(); from += BATCH) {
            List<RankingTask> batch = tasks.subList(from, Math.min(tasks.size(), from + BATCH));
            List<long[]> histories = batch.stream().map(RankingTask::history).toList();
            List<long[]> candidates = batch.stream().map(RankingTask::candidates).toList();
            addAll(global, scorer.scoreGlobally(histories, candidates));
            personalized.forEach(
                    (age, metrics) ->
                            addAll(
                                    metrics,
                                    scorer.score(histories, layers(batch, age), candidates)));
            progress.ranked(from + batch.size(), tasks.size());
        }
        SortedMap<Integer, RankingMetrics> byAge = new TreeMap<>();
        personalized.forEach((age, metrics) -> byAge.put(age, metrics.result()));
        return new Result(global.result(), byAge);
    }

    private List<float[][]> layers(List<RankingTask> batch, int age) {
        GeneratedDeltas deltas =
                generator.generate(
                        batch.stream().map(task -> generatorHistory(task.history(), age)).toList());
        List<float[][]> layers = new ArrayList<>(batch.size());
        for (int device = 0; device < batch.size(); device++) {
            layers.add(scorer.personalizedLayers(deltas, device));
        }
        return layers;
    }

    /** What the job had of a device {@code age} interactions ago: at most H items, at least one. */
    private long[] generatorHistory(long[] history, int age) {
        int end = Math.min(history.length, Math.max(1, history.length - age));
        return Arrays.copyOfRange(history, Math.max(0, end - bundle.dimensions().history()), end);
    }

    private static void addAll(RankingMetrics.Accumulator metrics, List<float[]> scores) {
        for (float[] device : scores) {
            metrics.add(device[0], Arrays.copyOfRange(device, 1, device.length));
        }
    }

    private void requireKnownCandidates(RankingTask task) {
        if (task.negatives().length == 0) {
            throw new InvalidInputException(
                    "user %s has no negatives to rank against".formatted(task.user()));
        }
        requireKnown(task, "test item", task.positive());
        for (long negative : task.negatives()) {
            requireKnown(task, "candidate", negative);
        }
    }

    private void requireKnown(RankingTask task, String role, long item) {
        if (bundle.vocabulary().indexOf(item) == 0) {
            throw new InvalidInputException(
                    "user %s has the %s %d, which model %s does not know"
                            .formatted(task.user(), role, item, bundle.modelVersion()));
        }
    }

    @Override
    public void close() {
        try (generator) {
            scorer.close();
        }
    }
}
