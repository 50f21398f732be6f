package duet.operations.deadletters;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which dead letters are meant; what is null or empty does not restrict.
 *
 * @param reason text that the reason holds, in any case of letters
 * @param device device id as a letter shows it
 * @param since refused then or later
 * @param ids these letters
 */
public record LetterSelection(
        @Nullable String reason,
        @Nullable String device,
        @Nullable Instant since,
        Set<LetterId> ids) {

    public LetterSelection {
        ids = Set.copyOf(ids);
    }

    /** Returns the selection of all dead letters. */
    public static LetterSelection all() {
        return new LetterSelection(null, null, null, Set.of());
    }

    /** Returns whether it leaves nothing out. */
    public boolean isAll() {
        return reason == null && device == null && since == null && ids.isEmpty();
    }

    /** Returns whether the letter is one of those meant. */
    public boolean matches(StoredLetter letter) {
        return (ids.isEmpty() || ids.contains(letter.id()))
                && (since == null || !letter.failedAt().isBefore(since))
                && (reason == null || containsIgnoringCase(letter.reason(), reason))
                && (device == null || letter.device().equals(device));
    }

    private static boolean containsIgnoringCase(String text, String part) {
        for (int i = 0; i <= text.length() - part.length(); i++) {
            if (text.regionMatches(true, i, part, 0, part.length())) {
                return true;
            }
        }
        return false;
    }
}
