package duet.model.evaluation;

import duet.model.serving.DeviceScorer;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ServedGenerator;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.UserRanking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Runs both models of a bundle on batches of users. A ranker is not thread-safe. */
final class Ranker implements AutoCloseable {
    private static final int BATCH = 128;

    /**
     * So many items are scored at once, for a batch of users, where all items are: 4 MB of scores.
     */
    private static final int CATALOGUE_BLOCK = 8192;

    private final ModelBundle bundle;
    private final ServedGenerator generator;
    private final DeviceScorer scorer;

    private Ranker(ModelBundle bundle, ServedGenerator generator, DeviceScorer scorer) {
        this.bundle = bundle;
        this.generator = generator;
        this.scorer = scorer;
    }

    static Ranker load(ModelBundle bundle) {
        ServedGenerator generator = ServedGenerator.load(bundle);
        try {
            return new Ranker(bundle, generator, DeviceScorer.load(bundle));
        } catch (RuntimeException e) {
            generator.close();
            throw e;
        }
    }

    ModelBundle bundle() {
        return bundle;
    }

    Dimensions dimensions() {
        return bundle.dimensions();
    }

    /** Divides the users into batches that both models take at once. */
    static <T> List<List<T>> batches(List<T> tasks) {
        List<List<T>> batches = new ArrayList<>();
        for (int from = 0; from < tasks.size(); from += BATCH) {
            batches.add(tasks.subList(from, Math.min(tasks.size(), from + BATCH)));
        }
        return batches;
    }

    /**
     * Generates the deltas of what the job had of each user {@code age} interactions ago: at most H
     * items, at least one.
     */
    GeneratedDeltas deltas(List<EvaluationTask> batch, int age) {
        return deltasOf(histories(batch), age);
    }

    private GeneratedDeltas deltasOf(List<long[]> histories, int age) {
        return generator.generate(
                histories.stream().map(history -> generatorHistory(history, age)).toList());
    }

    private long[] generatorHistory(long[] history, int age) {
        int end = Math.min(history.length, Math.max(1, history.length - age));
        return Arrays.copyOfRange(history, Math.max(0, end - dimensions().history()), end);
    }

    /** Returns the dynamic layers of each user of a batch, with the deltas in their order. */
    List<float[][]> layers(GeneratedDeltas deltas) {
        List<float[][]> layers = new ArrayList<>(deltas.size());
        for (int device = 0; device < deltas.size(); device++) {
            layers.add(scorer.personalizedLayers(deltas, device));
        }
        return layers;
    }

    float[][] globalLayers() {
        return scorer.globalLayers();
    }

    /** Returns the scores of each user's candidates, the positive first. */
    List<float[]> scores(List<EvaluationTask> batch, List<float[][]> layers) {
        return scorer.score(histories(batch), layers, candidates(batch));
    }

    List<float[]> globalScores(List<EvaluationTask> batch) {
        return scorer.scoreGlobally(histories(batch), candidates(batch));
    }

    RankingMetrics rankGlobally(List<EvaluationTask> tasks) {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        for (List<EvaluationTask> batch : batches(tasks)) {
            addAll(metrics, globalScores(batch));
        }
        return metrics.result();
    }

    RankingMetrics rankPersonalized(List<EvaluationTask> tasks, int age) {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        for (List<EvaluationTask> batch : batches(tasks)) {
            addAll(metrics, scores(batch, layers(deltas(batch, age))));
        }
        return metrics.result();
    }

    /** Ranks among all items, with the global classifier. */
    List<UserRanking> rankCatalogueGlobally(List<CatalogueTask> batch) {
        return catalogue().rank(batch, Collections.nCopies(batch.size(), globalLayers()));
    }

    /** Ranks among all items, with deltas of that age. */
    List<UserRanking> rankCatalogue(List<CatalogueTask> batch, int age) {
        List<long[]> histories = batch.stream().map(CatalogueTask::history).toList();
        return catalogue().rank(batch, layers(deltasOf(histories, age)));
    }

    private CatalogueRanking catalogue() {
        return new CatalogueRanking(scorer, bundle.vocabulary(), CATALOGUE_BLOCK);
    }

    static void addAll(RankingMetrics.Accumulator metrics, List<float[]> scores) {
        for (float[] user : scores) {
            metrics.add(user[0], Arrays.copyOfRange(user, 1, user.length));
        }
    }

    private static List<long[]> histories(List<EvaluationTask> batch) {
        return batch.stream().map(EvaluationTask::history).toList();
    }

    private static List<long[]> candidates(List<EvaluationTask> batch) {
        return batch.stream().map(EvaluationTask::candidates).toList();
    }

    /**
     * Refuses tasks that cannot be ranked.
     *
     * @throws InvalidInputException naming the user and what is wrong
     */
    void require(List<EvaluationTask> tasks) {
        if (tasks.isEmpty()) {
            throw new InvalidInputException("there are no users to evaluate");
        }
        for (EvaluationTask task : tasks) {
            if (task.negatives().length == 0) {
                throw new InvalidInputException(
                        "user " + task.user() + " has no negatives to rank against");
            }
            requireKnown(task.user(), "test item", task.positive());
            for (long negative : task.negatives()) {
                requireKnown(task.user(), "candidate", negative);
            }
        }
    }

    /**
     * Refuses tasks that cannot be ranked.
     *
     * @throws InvalidInputException naming the user and what is wrong
     */
    void requireCatalogue(List<CatalogueTask> tasks) {
        if (tasks.isEmpty()) {
            throw new InvalidInputException("there are no users to evaluate");
        }
        tasks.forEach(task -> requireKnown(task.user(), "test item", task.positive()));
    }

    private void requireKnown(String user, String role, long item) {
        if (bundle.vocabulary().indexOf(item) == 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "user %s has the %s %s, which model %s does not know",
                            OneLine.of(user),
                            role,
                            OneLine.of(bundle.vocabulary().names().of(item)),
                            bundle.modelVersion()));
        }
    }

    @Override
    public void close() {
        try (generator) {
            scorer.close();
        }
    }
}
