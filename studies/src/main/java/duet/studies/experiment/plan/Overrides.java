package duet.studies.experiment.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.simulator.yaml.YamlBlock;
import duet.simulator.yaml.YamlValue;

/**
 * Overrides are the training options that a plan sets, in the form of {@link TrainingOptionTree}.
 *
 * @param block where they stand
 * @param values the options
 */
record Overrides(YamlBlock block, ObjectNode values) {

    /** Refuses, at its own line, a name or a kind of value that is not one of an option. */
    static Overrides read(YamlBlock block) {
        return new Overrides(block, values(block, TrainingOptionTree.overridable()));
    }

    /**
     * Returns options with these in their place.
     *
     * @param variant that they are for; it is named where a value is out of range
     */
    TrainingOptions over(TrainingOptions options, String variant) {
        try {
            return TrainingOptionTree.with(options, values);
        } catch (InvalidInputException e) {
            throw block.error("variant '%s': %s", variant, e.getMessage());
        }
    }

    private static ObjectNode values(YamlBlock block, ObjectNode known) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        for (String name : TrainingOptionTree.names(known)) {
            block.value(name).ifPresent(value -> values.set(name, value(value, known.get(name))));
        }
        block.done();
        return values;
    }

    private static JsonNode value(YamlValue value, JsonNode standard) {
        if (standard instanceof ObjectNode inner) {
            return values(value.block(), inner);
        }
        if (standard.isArray()) {
            ArrayNode numbers = JsonNodeFactory.instance.arrayNode();
            value.numbers().forEach(numbers::add);
            return numbers;
        }
        if (standard.isIntegralNumber()) {
            return LongNode.valueOf(value.whole());
        }
        if (standard.isNumber()) {
            return DoubleNode.valueOf(value.number());
        }
        return standard.isBoolean()
                ? BooleanNode.valueOf(value.flag())
                : TextNode.valueOf(value.text());
    }
}
