package duet.model.training;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.util.List;
import java.util.Map;

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
 * @param personalizedValidation the same with generated deltas at age 0
 */
public record TrainedModel(
        TrainingOptions options,
        Dimensions dimensions,
        Vocabulary vocabulary,
        Map<String, Tensor> device,
        Map<String, Tensor> generator,
        List<EpochMetrics> epochs,
        RankingMetrics globalValidation,
        RankingMetrics personalizedValidation) {}
