package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * Says which items of a log were held out, for whom, and among what they were ranked. Keys are
 * named as in the JSON of {@code duet evaluate}.
 *
 * @param split what of each user is held out
 * @param trainingSplit what was held out of the model's training
 * @param leaks what of it training may have seen all the same, and why, in words
 * @param users for how many of the log's users it could be ranked
 * @param skipped the others by reason; empty where there are none
 * @param candidates among what
 */
@JsonPropertyOrder({"split", "trainingSplit", "leaks", "users", "skipped", "candidates"})
public record HeldOut(
        String split,
        String trainingSplit,
        List<String> leaks,
        Users users,
        SortedMap<String, Integer> skipped,
        Candidates candidates) {

    /**
     * Counts the users of the log.
     *
     * @param ranked those who can be ranked for
     * @param total all
     */
    @JsonPropertyOrder({"ranked", "total"})
    public record Users(int ranked, int total) {}

    /**
     * Describes the lists.
     *
     * @param kind where the negatives come from
     * @param min length of the shortest, the positive included
     * @param median the one in the middle, the lower of two
     * @param max of the longest
     */
    @JsonPropertyOrder({"kind", "min", "median", "max"})
    public record Candidates(Kind kind, int min, int median, int max) {

        /** Returns how long the lists are and where they come from, in words. */
        public String inWords() {
            return (min == max
                            ? String.format(Locale.ROOT, "%,d items", max)
                            : String.format(
                                    Locale.ROOT, "%,d to %,d items (median %,d)", min, max, median))
                    + ", "
                    + kind.words;
        }
    }

    /** Says where negatives come from. */
    public enum Kind {
        UNIFORM("the others drawn from all that the user never touched"),
        POPULAR("the others drawn by popularity from what the user never touched"),
        FILE("as a file of candidates names them");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** Returns the name as in options and in JSON. */
        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
