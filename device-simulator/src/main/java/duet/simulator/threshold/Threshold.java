package duet.simulator.threshold;

import duet.schemas.InvalidInputException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A threshold is a limit that a measured value has to keep: {@code metric operator value unit}, for
 * example {@code p99 < 100 ms} or {@code unsent < 1 %}. White space between the parts may be left
 * out.
 *
 * @param metric what is measured
 * @param operator how it compares with the limit
 * @param limit the limit in {@code unit}; finite, below 0 only where the metric may be
 * @param unit one of the units of the metric's kind
 */
public record Threshold(Metric metric, Operator operator, double limit, Unit unit) {
    private static final int LONGEST_TEXT = 200;
    private static final int LONGEST_NUMBER = 40;

    public Threshold {
        limit += 0.0; // There is no negative zero among limits.
        if (!Double.isFinite(limit)) {
            throw new IllegalArgumentException("a limit of " + limit);
        }
        if (limit < 0 && metric.kind() != Metric.Kind.QUALITY) {
            throw new IllegalArgumentException(
                    "a limit of " + limit + " for " + metric.name() + ", which is never below 0");
        }
        if (!metric.kind().units().contains(unit)) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s for %s, which takes %s",
                            unit,
                            metric.name(),
                            units(metric)));
        }
    }

    /**
     * Reads a threshold.
     *
     * @throws InvalidInputException if it is no threshold; names the text and the position, which
     *     counts from 1
     */
    public static Threshold parse(String text) {
        if (text.length() > LONGEST_TEXT) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "a threshold of %,d characters, the limit is %d",
                            text.length(),
                            LONGEST_TEXT));
        }
        return new Scanner(text).threshold();
    }

    /**
     * Returns whether a value keeps the threshold.
     *
     * @param value in {@link #unit}
     */
    public boolean holds(double value) {
        return operator.holds(value, limit);
    }

    /** Returns the threshold as {@link #parse} reads it. */
    @Override
    public String toString() {
        String number = BigDecimal.valueOf(limit).stripTrailingZeros().toPlainString();
        if (number.length() > LONGEST_NUMBER) {
            number = Double.toString(limit);
        }
        return metric.name()
                + " "
                + operator.sign()
                + " "
                + number
                + (unit == Unit.NONE ? "" : " " + unit.sign());
    }

    private static String units(Metric metric) {
        return metric.kind().units().stream()
                .map(unit -> unit == Unit.NONE ? "no unit" : unit.sign())
                .collect(Collectors.joining(" or "));
    }

    /** Reads a text from left to right. */
    private static final class Scanner {
        private final String text;
        private int at;

        Scanner(String text) {
            this.text = text;
        }

        Threshold threshold() {
            Metric metric = metric();
            Operator operator = operator();
            double limit = limit(metric);
            Unit unit = unit(metric);
            skipSpace();
            if (at < text.length()) {
                throw wrong(at, "the threshold should end here");
            }
            return new Threshold(metric, operator, limit, unit);
        }

        private Metric metric() {
            skipSpace();
            int from = at;
            while (at < text.length() && isName(text.charAt(at))) {
                at++;
            }
            String name = text.substring(from, at);
            return Metric.named(name)
                    .orElseThrow(
                            () ->
                                    wrong(
                                            from,
                                            name.isEmpty()
                                                    ? "a metric is expected, for example p99"
                                                    : "there is no metric \""
                                                            + name
                                                            + "\"; there are "
                                                            + KNOWN));
        }

        private Operator operator() {
            skipSpace();
            // The longer sign first: < is the beginning of <=.
            for (Operator operator :
                    List.of(
                            Operator.AT_MOST,
                            Operator.AT_LEAST,
                            Operator.BELOW,
                            Operator.ABOVE,
                            Operator.EQUAL)) {
                if (text.startsWith(operator.sign(), at)) {
                    at += operator.sign().length();
                    return operator;
                }
            }
            throw wrong(at, "one of < <= > >= = is expected");
        }

        private double limit(Metric metric) {
            skipSpace();
            int from = at;
            while (at < text.length() && isNumber(from)) {
                at++;
            }
            double limit;
            try {
                limit = new BigDecimal(text.substring(from, at)).doubleValue();
            } catch (NumberFormatException e) {
                throw wrong(from, "a number is expected");
            }
            if (!Double.isFinite(limit)) {
                throw wrong(from, "the number is too large");
            }
            if (limit < 0 && metric.kind() != Metric.Kind.QUALITY) {
                throw wrong(from, metric.name() + " is never below 0");
            }
            return limit;
        }

        /**
         * Returns whether what stands there belongs to a number: digits, a point, a sign in front
         * or behind an exponent's letter, and that letter before more of a number.
         */
        private boolean isNumber(int from) {
            char c = text.charAt(at);
            if (c >= '0' && c <= '9' || c == '.') {
                return true;
            }
            if (c == '-' || c == '+') {
                return at == from || Character.toLowerCase(text.charAt(at - 1)) == 'e';
            }
            return Character.toLowerCase(c) == 'e' && at > from;
        }

        private Unit unit(Metric metric) {
            skipSpace();
            int from = at;
            while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            String sign = text.substring(from, at);
            return metric.kind().units().stream()
                    .filter(unit -> unit.sign().equals(sign))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    wrong(
                                            from,
                                            String.format(
                                                    Locale.ROOT,
                                                    "%s takes %s, not %s",
                                                    metric.name(),
                                                    units(metric),
                                                    sign.isEmpty()
                                                            ? "a bare number"
                                                            : "\"" + sign + "\"")));
        }

        private void skipSpace() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private static boolean isName(char c) {
            return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.';
        }

        private InvalidInputException wrong(int position, String problem) {
            return new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "threshold \"%s\", position %d: %s",
                            text,
                            position + 1,
                            problem));
        }
    }

    private static final String KNOWN =
            "p50, p90, p99, p999, max, the same of a stage as in sendDelay.p99, lost, unsent,"
                    + " deadLetters, sendFailures, bytesPerDelta, rate, and ranking metrics as in"
                    + " gain.userAuc, personalized.ndcg10 or global.hr5";
}
