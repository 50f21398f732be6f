package duet.studies.experiment.plan;

import duet.model.training.options.TrainingOptions;
import java.util.List;
import java.util.Locale;

/**
 * A cell is one training and its evaluation.
 *
 * @param data what is trained on
 * @param backbone name of the backbone
 * @param variant how
 * @param options what it is trained with, seed, backbone and the split of the data included
 * @param evaluation what is measured
 */
public record PlannedCell(
        DataSource data,
        String backbone,
        Variant variant,
        TrainingOptions options,
        EvaluationParts evaluation) {

    /** Returns a name for people and files. */
    public String id() {
        return String.format(
                Locale.ROOT,
                "%s--%s--%s--%d",
                slug(data.name()),
                slug(backbone),
                slug(variant.name()),
                options.seed());
    }

    /** Returns the name that progress shows, such as {@code ml-100k sasrec default 1}. */
    public String title() {
        return String.format(
                Locale.ROOT, "%s %s %s %d", data.name(), backbone, variant.name(), options.seed());
    }

    /** Returns whether its network is trained by itself, so that other cells can have the same. */
    public boolean sharesNetwork() {
        return !options.joint();
    }

    /**
     * Returns the names that its variant goes by: its own, and the one that all its widths have.
     */
    List<String> variantNames() {
        String name = variant.name();
        String width = Variant.name("", options.sizes().device().width());
        return name.endsWith(width)
                ? List.of(name, name.substring(0, name.length() - width.length()))
                : List.of(name);
    }

    static String slug(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }
}
