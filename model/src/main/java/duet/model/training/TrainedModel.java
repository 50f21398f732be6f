package duet.model.training;

import duet.model.bundle.ModelTensors;
import duet.model.training.options.TrainingOptions;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Holds what a training gives: plain Java values, no native memory.
 *
 * @param options what it was trained with
 * @param dimensions sizes of every tensor
 * @param vocabulary raw item ids by index
 * @param tensors all weights
 * @param epochs every epoch of every phase, in order
 * @param validation how the model ranks the validation positives
 * @param probe some of the validation's users, ranked for by the model as it is; empty for a model
 *     of features
 */
public record TrainedModel(
        TrainingOptions options,
        Dimensions dimensions,
        Vocabulary vocabulary,
        ModelTensors tensors,
        List<EpochMetrics> epochs,
        Validation validation,
        Optional<QualityProbe> probe) {

    /**
     * Holds what validation measured and chose.
     *
     * @param global ranking of the validation positives by the global model
     * @param personalizedByAge the same with generated deltas, by age of the delta in interactions
     * @param shrinkage factor, from 0 to 1, that validation chose for the residuals; it is part of
     *     the generator already
     * @param int8Items what int8 items cost, and whether the model has them; empty where that was
     *     not measured
     */
    public record Validation(
            RankingMetrics global,
            SortedMap<Integer, RankingMetrics> personalizedByAge,
            double shrinkage,
            Optional<Int8Items> int8Items) {
        public Validation {
            personalizedByAge = Collections.unmodifiableSortedMap(personalizedByAge);
        }

        /** Holds the validation of a model for which no int8 items were tried. */
        public Validation(
                RankingMetrics global,
                SortedMap<Integer, RankingMetrics> personalizedByAge,
                double shrinkage) {
            this(global, personalizedByAge, shrinkage, Optional.empty());
        }

        /** Returns the userAuc of the personalized model, the mean over the ages. */
        double meanUserAuc() {
            return personalizedByAge.values().stream()
                    .mapToDouble(RankingMetrics::userAuc)
                    .average()
                    .orElseThrow();
        }

        /** Returns this with what int8 items cost. */
        Validation with(Int8Items items) {
            return new Validation(global, personalizedByAge, shrinkage, Optional.of(items));
        }
    }

    /** Returns the tensors of {@code device.safetensors}: static layers and global classifier. */
    public Map<String, Tensor> device() {
        return tensors.device();
    }

    /** Returns the tensors of {@code generator.safetensors}. */
    public Map<String, Tensor> generator() {
        return tensors.generator();
    }

    /** Returns the ranking of the validation positives by the global model. */
    public RankingMetrics globalValidation() {
        return validation.global;
    }

    /** Returns the ranking with generated deltas, by age of the delta in interactions. */
    public SortedMap<Integer, RankingMetrics> personalizedByAge() {
        return validation.personalizedByAge;
    }

    /** Returns the ranking of the validation positives with fresh deltas. */
    public RankingMetrics personalizedValidation() {
        return validation.personalizedByAge.get(0);
    }
}
