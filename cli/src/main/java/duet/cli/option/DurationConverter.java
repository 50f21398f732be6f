package duet.cli.option;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads durations as people write them: {@code 500ms}, {@code 60s}, {@code 5m}, {@code 2h}. It
 * refuses zero.
 */
public final class DurationConverter implements ITypeConverter<Duration> {

    // Nine digits of the largest unit are over 100,000 years and do not overflow.
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    @Override
    public Duration convert(String value) {
        Matcher matcher = DURATION.matcher(value.strip());
        if (!matcher.matches()) {
            throw refuse(value);
        }
        long amount = Long.parseLong(matcher.group(1));
        if (amount == 0) {
            throw refuse(value);
        }
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    private static TypeConversionException refuse(String value) {
        return new TypeConversionException(
                "'" + value + "' is not a duration such as 500ms, 60s or 5m");
    }
}
