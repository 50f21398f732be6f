package duet.studies.experiment.report;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** This class says how numbers look on the page, the same in every locale. */
final class ResultFormat {
    /** Stands where a number is missing or would mean nothing. */
    static final String NOTHING = "–";

    private ResultFormat() {}

    /** Formats a number with a sign, which is not a hyphen. */
    static String signed(double value, int digits) {
        return String.format(Locale.ROOT, "%+." + digits + "f", value).replace('-', '−');
    }

    /** Formats half the width of an interval, as in {@code ± 0.0031}; empty if it is unknown. */
    static String plusMinus(@Nullable Double halfWidth) {
        return halfWidth == null ? "" : String.format(Locale.ROOT, " ± %.4f", halfWidth);
    }

    static String quality(Optional<Spread> spread) {
        return spread.map(s -> s.text(4)).orElse("");
    }

    static String difference(Optional<Spread> spread) {
        return spread.map(s -> s.signed(4)).orElse("");
    }

    static String decimal(Optional<Spread> spread, int digits) {
        return spread.map(s -> s.text(digits)).orElse("");
    }

    static String count(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    static String count(Optional<Spread> spread) {
        return spread.map(s -> count(s.mean())).orElse("");
    }

    /**
     * Formats a number that may be much smaller or larger than one, with three digits that count.
     */
    static String significant(double value) {
        return String.format(
                Locale.ROOT, value != 0 && Math.abs(value) < 0.001 ? "%.2e" : "%.3g", value);
    }
}
