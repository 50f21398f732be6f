package duet.studies.experiment.cell;

import java.util.List;

/**
 * The contents say what a plan spans; they are kept beside its results so that these can be
 * rendered without it.
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
     * An entry names a variant and says what it is about.
     *
     * @param name as in the results
     * @param about a few words; empty for none
     */
    public record VariantEntry(String name, String about) {}

    /**
     * A cell is known by its id and by the fingerprint of what decides its result.
     *
     * @param id name of its file
     * @param fingerprint hash of everything that decides its result
     */
    public record Cell(String id, String fingerprint) {}
}
