package duet.cli.train;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the decays of a long memory: {@code 0.8,0.98}, or {@code none}. */
final class DecaysConverter implements ITypeConverter<DecaysConverter.Decays> {

    /**
     * Holds the time scales of a long memory.
     *
     * @param values empty for no memory
     */
    record Decays(List<Double> values) {}

    @Override
    public Decays convert(String value) {
        List<Double> decays = new ArrayList<>();
        if (!value.equals("none")) {
            for (String decay : value.split(",", -1)) {
                try {
                    decays.add(Double.valueOf(decay.strip()));
                } catch (NumberFormatException e) {
                    throw new TypeConversionException(
                            "'" + value + "' is not a list of decays such as 0.8,0.98, or none");
                }
            }
        }
        return new Decays(List.copyOf(decays));
    }
}
