package duet.studies.experiment.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import duet.studies.experiment.report.SummaryRow.Difference;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A verdict says what a device should do: the first of global model, delta, own memory and both
 * that none of the later ones beats by more than the interval of their paired difference.
 *
 * @param choice what to do; null where it cannot be said
 * @param harmsAtAge the youngest age at which the delta ranks below the global model by more than
 *     the interval; null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Verdict(@Nullable Choice choice, @Nullable Integer harmsAtAge) {

    /** What a device can do, the cheapest first. */
    enum Choice {
        GLOBAL("no gain"),
        DELTA("delta"),
        DEVICE_MEMORY("device memory"),
        BOTH("both");

        private final String words;

        Choice(String words) {
            this.words = words;
        }

        @JsonValue
        String words() {
            return words;
        }
    }

    /**
     * Returns what comes of comparing.
     *
     * @param difference the first minus the second; empty if they cannot be paired
     */
    static @Nullable Choice choose(BiFunction<Choice, Choice, Optional<Difference>> difference) {
        Choice choice = Choice.GLOBAL;
        boolean compared = false;
        for (Choice next : Choice.values()) {
            if (next == Choice.GLOBAL) {
                continue;
            }
            Optional<Difference> better = difference.apply(next, choice);
            compared |= better.isPresent();
            if (better.isPresent() && better.get().isAbove()) {
                choice = next;
            }
        }
        return compared ? choice : null;
    }

    String inWords() {
        String words = choice == null ? ResultFormat.NOTHING : choice.words;
        return harmsAtAge == null
                ? words
                : String.format(Locale.ROOT, "%s; harms at age %d", words, harmsAtAge);
    }
}
