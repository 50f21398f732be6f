package duet.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/** Reads one of a few values by its name, as help and errors write it: in lower case. */
record EnumConverter<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {

    /** Reads the values of all options of a command, and of those below it, in this way. */
    static void register(CommandLine line) {
        register(line, line);
    }

    private static void register(CommandLine root, CommandLine line) {
        for (ArgSpec arg : line.getCommandSpec().args()) {
            for (Class<?> type : arg.auxiliaryTypes()) {
                if (type.isEnum()) {
                    register(root, type.asSubclass(Enum.class));
                }
            }
        }
        line.getSubcommands().values().forEach(below -> register(root, below));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static void register(CommandLine root, Class type) {
        root.registerConverter(type, new EnumConverter(type));
    }

    @Override
    public E convert(String value) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(
                        () ->
                                new TypeConversionException(
                                        "expected one of "
                                                + Arrays.stream(type.getEnumConstants())
                                                        .map(E::name)
                                                        .map(name -> name.toLowerCase(Locale.ROOT))
                                                        .collect(Collectors.joining(", "))
                                                + ", but was '"
                                                + value
                                                + "'"));
    }
}
