package duet.model.data;

import duet.schemas.InvalidInputException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts the users who cannot be ranked for, by reason. It is not thread-safe. */
public final class SkippedUsers {
    private final Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
    private @Nullable String first;

    /** Says why a user cannot be ranked for. */
    public enum Reason {
        NO_TEST("noTestItem", "without an interaction to test"),
        NO_HISTORY("noHistory", "without an interaction before the test item"),
        UNKNOWN_TEST_ITEM("unknownTestItem", "whose test item the model does not know"),
        TOUCHED_EVERYTHING("touchedEverything", "who touched every item, or every popular one"),
        NO_CANDIDATES("noCandidates", "without a line in the candidates file"),
        UNKNOWN_CANDIDATE(
                "unknownCandidate", "whose candidates hold an item that the model does not know");

        private final String key;
        private final String words;

        Reason(String key, String words) {
            this.key = key;
            this.words = words;
        }

        /** Returns the name it has in JSON. */
        public String key() {
            return key;
        }
    }

    /**
     * Counts a user.
     *
     * @param message tells it of this user, naming what the data set calls user and item
     */
    void add(Reason reason, String message) {
        counts.merge(reason, 1, Integer::sum);
        if (first == null) {
            first = message;
        }
    }

    /** Returns how many there are. */
    public int count() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Returns how many there are of each reason that there is, by its name in JSON. */
    public Map<String, Integer> byReason() {
        Map<String, Integer> named = new LinkedHashMap<>();
        counts.forEach((reason, count) -> named.put(reason.key, count));
        return named;
    }

    /** Returns the counts in words, on one line; empty where nobody is skipped. */
    public String inWords() {
        return counts.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%,d %s", e.getValue(), e.getKey().words))
                .collect(Collectors.joining(", "));
    }

    /**
     * Refuses that anybody is skipped.
     *
     * @throws InvalidInputException about the first one
     */
    public void requireNone() {
        if (first != null) {
            throw new InvalidInputException(first);
        }
    }
}
