package duet.schemas.serde;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Holds every schema version that was ever published, frozen under {@code
 * duet/schemas/published/Name.vN.avsc}. Records carry the fingerprint of the schema they were
 * written with; a reader finds that schema here.
 */
final class PublishedSchemas {
    private PublishedSchemas() {}

    /** Returns all published versions of the record of that simple name, oldest first. */
    static List<Schema> of(String recordName) {
        List<Schema> versions = new ArrayList<>();
        for (int version = 1; ; version++) {
            String resource = "/duet/schemas/published/" + recordName + ".v" + version + ".avsc";
            try (InputStream in = PublishedSchemas.class.getResourceAsStream(resource)) {
                if (in == null) {
                    return versions;
                }
                versions.add(new Schema.Parser().parse(in));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + resource, e);
            }
        }
    }
}
