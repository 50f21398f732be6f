package duet.model.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says which interaction of each user is tested: {@code last}, {@code time=2024-05-01}, a date or
 * an instant of ISO 8601 in UTC, or {@code time=0.8}, the time before which that share of all
 * interactions lies.
 *
 * @param time the first moment that is tested; null where there is none
 * @param quantile of all interactions' times, above 0 and below 1; null where there is none
 */
public record SplitRule(@Nullable Instant time, @Nullable Double quantile) {
    /** Tests every user's last interaction. */
    public static final SplitRule LAST = new SplitRule(null, null);

    private static final String TIME = "time=";

    /** Returns the rule that tests what comes at or after a moment. */
    public static SplitRule at(Instant time) {
        return new SplitRule(time, null);
    }

    /**
     * Returns the rule that a model was trained with.
     *
     * @param trainingOptions as the model's manifest has them
     * @throws InvalidInputException if what stands there is no rule
     */
    public static SplitRule recorded(Map<String, Object> trainingOptions) {
        Object split = trainingOptions.get("split");
        return split == null ? LAST : parse(String.valueOf(split));
    }

    /**
     * Reads a rule.
     *
     * @throws InvalidInputException if the text is none
     */
    @JsonCreator
    public static SplitRule parse(String text) {
        if (text.equals("last")) {
            return LAST;
        }
        if (!text.startsWith(TIME)) {
            throw none(text);
        }
        String value = text.substring(TIME.length()).strip();
        if (value.matches("[0-9]*\\.[0-9]+|[01]")) {
            double quantile = Double.parseDouble(value);
            if (quantile > 0 && quantile < 1) {
                return new SplitRule(null, quantile);
            }
            throw none(text);
        }
        try {
            return at(instant(value));
        } catch (DateTimeParseException e) {
            throw none(text);
        }
    }

    private static Instant instant(String value) {
        if (!value.contains("T")) {
            return LocalDate.parse(value).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        return value.endsWith("Z")
                ? Instant.parse(value)
                : LocalDateTime.parse(value).toInstant(ZoneOffset.UTC);
    }

    private static InvalidInputException none(String text) {
        return new InvalidInputException(
                "the split '"
                        + OneLine.of(text)
                        + "' is not known: it is last, time=2024-05-01, time=2024-05-01T12:00:00Z"
                        + " or, for a share of all interactions between 0 and 1, time=0.8");
    }

    /**
     * Splits a log.
     *
     * @throws InvalidInputException if the rule needs times and the log has none
     */
    public EvaluationSplit of(InteractionLog log) {
        if (time != null) {
            return EvaluationSplit.at(log, time.toEpochMilli());
        }
        if (quantile == null) {
            return EvaluationSplit.last(log);
        }
        long[] times =
                log.users().stream()
                        .flatMapToLong(user -> Arrays.stream(user.timestamps()))
                        .toArray();
        Arrays.sort(times);
        return EvaluationSplit.at(log, times[(int) (quantile * times.length)]);
    }

    /** Returns the rule as {@link #parse} reads it. */
    @JsonValue
    @Override
    public String toString() {
        return time != null ? TIME + time : quantile != null ? TIME + quantile : "last";
    }
}
