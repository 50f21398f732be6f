package duet.cli.train;

import duet.model.network.Backbone;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a backbone of those that read items; training reads logs of these. */
final class BackboneConverter implements ITypeConverter<Backbone> {

    @Override
    public Backbone convert(String value) {
        return known().filter(backbone -> backbone.id().equals(value))
                .findFirst()
                .orElseThrow(
                        () ->
                                new TypeConversionException(
                                        "'"
                                                + value
                                                + "' is no backbone that reads items, known: "
                                                + String.join(", ", new Names())));
    }

    private static Stream<Backbone> known() {
        return Arrays.stream(Backbone.values()).filter(backbone -> !backbone.readsInputs());
    }

    /** Names them, for the help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return known().map(Backbone::id).iterator();
        }
    }
}
