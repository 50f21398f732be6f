package duet.studies.experiment.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collection;
import java.util.Locale;

/**
 * A spread holds the mean and the deviation of a number over seeds.
 *
 * @param mean arithmetic mean
 * @param deviation standard deviation of the sample, with n - 1; 0 for a single value
 * @param count n
 */
@JsonPropertyOrder({"mean", "deviation", "count"})
public record Spread(double mean, double deviation, int count) {

    /** Returns the spread of at least one value. */
    static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values have no mean");
        }
        double mean = values.stream().mapToDouble(Double::doubleValue).average().getAsDouble();
        double squares =
                values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
        return new Spread(
                mean,
                values.size() == 1 ? 0 : Math.sqrt(squares / (values.size() - 1)),
                values.size());
    }

    /** Formats the spread as in {@code 0.9054 ± 0.0012}, the mean alone for a single value. */
    String text(int digits) {
        return text("%." + digits + "f", digits);
    }

    /** Formats the spread as {@link #text} does, with the sign of the mean. */
    String signed(int digits) {
        return text("%+." + digits + "f", digits).replace('-', '−');
    }

    private String text(String format, int digits) {
        String text = String.format(Locale.ROOT, format, mean);
        return count == 1
                ? text
                : text + String.format(Locale.ROOT, " ± %." + digits + "f", deviation);
    }
}
