package duet.schemas.bundle;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** Makes the mapper with which manifests are written and read. */
final class BundleJson {
    private BundleJson() {}

    static ObjectMapper mapper() {
        // The same line ends on every system: bundles are compared by hash.
        return new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .setDefaultPrettyPrinter(
                        new DefaultPrettyPrinter()
                                .withObjectIndenter(new DefaultIndenter("  ", "\n")));
    }
}
