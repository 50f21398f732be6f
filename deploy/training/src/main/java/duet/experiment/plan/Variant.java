package duet.experiment.plan;

import duet.model.training.TrainingOptions;
import java.util.Map;

/**
 * One way to train and measure a model.
 *
 * @param name as in tables
 * @param about what it is, a few words; empty for none
 * @param generator whether a generator is trained; without one only the global model is measured
 * @param evaluation what is measured
 * @param options what is trained with, by backbone; backbones the variant is not for are missing, seeds are those of the
 *     defaults
 */
public record Variant(
        String name,
        String about,
        boolean generator,
        EvaluationParts evaluation,
        Map<String, TrainingOptions> options) {}
