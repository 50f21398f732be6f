package duet.schemas.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.Iterator;
import java.util.Optional;

/** Makes the mapper with which manifests are written and read, and compares the two. */
final class BundleJson {
    /** No text of a manifest has more characters, and none is read to its end that has. */
    private static final int MOST_CHARACTERS = 1 << 16;

    private BundleJson() {}

    static ObjectMapper mapper() {
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxStringLength(MOST_CHARACTERS)
                                        .maxNameLength(MOST_CHARACTERS)
                                        .build())
                        .build();
        // What one reader takes for the first of two keys, another takes for the second.
        factory.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        // The same line ends on every system: bundles are compared by hash.
        return new ObjectMapper(factory)
                .enable(SerializationFeature.INDENT_OUTPUT)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .setDefaultPrettyPrinter(
                        new DefaultPrettyPrinter()
                                .withObjectIndenter(new DefaultIndenter("  ", "\n")));
    }

    /**
     * Finds where a document is not what is written for what was read of it.
     *
     * @param written the document
     * @param again what is written for it
     * @param mayLack whether the document may lack keys
     * @return the place, as in {@code dimensions.width}; empty where there is none
     */
    static Optional<String> difference(JsonNode written, JsonNode again, boolean mayLack) {
        return difference(written, again, mayLack, "");
    }

    private static Optional<String> difference(
            JsonNode written, JsonNode again, boolean mayLack, String place) {
        if (written.isObject() && again.isObject()) {
            for (Iterator<String> keys = written.fieldNames(); keys.hasNext(); ) {
                String key = keys.next();
                Optional<String> found =
                        difference(
                                written.get(key),
                                again.path(key),
                                mayLack,
                                place.isEmpty() ? key : place + "." + key);
                if (found.isPresent()) {
                    return found;
                }
            }
            return mayLack || written.size() == again.size() ? Optional.empty() : at(place);
        }
        if (written.isArray() && again.isArray() && written.size() == again.size()) {
            for (int i = 0; i < written.size(); i++) {
                if (!isSame(written.get(i), again.get(i))) {
                    Optional<String> found =
                            difference(
                                    written.get(i), again.get(i), mayLack, place + "[" + i + "]");
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        }
        return isSame(written, again) ? Optional.empty() : at(place);
    }

    private static Optional<String> at(String place) {
        return Optional.of(place.isEmpty() ? "the whole" : place);
    }

    /** Compares leaves; a number may be held as an int here and as a long there. */
    private static boolean isSame(JsonNode one, JsonNode other) {
        return one.isIntegralNumber() && other.isIntegralNumber()
                ? one.canConvertToLong() && one.longValue() == other.longValue()
                : one.isValueNode() && one.equals(other);
    }
}
