package duet.model.training;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a training gives: plain Java values, no native memory.
 *
 * @param options what it was trained with
 * @param dimensions sizes of every tensor
 * @param vocabulary raw item ids by index
 * @param device tensors of {@code device.safetensors}: static layers and global classifier
 * @param generator tensors of {@code generator.safetensors}
 * @param epochs every epoch of every phase, in order
 * @param globalValidation ranking of the validation positives by the global model
 * @param personalizedByAge the same with generated deltas, by age of the delta in interactions
 * @param shrinkage factor, from 0 to 1, that validation chose for the residuals; it is part of the generator already
 * @param probe some of the validation's users, ranked for by the model as it is; empty for a model of features
 */
public record TrainedModel(
        TrainingOptions options,
        Dimensions dimensions,
        Vocabulary vocabulary,
        Map<String, Tensor> device,
        Map<String, Tensor> generator,
        List<EpochMetrics> epochs,
        RankingMetrics globalValidation,
        SortedMap<Integer, RankingMetrics> personalizedByAge,
        double shrinkage,
        Optional<QualityProbe> probe) {

    /** Ranking of the validation positives with fresh deltas. */
    public RankingMetrics personalizedValidation() {
        return personalizedByAge.get(0);
    }
}
