package duet.studies.experiment.cell;

import java.util.List;

/**
 * What a plan spans, kept beside its results so that they can be rendered without it.
 *
 * @param plan name of the plan
 * @param planFile its file, as it was given
 * @param title for people
 * @param description for people, in Markdown; empty for none
 * @param variants in the order of the plan
 * @param cells in the order of the plan
 */
public record Contents(
        String plan,
        String planFile,
        String title,
        String description,
        List<VariantEntry> variants,
        List<Cell> cells) {

    /**
     * A variant.
     *
     * @param name as in the results
     * @param about a few words; empty for none
     */
    public record VariantEntry(String name, String about) {}

    /**
     * A cell.
     *
     * @param id name of its file
     * @param fingerprint hash of everything that decides its result
     */
    public record Cell(String id, String fingerprint) {}
}
