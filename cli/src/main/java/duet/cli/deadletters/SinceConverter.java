package duet.cli.deadletters;

import duet.cli.option.DurationConverter;
import java.time.DateTimeException;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time that has passed: {@code 2h} ago, or {@code 2026-01-31T08:00:00Z}. */
final class SinceConverter implements ITypeConverter<Instant> {

    @Override
    public Instant convert(String value) {
        try {
            return Instant.now().minus(new DurationConverter().convert(value));
        } catch (TypeConversionException noDuration) {
            try {
                return Instant.parse(value.strip());
            } catch (DateTimeException noInstant) {
                throw new TypeConversionException(
                        "'"
                                + value
                                + "' is neither a duration such as 30m or 2h nor a time such as"
                                + " 2026-01-31T08:00:00Z");
            }
        }
    }
}
