package duet.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what a reader of JSON has passed over. Jackson refuses unknown keys, but not where a record
 * lays groups of its components out flat ({@code @JsonUnwrapped}).
 */
public final class UnknownKeys {
    private UnknownKeys() {}

    /**
     * Returns the first key that is in a document and not in what a reader made of it; empty if
     * there is none.
     *
     * @param document as it was read
     * @param understood what was read of it, as it would be written again
     * @return path to the key, as in {@code run.devices} or {@code parts[1].index}
     */
    public static Optional<String> first(JsonNode document, JsonNode understood) {
        for (Iterator<Map.Entry<String, JsonNode>> fields = document.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            String key = field.getKey();
            JsonNode known = understood.get(key);
            if (known == null && !field.getValue().isNull()) {
                return Optional.of(key);
            }
            Optional<String> below =
                    known == null ? Optional.empty() : first(field.getValue(), known);
            if (below.isPresent()) {
                return below.map(path -> key + (path.startsWith("[") ? "" : ".") + path);
            }
        }
        for (int i = 0;
                document.isArray() && i < Math.min(document.size(), understood.size());
                i++) {
            int index = i;
            Optional<String> below = first(document.get(i), understood.get(i));
            if (below.isPresent()) {
                return below.map(
                        path ->
                                String.format(Locale.ROOT, "[%d]", index)
                                        + (path.startsWith("[") ? "" : ".")
                                        + path);
            }
        }
        return Optional.empty();
    }
}
