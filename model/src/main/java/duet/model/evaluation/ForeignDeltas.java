package duet.model.evaluation;

import duet.model.serving.GeneratedDeltas;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Ranks with deltas of others. */
final class ForeignDeltas {
    private final Ranker ranker;

    ForeignDeltas(Ranker ranker) {
        this.ranker = ranker;
    }

    ControlQuality measure(List<EvaluationTask> tasks) {
        List<EvaluationTask> others = new ArrayList<>(tasks);
        Collections.rotate(others, tasks.size() / 2);
        List<List<EvaluationTask>> batches = Ranker.batches(tasks);
        List<List<EvaluationTask>> ofOthers = Ranker.batches(others);
        float[][] mean = meanLayers(tasks);
        RankingMetrics.Accumulator withOther = new RankingMetrics.Accumulator();
        RankingMetrics.Accumulator withMean = new RankingMetrics.Accumulator();
        for (int i = 0; i < batches.size(); i++) {
            List<EvaluationTask> batch = batches.get(i);
            Ranker.addAll(
                    withOther,
                    ranker.scores(batch, ranker.layers(ranker.deltas(ofOthers.get(i), 0))));
            Ranker.addAll(withMean, ranker.scores(batch, Collections.nCopies(batch.size(), mean)));
        }
        return new ControlQuality(withOther.result(), withMean.result());
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
