package duet.simulator.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The keys of a summary as Markdown: a table for each object of its schema. */
final class SummaryTables {
    private static final String DEFS = "#/$defs/";

    private final StringBuilder text = new StringBuilder();
    private final JsonNode schema;

    private record Inner(String path, JsonNode object) {}

    private SummaryTables(JsonNode schema) {
        this.schema = schema;
    }

    static String markdown(JsonNode schema) {
        SummaryTables tables = new SummaryTables(schema);
        tables.object("summary", schema);
        schema.get("$defs").fields().forEachRemaining(d -> tables.object(d.getKey(), d.getValue()));
        return tables.text.toString().strip();
    }

    private void object(String path, JsonNode object) {
        text.append("\n### ").append(path).append("\n\n");
        text.append(sentence(object.get("description").asText())).append("\n\n");
        text.append("| Key | Type | Meaning |\n|---|---|---|\n");
        List<Inner> inner = new ArrayList<>();
        object.get("properties")
                .fields()
                .forEachRemaining(
                        property -> {
                            JsonNode value = property.getValue();
                            text.append(
                                    String.format(
                                            Locale.ROOT,
                                            "| `%s` | %s | %s |\n",
                                            property.getKey(),
                                            type(value),
                                            value.get("description").asText()));
                            collect(property.getKey(), path, value, inner);
                        });
        inner.forEach(each -> object(each.path, each.object));
    }

    private static void collect(String key, String path, JsonNode value, List<Inner> inner) {
        String name = path.equals("summary") ? key : path + "." + key;
        if (value.has("properties")) {
            inner.add(new Inner(name, value));
        } else if (value.at("/items/properties").isObject()) {
            inner.add(new Inner(name + "[]", value.get("items")));
        } else if (value.at("/additionalProperties/properties").isObject()) {
            inner.add(new Inner(name + ".*", value.get("additionalProperties")));
        }
    }

    private String type(JsonNode value) {
        if (value.has("anyOf")) {
            return type(value.at("/anyOf/0")) + " or null";
        }
        if (value.has("$ref")) {
            String name = value.get("$ref").asText().substring(DEFS.length());
            if (!schema.at("/$defs/" + name).isObject()) {
                throw new IllegalStateException("no definition " + name);
            }
            return "[" + name + "](#" + name.toLowerCase(Locale.ROOT) + ")";
        }
        JsonNode type = value.get("type");
        String first = type.isArray() ? type.get(0).asText() : type.asText();
        String named =
                switch (first) {
                    case "array" ->
                            "list of "
                                    + (value.get("items").has("$ref")
                                            ? type(value.get("items"))
                                            : value.at("/items/type").asText() + "s");
                    case "integer", "number", "string", "boolean", "object" -> first;
                    default -> throw new IllegalStateException("type " + first);
                };
        return type.isArray() ? named + " or null" : named;
    }

    private static String sentence(String description) {
        String upper = description.substring(0, 1).toUpperCase(Locale.ROOT);
        return upper + description.substring(1) + (description.endsWith(".") ? "" : ".");
    }
}
