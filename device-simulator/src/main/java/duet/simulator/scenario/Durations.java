package duet.simulator.scenario;

import duet.schemas.InvalidInputException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes times as people write them: {@code 500us}, {@code 20ms}, {@code 1.5s}, {@code
 * 5m}, {@code 2h}.
 */
final class Durations {
    /** Matches a duration; fifteen digits of hours do not overflow. */
    static final String PATTERN = "(\\d{1,15}(?:\\.\\d{1,6})?) ?(us|ms|s|m|h)";

    private static final Pattern DURATION = Pattern.compile(PATTERN);

    private enum Unit {
        HOURS("h", 3_600_000_000_000L),
        MINUTES("m", 60_000_000_000L),
        SECONDS("s", 1_000_000_000L),
        MILLIS("ms", 1_000_000L),
        MICROS("us", 1_000L);

        private final String sign;
        private final long nanos;

        Unit(String sign, long nanos) {
            this.sign = sign;
            this.nanos = nanos;
        }
    }

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws InvalidInputException if it is no duration
     */
    static Duration parse(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidInputException(
                    "'" + text + "' is not a duration such as 500ms, 60s or 5m");
        }
        for (Unit unit : Unit.values()) {
            if (unit.sign.equals(matcher.group(2))) {
                BigDecimal nanos =
                        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit.nanos));
                BigDecimal[] seconds =
                        nanos.divideAndRemainder(BigDecimal.valueOf(Unit.SECONDS.nanos));
                return Duration.ofSeconds(seconds[0].longValue(), seconds[1].longValue());
            }
        }
        throw new IllegalStateException("no unit " + matcher.group(2));
    }

    /**
     * Writes a duration as {@link #parse} reads it: in the largest unit of which it is a whole
     * number, but rather 90s than 1.5m.
     */
    static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        BigDecimal nanos =
                BigDecimal.valueOf(duration.getSeconds())
                        .multiply(BigDecimal.valueOf(Unit.SECONDS.nanos))
                        .add(BigDecimal.valueOf(duration.getNano()));
        for (Unit unit : Unit.values()) {
            BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(unit.nanos));
            if (parts[1].signum() == 0) {
                return parts[0].toBigInteger() + unit.sign;
            }
        }
        return nanos.divide(BigDecimal.valueOf(Unit.MICROS.nanos))
                        .stripTrailingZeros()
                        .toPlainString()
                + Unit.MICROS.sign;
    }
}
