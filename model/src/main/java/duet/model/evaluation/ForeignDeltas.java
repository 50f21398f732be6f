package duet.model.evaluation;

import duet.model.serving.GeneratedDeltas;
import duet.schemas.evaluation.UserRanking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Ranks with deltas of others. */
final class ForeignDeltas {
    private final Ranker ranker;
    private final RankingListener listener;

    ForeignDeltas(Ranker ranker, RankingListener listener) {
        this.ranker = ranker;
        this.listener = listener;
    }

    ControlQuality measure(List<EvaluationTask> tasks) {
        List<EvaluationTask> others = new ArrayList<>(tasks);
        Collections.rotate(others, tasks.size() / 2);
        List<List<EvaluationTask>> batches = Ranker.batches(tasks);
        List<List<EvaluationTask>> ofOthers = Ranker.batches(others);
        float[][] mean = meanLayers(tasks);
        QualitySums withOther = new QualitySums();
        QualitySums withMean = new QualitySums();
        List<UserRanking> byOther = new ArrayList<>(tasks.size());
        List<UserRanking> byMean = new ArrayList<>(tasks.size());
        for (int i = 0; i < batches.size(); i++) {
            List<EvaluationTask> batch = batches.get(i);
            byOther.addAll(
                    withOther.addScores(
                            ranker.scores(
                                    batch, ranker.layers(ranker.deltas(ofOthers.get(i), 0)))));
            byMean.addAll(
                    withMean.addScores(
                            ranker.scores(batch, Collections.nCopies(batch.size(), mean))));
        }
        listener.ranked(RankingListener.OTHER_DEVICE, byOther);
        listener.ranked(RankingListener.MEAN_DELTA, byMean);
        return new ControlQuality(withOther.metrics(), withMean.metrics());
    }

    /** Returns the global classifier plus the mean delta. */
    private float[][] meanLayers(List<EvaluationTask> tasks) {
        float[][] layers = ranker.globalLayers();
        double[][] sums = new double[layers.length][ranker.dimensions().layerSize()];
        for (List<EvaluationTask> batch : Ranker.batches(tasks)) {
            GeneratedDeltas deltas = ranker.deltas(batch, 0);
            for (int device = 0; device < deltas.size(); device++) {
                for (int n = 1; n <= layers.length; n++) {
                    float[] delta = deltas.matrix(device, n);
                    for (int i = 0; i < delta.length; i++) {
                        sums[n - 1][i] += delta[i];
                    }
                }
            }
        }
        for (int n = 0; n < layers.length; n++) {
            for (int i = 0; i < layers[n].length; i++) {
                layers[n][i] += (float) (sums[n][i] / tasks.size());
            }
        }
        return layers;
    }
}
