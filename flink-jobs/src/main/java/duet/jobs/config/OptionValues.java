package duet.jobs.config;

import duet.schemas.InvalidInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.jspecify.annotations.Nullable;

/**
 * This class reads options; what is missing, unreadable or out of its range is refused in one line
 * that names the option.
 */
final class OptionValues {
    private OptionValues() {}

    static <T> @Nullable T value(ReadableConfig config, ConfigOption<T> option) {
        try {
            return config.get(option);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    option.key() + " cannot be read: " + innermostMessage(e), e);
        }
    }

    private static String innermostMessage(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null && innermost.getCause().getMessage() != null) {
            innermost = innermost.getCause();
        }
        return String.valueOf(innermost.getMessage()).lines().findFirst().orElse("");
    }

    static String text(ReadableConfig config, ConfigOption<String> option) {
        String text = value(config, option);
        if (text == null || text.isBlank()) {
            throw new InvalidInputException(option.key() + " is not set");
        }
        return text;
    }

    static Path path(ReadableConfig config, ConfigOption<String> option) {
        String text = text(config, option);
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InvalidInputException(option.key() + " is not a path: " + e.getMessage(), e);
        }
    }

    static int inRange(ReadableConfig config, ConfigOption<Integer> option, int least, int most) {
        int number = value(config, option);
        if (number < least || number > most) {
            throw outOfRange(option, number, least, most);
        }
        return number;
    }

    static long inRange(ReadableConfig config, ConfigOption<Long> option, long least, long most) {
        long number = value(config, option);
        if (number < least || number > most) {
            throw outOfRange(option, number, least, most);
        }
        return number;
    }

    private static InvalidInputException outOfRange(
            ConfigOption<?> option, long number, long least, long most) {
        return new InvalidInputException(
                String.format(
                        Locale.ROOT,
                        "%s is %,d, it must be %,d to %,d",
                        option.key(),
                        number,
                        least,
                        most));
    }

    static double inRange(
            ReadableConfig config, ConfigOption<Double> option, double least, double most) {
        double number = value(config, option);
        if (!(number >= least && number <= most)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %s, it must be %s to %s",
                            option.key(),
                            number,
                            least,
                            most));
        }
        return number;
    }

    /** Reads a duration, with the limits in milliseconds. */
    static Duration durationInRange(
            ReadableConfig config, ConfigOption<Duration> option, long least, long most) {
        Duration duration = value(config, option);
        if (duration.compareTo(Duration.ofMillis(least)) < 0
                || duration.compareTo(Duration.ofMillis(most)) > 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %,d ms, it must be %,d to %,d ms",
                            option.key(),
                            duration.toMillis(),
                            least,
                            most));
        }
        return duration;
    }
}
