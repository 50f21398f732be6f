package duet.simulator.report;

import java.util.Locale;

/** Formats numbers on the report, the same in every locale. */
final class Figures {
    /** Stands where there was nothing to measure. */
    static final String NONE = "–";

    private Figures() {}

    /** Formats a ranking quality with four digits. */
    static String quality(double value) {
        return Double.isNaN(value) ? "–" : number("%.4f", value);
    }

    /** Formats a difference of two qualities, with its sign. */
    static String signed(double difference) {
        if (Double.isNaN(difference)) {
            return "–";
        }
        String text = number("%+.4f", difference);
        return text.equals("-0.0000") ? "+0.0000" : text.replace('-', '−');
    }

    /** Formats milliseconds with as many digits as can matter. */
    static String millis(double value) {
        return number(value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }

    static String count(long value) {
        return number("%,d", value);
    }

    /** Formats a rate in events a second. */
    static String rate(double perSecond) {
        return number(perSecond < 1000 ? "%,.1f" : "%,.0f", perSecond);
    }

    /** Formats a share from 0 to 1 in percent. */
    static String percent(double share) {
        double percent = 100 * share;
        return number(percent == 0 || percent >= 10 ? "%.0f %%" : "%.2g %%", percent);
    }

    static String duration(double seconds) {
        return seconds < 120
                ? number("%.1f s", seconds)
                : number("%d min %02d s", (long) seconds / 60, (long) seconds % 60);
    }

    /**
     * Says how a difference of two qualities is to look: {@code better}, {@code worse} or {@code
     * same}.
     */
    static String tone(double difference) {
        return Double.isNaN(difference) || Math.abs(difference) < 0.00005
                ? "same"
                : difference > 0 ? "better" : "worse";
    }

    static String number(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
