package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.simulator.threshold.Metric;
import duet.simulator.threshold.Threshold;
import duet.simulator.threshold.Unit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says what became of a threshold.
 *
 * @param text the threshold, for example {@code p99 < 100 ms}
 * @param value what was measured, in the threshold's own unit; null where the run did not measure
 *     it
 * @param met whether the threshold holds; never where the run did not measure it
 */
@JsonPropertyOrder({"text", "value", "met"})
public record ThresholdResult(String text, @Nullable Double value, boolean met) {
    /** Returns what was measured, with its unit, for people. */
    public String measured() {
        if (value == null) {
            return "not measured";
        }
        Threshold threshold = Threshold.parse(text);
        Unit unit = threshold.unit();
        String number =
                value == 0 || threshold.metric().kind() == Metric.Kind.WINDOWS && unit == Unit.NONE
                        ? "%,.0f"
                        : Math.abs(value) < 1 ? "%.4f" : Math.abs(value) < 100 ? "%.2f" : "%,.0f";
        return String.format(Locale.ROOT, number, value)
                + (unit == Unit.NONE ? "" : " " + unit.sign());
    }
}
