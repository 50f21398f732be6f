package duet.studies.experiment.cell;

import com.fasterxml.jackson.annotation.JsonInclude;
import duet.studies.experiment.plan.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * @param leftOut names of data sets that were not there; none in older ones
 */
public record Contents(
        String plan,
        String planFile,
        String title,
        String description,
        List<VariantEntry> variants,
        List<Cell> cells,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> leftOut) {

    public Contents {
        leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
    }

    /**
     * An entry names a variant and says what it is about.
     *
     * @param name as in the results
     * @param about a few words; empty for none
     * @param roles what it stands for on the page, by {@link Role#id}; none in older ones
     * @param ofWidth width of the default that it is compared with; null for its own
     */
    public record VariantEntry(
            String name,
            String about,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> roles,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer ofWidth) {

        public VariantEntry {
            roles = roles == null ? List.of() : List.copyOf(roles);
        }

        /** Makes an entry that plays no role. */
        public VariantEntry(String name, String about) {
            this(name, about, List.of(), null);
        }

        /** Returns whether the variant plays that role. */
        public boolean plays(Role role) {
            return roles.contains(role.id());
        }
    }

    /**
     * A cell is known by its id and by the fingerprint of what decides its result.
     *
     * @param id name of its file
     * @param fingerprint hash of everything that decides its result
     */
    public record Cell(String id, String fingerprint) {}
}
