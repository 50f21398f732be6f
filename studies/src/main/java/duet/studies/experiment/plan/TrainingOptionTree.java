package duet.studies.experiment.plan;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The tree holds training options by name, as a plan writes them: the JSON of {@link
 * TrainingOptions}, in one level, with the phases as blocks. What the records hold is what there
 * is; a new option of theirs is a new key here.
 */
public final class TrainingOptionTree {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** These options are set for each cell, not by overrides. */
    private static final List<String> OF_THE_CELL = List.of("seed", "backbone");

    private TrainingOptionTree() {}

    /** Returns all options with their values. */
    public static ObjectNode of(TrainingOptions options) {
        return JSON.valueToTree(options);
    }

    /** Returns what may be overridden, with its default. */
    static ObjectNode overridable() {
        return of(TrainingOptions.defaults()).remove(OF_THE_CELL);
    }

    /**
     * Returns options with others in their place.
     *
     * @param overrides names and types as in {@link #of}
     * @throws InvalidInputException if a value is out of range
     */
    static TrainingOptions with(TrainingOptions options, ObjectNode overrides) {
        ObjectNode tree = of(options);
        merge(tree, overrides);
        try {
            TrainingOptions changed = JSON.readerFor(TrainingOptions.class).readValue(tree);
            // Sizes that do not fit each other are found when there is a model of them.
            changed.sizes().dimensions(1);
            return changed;
        } catch (JsonMappingException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof InvalidInputException input) {
                    throw input;
                }
            }
            throw new InvalidInputException(e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException("a tree in memory is always read", e);
        }
    }

    /** Returns the options with another seed and backbone. */
    static TrainingOptions with(TrainingOptions options, String backboneName, long seed) {
        ObjectNode overrides = JSON.createObjectNode();
        overrides.put("seed", seed);
        overrides.put("backbone", backboneName);
        return with(options, overrides);
    }

    private static void merge(ObjectNode into, ObjectNode overrides) {
        for (String name : names(overrides)) {
            JsonNode value = overrides.get(name);
            if (value instanceof ObjectNode block && into.get(name) instanceof ObjectNode inner) {
                merge(inner, block);
            } else {
                into.set(name, value);
            }
        }
    }

    static SortedSet<String> names(ObjectNode node) {
        SortedSet<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
