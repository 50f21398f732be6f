package duet.cli.option;

import java.time.Duration;
import java.util.Locale;

/** Formats numbers in tables and progress, the same in every locale. */
public final class Numbers {

    private Numbers() {}

    /** Formats a quality metric between 0 and 1 with four digits; – where there is none. */
    public static String metric(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
    }

    /** Formats a difference of two metrics, with its sign unless it is rounded to nothing. */
    public static String difference(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        String text = String.format(Locale.ROOT, "%+.4f", value);
        return text.substring(1).equals("0.0000") ? "0.0000" : text;
    }

    public static String count(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    public static String millis(double value) {
        return String.format(Locale.ROOT, "%.1f ms", value);
    }

    public static String micros(double value) {
        return String.format(Locale.ROOT, "%.1f µs", value);
    }

    public static String seconds(Duration duration) {
        long seconds = Math.round(duration.toMillis() / 1000.0);
        return seconds < 60
                ? seconds + " s"
                : String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }
}
