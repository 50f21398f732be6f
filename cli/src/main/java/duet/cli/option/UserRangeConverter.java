package duet.cli.option;

import duet.model.data.InteractionLog;
import java.math.BigDecimal;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a part of the users of a log: {@code 0.3-1}. */
final class UserRangeConverter implements ITypeConverter<UserRangeConverter.UserRange> {

    /**
     * Chooses users from one place in their order, 0 to 1, up to, and not including, another.
     *
     * @param from 0 to 1
     * @param to above {@code from}, at most 1
     */
    record UserRange(double from, double to) {
        static final UserRange ALL = new UserRange(0, 1);

        InteractionLog of(InteractionLog log) {
            return equals(ALL) ? log : log.usersBetween(from, to);
        }

        /** Returns the range of a text; empty where it is none. */
        static Optional<UserRange> parse(String value) {
            String[] ends = value.split("-", -1);
            try {
                double from = Double.parseDouble(ends[0].strip());
                double to = ends.length == 2 ? Double.parseDouble(ends[1].strip()) : Double.NaN;
                return from >= 0 && from < to && to <= 1
                        ? Optional.of(new UserRange(from, to))
                        : Optional.empty();
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        /** Returns the users of both ranges; empty where there can be none. */
        Optional<UserRange> and(UserRange other) {
            double begin = Math.max(from, other.from);
            double end = Math.min(to, other.to);
            return begin < end ? Optional.of(new UserRange(begin, end)) : Optional.empty();
        }

        @Override
        public String toString() {
            return plain(from) + "-" + plain(to);
        }

        private static String plain(double end) {
            return BigDecimal.valueOf(end).stripTrailingZeros().toPlainString();
        }
    }

    @Override
    public UserRange convert(String value) {
        return UserRange.parse(value).orElseThrow(() -> notARange(value));
    }

    private static TypeConversionException notARange(String value) {
        return new TypeConversionException(
                "'" + value + "' is not a range of users within 0 and 1 such as 0.3-1");
    }
}
