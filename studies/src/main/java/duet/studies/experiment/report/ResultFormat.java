package duet.studies.experiment.report;

import java.util.Locale;
import java.util.Optional;

/** This class says how numbers look on the page, the same in every locale. */
final class ResultFormat {
    private ResultFormat() {}

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
