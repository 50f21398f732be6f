package duet.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioDocumentationTest {
    private static final Path PAGE = Path.of("../docs/load-testing/scenarios.md");

    /** What the rows of a key have in common; rows of several variants are one. */
    private record Row(String key, String is, String values, String otherwise) {}

    private final Map<Row, List<String>> rows = new LinkedHashMap<>();

    @Test
    @DisplayName("the page has every key of the schema with its sentence, range and default")
    void keys() throws IOException {
        try (InputStream in = Scenario.class.getResourceAsStream("scenario.schema.json")) {
            keys("", "", new ObjectMapper().readTree(in));
        }
        List<String> table = new ArrayList<>();
        table.add("| Key | Is | Values | Default |");
        table.add("|---|---|---|---|");
        rows.forEach(
                (row, with) ->
                        table.add(
                                String.format(
                                        Locale.ROOT,
                                        "| `%s`%s | %s | %s | %s |",
                                        row.key,
                                        with.contains("")
                                                ? ""
                                                : " (" + String.join(", ", with) + ")",
                                        row.is,
                                        row.values,
                                        row.otherwise)));
        assertThat(Files.readString(PAGE)).contains(String.join("\n", table) + "\n");
    }

    @ParameterizedTest
    @MethodSource("duet.simulator.scenario.ScenarioReaderTest#readyNames")
    @DisplayName("the page has every ready scenario")
    void ready(String name) throws IOException {
        assertThat(Files.readString(PAGE)).contains("| `" + name + "` | ");
    }

    /** The keys of a block; {@code with} is the variant that it is of. */
    private void keys(String path, String with, JsonNode block) {
        block.path("properties")
                .fields()
                .forEachRemaining(e -> key(path + e.getKey(), with, e.getValue()));
    }

    private void key(String key, String with, JsonNode schema) {
        if (schema.has("const")) {
            String value = schema.get("const").asText();
            add(key, "", schema.path("description").asText(), "`" + value + "`", schema);
            return;
        }
        add(key, with, schema.path("description").asText(), values(schema), schema);
        JsonNode block =
                schema.path("type").asText().equals("array") ? schema.get("items") : schema;
        String path = block == schema ? key + "." : key + "[].";
        keys(path, with, block);
        for (JsonNode variant : block.path("oneOf")) {
            keys(path, variant(variant), variant);
        }
    }

    private void add(String key, String with, String is, String values, JsonNode schema) {
        JsonNode otherwise = schema.path("default");
        String text =
                otherwise.isMissingNode()
                        ? ""
                        : otherwise.asText().isEmpty() ? "empty" : "`" + otherwise.asText() + "`";
        rows.computeIfAbsent(new Row(key, is, values, text), row -> new ArrayList<>()).add(with);
    }

    /** The value that tells a variant from the others. */
    private static String variant(JsonNode variant) {
        for (JsonNode property : variant.get("properties")) {
            if (property.has("const")) {
                return property.get("const").asText();
            }
        }
        throw new AssertionError("a variant that nothing tells from the others");
    }

    private static String values(JsonNode schema) {
        if (schema.has("oneOf")) {
            return "block";
        }
        switch (schema.path("type").asText()) {
            case "object":
                return "block";
            case "array":
                return "list of at most " + number(schema.get("maxItems"));
            case "boolean":
                return "true, false";
            case "string":
                return schema.has("pattern") ? "time" : "text";
            default:
                String kind =
                        schema.get("type").asText().equals("integer") ? "whole number" : "number";
                return schema.has("exclusiveMinimum")
                        ? String.format(
                                Locale.ROOT,
                                "%s above %s, at most %s",
                                kind,
                                number(schema.get("exclusiveMinimum")),
                                number(schema.get("maximum")))
                        : schema.get("maximum").asDouble() > 1e15
                                ? kind
                                : String.format(
                                        Locale.ROOT,
                                        "%s, %s to %s",
                                        kind,
                                        number(schema.get("minimum")),
                                        number(schema.get("maximum")));
        }
    }

    private static String number(JsonNode node) {
        return String.format(Locale.ROOT, "%,d", node.asLong());
    }
}
