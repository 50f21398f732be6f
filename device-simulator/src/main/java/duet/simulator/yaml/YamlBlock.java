package duet.simulator.yaml;

import duet.schemas.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * A block of keys of a YAML document. Whoever reads it asks for the keys that it knows and then
 * calls {@link #done}, which refuses all others.
 */
public final class YamlBlock {
    private final YamlDocument document;
    private final String path;
    private final YamlValue whole;
    private final Map<String, YamlValue> values = new LinkedHashMap<>();
    private final Map<String, Mark> marks = new LinkedHashMap<>();
    private final TreeSet<String> known = new TreeSet<>();

    YamlBlock(YamlDocument document, String path, MappingNode mapping) {
        this.document = document;
        this.path = path;
        this.whole = new YamlValue(document, path, mapping);
        for (NodeTuple tuple : mapping.getValue()) {
            Mark mark = tuple.getKeyNode().getStartMark();
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw document.error(mark, "a key of " + document.name(path) + " is no text", null);
            }
            String name = key.getValue();
            String shown = of(YamlValue.cut(name));
            YamlValue value = new YamlValue(document, shown, tuple.getValueNode());
            if (values.put(name, value) != null) {
                throw document.error(mark, "'" + shown + "' stands there twice", null);
            }
            marks.put(name, mark);
        }
    }

    /** Whether the key is there. */
    public boolean has(String key) {
        return value(key).isPresent();
    }

    /** The value of a key that may be missing. */
    public Optional<YamlValue> value(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key));
    }

    /** The value of a key that may be missing, or be there with nothing after it. */
    public Optional<YamlValue> filled(String key) {
        return value(key).filter(value -> !value.isEmpty());
    }

    /**
     * The value of a key that has to be there.
     *
     * @throws InvalidInputException if it is not
     */
    public YamlValue required(String key) {
        return value(key).orElseThrow(() -> whole.error("the key '%s' is missing", of(key)));
    }

    public String text(String key, String otherwise) {
        return value(key).map(YamlValue::text).orElse(otherwise);
    }

    public double number(String key, double otherwise) {
        return value(key).map(YamlValue::number).orElse(otherwise);
    }

    public long whole(String key, long otherwise) {
        return value(key).map(YamlValue::whole).orElse(otherwise);
    }

    /** A whole number in a range. */
    public int whole(String key, int least, int most, int otherwise) {
        return value(key).map(value -> value.whole(least, most)).orElse(otherwise);
    }

    public boolean flag(String key, boolean otherwise) {
        return value(key).map(YamlValue::flag).orElse(otherwise);
    }

    /** What is made of the block of that key. */
    public <T extends @Nullable Object> T block(
            String key, T otherwise, Function<YamlBlock, T> reader) {
        YamlValue value = value(key).orElse(null);
        return value == null ? otherwise : reader.apply(value.block());
    }

    /** What is made of each block of a list. */
    public <T> List<T> blocks(String key, int most, Function<YamlBlock, T> reader) {
        return list(key, most, value -> reader.apply(value.block()));
    }

    /** What is made of each text of a list. */
    public <T> List<T> texts(String key, int most, Function<String, T> reader) {
        return list(key, most, value -> value.as(reader));
    }

    /** What a constructor makes of the values; what it refuses is refused with its place. */
    public <T extends @Nullable Object> T checked(Supplier<T> constructor) {
        return whole.checked(constructor);
    }

    /** An error that names the place of the block. */
    public InvalidInputException error(String message, Object... messageValues) {
        return whole.error(message, messageValues);
    }

    /**
     * Refuses all keys but these, before one is read.
     *
     * @throws InvalidInputException if there is another; names it and those that are known
     */
    public void only(String... keys) {
        known.addAll(List.of(keys));
        done();
    }

    /**
     * Refuses keys that nobody asked for.
     *
     * @throws InvalidInputException if there is one; names it and those that are known
     */
    public void done() {
        marks.forEach(
                (key, mark) -> {
                    if (!known.contains(key)) {
                        throw document.error(
                                mark,
                                String.format(
                                        Locale.ROOT,
                                        "unknown key '%s', known are %s",
                                        of(YamlValue.cut(key)),
                                        String.join(", ", known)),
                                null);
                    }
                });
    }

    private <T> List<T> list(String key, int most, Function<YamlValue, T> reader) {
        List<T> read = new ArrayList<>();
        value(key)
                .ifPresent(list -> list.list(most).forEach(value -> read.add(reader.apply(value))));
        return read;
    }

    private String of(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
