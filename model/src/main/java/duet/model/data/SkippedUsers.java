package duet.model.data;

import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        return inWords(byReason());
    }

    /**
     * Returns counts in words, on one line.
     *
     * @param byReason how many there are of each reason, by its name in JSON
     */
    public static String inWords(Map<String, Integer> byReason) {
        Map<String, Integer> left = new LinkedHashMap<>(byReason);
        List<String> words = new ArrayList<>();
        for (Reason reason : Reason.values()) {
            Integer count = left.remove(reason.key);
            if (count != null) {
                words.add(String.format(Locale.ROOT, "%,d %s", count, reason.words));
            }
        }
        left.forEach(
                (key, count) ->
                        words.add(String.format(Locale.ROOT, "%,d %s", count, OneLine.of(key))));
        return String.join(", ", words);
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
