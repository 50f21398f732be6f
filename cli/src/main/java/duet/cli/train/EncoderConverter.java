package duet.cli.train;

import duet.model.training.options.ModelSizes;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads the kind of a generator's head encoder, {@code recurrent} or {@code none}, as its width.
 */
final class EncoderConverter implements ITypeConverter<Integer> {

    @Override
    public Integer convert(String value) {
        return switch (value) {
            case "recurrent" -> ModelSizes.ENCODER_WIDTH;
            case "none" -> 0;
            default ->
                    throw new TypeConversionException(
                            "'" + value + "' is no encoder, known: recurrent, none");
        };
    }
}
