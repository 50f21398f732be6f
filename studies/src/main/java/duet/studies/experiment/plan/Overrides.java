package duet.studies.experiment.plan;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;

/**
 * Training options that a plan sets, in the form of {@link TrainingOptionTree}.
 *
 * @param values the options
 * @param line where they begin, from 1
 */
record Overrides(ObjectNode values, int line) {

    static final Overrides NONE = new Overrides(JsonNodeFactory.instance.objectNode(), 0);

    /**
     * Reads a block of options and refuses, at its own line, a name or a kind of value that is not
     * one.
     */
    static final class Reader extends StdDeserializer<Overrides> {
        private static final long serialVersionUID = 1L;

        Reader() {
            super(Overrides.class);
        }

        @Override
        public Overrides deserialize(JsonParser parser, DeserializationContext context)
                throws IOException {
            int line = parser.currentTokenLocation().getLineNr();
            return new Overrides(block(parser, TrainingOptionTree.overridable()), line);
        }

        private static ObjectNode block(JsonParser parser, ObjectNode known) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw JsonMappingException.from(parser, "expected a block of training options");
            }
            ObjectNode values = JsonNodeFactory.instance.objectNode();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonLocation location = parser.currentTokenLocation();
                JsonNode standard = known.get(name);
                if (standard == null) {
                    throw PlanReader.unknownKey(
                            parser, location, name, TrainingOptionTree.names(known));
                }
                parser.nextToken();
                if (standard instanceof ObjectNode inner) {
                    values.set(name, block(parser, inner));
                    continue;
                }
                JsonNode value = parser.readValueAsTree();
                if (!fits(value, standard)) {
                    throw new JsonMappingException(
                            parser,
                            String.format(
                                    Locale.ROOT,
                                    "'%s' must be %s, not %s",
                                    name,
                                    kind(standard),
                                    value),
                            location);
                }
                values.set(name, value);
            }
            return values;
        }

        private static boolean fits(JsonNode value, JsonNode standard) {
            if (standard.isIntegralNumber()) {
                return value.isIntegralNumber();
            }
            if (standard.isNumber()) {
                return value.isNumber();
            }
            if (standard.isArray()) {
                if (!value.isArray()) {
                    return false;
                }
                for (JsonNode element : value) {
                    if (!element.isNumber()) {
                        return false;
                    }
                }
                return true;
            }
            return value.getNodeType() == standard.getNodeType();
        }

        private static String kind(JsonNode standard) {
            if (standard.isIntegralNumber()) {
                return "a whole number";
            }
            if (standard.isNumber()) {
                return "a number";
            }
            if (standard.isArray()) {
                return "a list of numbers";
            }
            return standard.isBoolean() ? "true or false" : "text";
        }
    }
}
