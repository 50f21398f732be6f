package duet.schemas.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** Makes the mapper with which manifests are written and read. */
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
        // The same line ends on every system: bundles are compared by hash.
        return new ObjectMapper(factory)
                .enable(SerializationFeature.INDENT_OUTPUT)
                .setDefaultPrettyPrinter(
                        new DefaultPrettyPrinter()
                                .withObjectIndenter(new DefaultIndenter("  ", "\n")));
    }
}
