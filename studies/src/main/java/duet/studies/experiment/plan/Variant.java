package duet.studies.experiment.plan;

import duet.model.training.options.TrainingOptions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A variant is one way to train and measure a model.
 *
 * @param name that it has in tables
 * @param about what it is, a few words; empty for none
 * @param generator whether what is generated is measured; without it only the global model is
 * @param roles what it stands for in the first table of the page; empty for nothing
 * @param ofWidth width of the default that it is compared with there; null for its own
 * @param settings by backbone; those the variant is not for are missing
 */
public record Variant(
        String name,
        String about,
        boolean generator,
        List<Role> roles,
        @Nullable Integer ofWidth,
        Map<String, Settings> settings) {

    /** Returns the name of a variant that a plan has in several widths, in one of them. */
    static String name(String ofAll, int width) {
        return ofAll + ", width " + width;
    }

    /**
     * The settings say what the variant means for a backbone.
     *
     * @param options what is trained with; the seed is that of the defaults
     * @param evaluation what is measured
     * @param seeds of the trainings
     */
    record Settings(TrainingOptions options, EvaluationParts evaluation, List<Long> seeds) {}
}
