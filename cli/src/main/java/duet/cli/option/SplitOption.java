package duet.cli.option;

import duet.model.data.SplitRule;
import duet.schemas.InvalidInputException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Says which interaction of each user is tested, and so kept out of training. */
public final class SplitOption {

    @Option(
            names = "--split",
            paramLabel = "RULE",
            converter = Converter.class,
            description =
                    "Which interaction of each user is tested: last, or the first at or after a"
                            + " time, given as time=2024-05-01 (or an instant, in UTC) or as the"
                            + " share of all interactions before it, time=0.8. (default: last, or"
                            + " what the model was trained with).")
    private @Nullable SplitRule rule;

    /** Returns what was asked for; empty where nothing was. */
    public Optional<SplitRule> rule() {
        return Optional.ofNullable(rule);
    }

    /** Reads a rule. */
    static final class Converter implements ITypeConverter<SplitRule> {
        @Override
        public SplitRule convert(String value) {
            try {
                return SplitRule.parse(value);
            } catch (InvalidInputException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
