package duet.studies.experiment.plan;

import duet.model.training.options.TrainingOptions;
import java.util.Map;

/**
 * A variant is one way to train and measure a model.
 *
 * @param name that it has in tables
 * @param about what it is, a few words; empty for none
 * @param generator whether a generator is trained; without one only the global model is measured
 * @param settings by backbone; those the variant is not for are missing
 */
public record Variant(
        String name, String about, boolean generator, Map<String, Settings> settings) {

    /**
     * The settings say what the variant means for a backbone.
     *
     * @param options what is trained with; the seed is that of the defaults
     * @param evaluation what is measured
     */
    record Settings(TrainingOptions options, EvaluationParts evaluation) {}
}
