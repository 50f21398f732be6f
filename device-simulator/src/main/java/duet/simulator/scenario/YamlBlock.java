package duet.simulator.scenario;

import duet.schemas.InvalidInputException;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A block of keys of a YAML file. Whoever reads it asks for the keys that it knows and then calls
 * {@link #done}, which refuses all others. Each error is one line that names the file, the line,
 * the key and the value. Nothing but text is ever made from the file, and aliases of blocks are
 * refused, so a small file stays small.
 */
final class YamlBlock {
    private static final int MOST_LEVELS = 20;
    private static final int LONGEST_TEXT = 1_000;
    private static final int LONGEST_SHOWN = 40;
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
    private static final Pattern NUMBER =
            Pattern.compile("-?\\d{1,30}(\\.\\d{1,30})?([eE][-+]?\\d{1,3})?");

    private final String file;
    private final String path;
    private final Mark mark;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Mark> marks = new LinkedHashMap<>();
    private final TreeSet<String> known = new TreeSet<>();

    private YamlBlock(String file, String path, Node node) {
        this.file = file;
        this.path = path;
        this.mark = node.getStartMark();
        if (!(node instanceof MappingNode mapping)) {
            throw error(mark, "%s must be a block of keys, it is %s", name(path), shown(node));
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw error(
                        tuple.getKeyNode().getStartMark(), "a key of %s is no text", name(path));
            }
            if (values.put(key.getValue(), tuple.getValueNode()) != null) {
                throw error(key.getStartMark(), "'%s' stands there twice", of(cut(key.getValue())));
            }
            marks.put(key.getValue(), key.getStartMark());
        }
    }

    /**
     * The block that a text is.
     *
     * @param file what errors call it
     * @param most characters of the text
     * @throws InvalidInputException if the text is no YAML, or no block
     */
    static YamlBlock of(String file, String text, int most) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(most);
        options.setNestingDepthLimit(MOST_LEVELS);
        options.setMaxAliasesForCollections(0);
        Node root;
        try {
            root = new Yaml(options).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s%s: %s",
                            file,
                            line(e.getProblemMark()),
                            e.getProblem()),
                    e);
        } catch (YAMLException e) {
            throw new InvalidInputException(
                    file + ": " + e.getMessage().lines().findFirst().orElse(""), e);
        }
        if (root == null) {
            throw new InvalidInputException(file + " is empty");
        }
        return new YamlBlock(file, "", root);
    }

    /** Whether the key is there. */
    boolean has(String key) {
        return value(key).isPresent();
    }

    String text(String key, String otherwise) {
        return value(key).map(node -> text(of(key), node)).orElse(otherwise);
    }

    double number(String key, double otherwise) {
        return value(key)
                .map(node -> scalar(key, node, NUMBER, "a number"))
                .map(Double::parseDouble)
                .orElse(otherwise);
    }

    long whole(String key, long otherwise) {
        return value(key)
                .map(node -> scalar(key, node, WHOLE, "a whole number of at most 18 digits"))
                .map(Long::parseLong)
                .orElse(otherwise);
    }

    /** A whole number in a range. */
    int whole(String key, int least, int most, int otherwise) {
        long value = whole(key, otherwise);
        if (has(key)) {
            checked(
                    key,
                    () -> {
                        Limits.range(of(key), value, least, most);
                        return value;
                    });
        }
        return (int) value;
    }

    boolean flag(String key, boolean otherwise) {
        return value(key)
                .map(node -> scalar(key, node, Pattern.compile("true|false"), "true or false"))
                .map(Boolean::parseBoolean)
                .orElse(otherwise);
    }

    Duration duration(String key, Duration otherwise) {
        return value(key)
                .map(node -> checked(key, () -> Durations.parse(text(of(key), node))))
                .orElse(otherwise);
    }

    /** One of some constants by its name. */
    <E> E oneOf(String key, E otherwise, E[] constants, Function<E, String> name) {
        return value(key)
                .map(
                        node -> {
                            String text = text(of(key), node);
                            return Stream.of(constants)
                                    .filter(constant -> name.apply(constant).equals(text))
                                    .findFirst()
                                    .orElseThrow(
                                            () ->
                                                    error(
                                                            node.getStartMark(),
                                                            "'%s' is '%s', it must be one of %s",
                                                            of(key),
                                                            cut(text),
                                                            Stream.of(constants)
                                                                    .map(name)
                                                                    .collect(
                                                                            Collectors.joining(
                                                                                    ", "))));
                        })
                .orElse(otherwise);
    }

    /** What is made of the block of that key. */
    <T> T block(String key, T otherwise, Function<YamlBlock, T> reader) {
        return value(key).map(node -> read(of(key), node, reader)).orElse(otherwise);
    }

    /** What is made of each block of a list. */
    <T> List<T> blocks(String key, int most, Function<YamlBlock, T> reader) {
        List<T> read = new ArrayList<>();
        for (Node node : list(key, most)) {
            read.add(read(of(key) + "[" + read.size() + "]", node, reader));
        }
        return read;
    }

    /** What is made of each text of a list. */
    <T> List<T> texts(String key, int most, Function<String, T> reader) {
        List<T> read = new ArrayList<>();
        for (Node node : list(key, most)) {
            String text = text(of(key) + "[" + read.size() + "]", node);
            read.add(checked(node.getStartMark(), () -> reader.apply(text)));
        }
        return read;
    }

    /** What a constructor makes of the values; what it refuses is refused with its place. */
    <T> T checked(Supplier<T> constructor) {
        return checked(mark, constructor);
    }

    /**
     * Refuses keys that nobody asked for.
     *
     * @throws InvalidInputException if there is one; names it and those that are known
     */
    void done() {
        for (Map.Entry<String, Mark> key : marks.entrySet()) {
            if (!known.contains(key.getKey())) {
                throw error(
                        key.getValue(),
                        "unknown key '%s', known are %s",
                        of(cut(key.getKey())),
                        String.join(", ", known));
            }
        }
    }

    InvalidInputException missing(String key) {
        return error(mark, "the key '%s' is missing", of(key));
    }

    private <T> T read(String at, Node node, Function<YamlBlock, T> reader) {
        YamlBlock block = new YamlBlock(file, at, node);
        return reader.apply(block);
    }

    private Optional<Node> value(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key));
    }

    private List<Node> list(String key, int most) {
        Node node = value(key).orElse(null);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw error(node.getStartMark(), "'%s' must be a list, it is %s", of(key), shown(node));
        }
        if (sequence.getValue().size() > most) {
            throw error(
                    node.getStartMark(),
                    "'%s' has %,d entries, the limit is %,d",
                    of(key),
                    sequence.getValue().size(),
                    most);
        }
        return sequence.getValue();
    }

    private String text(String at, Node node) {
        if (!(node instanceof ScalarNode scalar) || node.getTag().equals(Tag.NULL)) {
            throw error(node.getStartMark(), "'%s' must be text, it is %s", at, shown(node));
        }
        if (scalar.getValue().length() > LONGEST_TEXT) {
            throw error(
                    node.getStartMark(),
                    "'%s' has %,d characters, the limit is %,d",
                    at,
                    scalar.getValue().length(),
                    LONGEST_TEXT);
        }
        return scalar.getValue();
    }

    private String scalar(String key, Node node, Pattern pattern, String what) {
        if (node instanceof ScalarNode scalar
                && scalar.isPlain()
                && pattern.matcher(scalar.getValue()).matches()) {
            return scalar.getValue();
        }
        throw error(node.getStartMark(), "'%s' must be %s, it is %s", of(key), what, shown(node));
    }

    private <T> T checked(String key, Supplier<T> constructor) {
        return checked(values.get(key).getStartMark(), constructor);
    }

    private <T> T checked(Mark at, Supplier<T> constructor) {
        try {
            return constructor.get();
        } catch (InvalidInputException e) {
            throw error(at, "%s", e.getMessage());
        }
    }

    private String of(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String name(String path) {
        return path.isEmpty() ? "the scenario" : "'" + path + "'";
    }

    private static String shown(Node node) {
        if (node instanceof ScalarNode scalar) {
            return node.getTag().equals(Tag.NULL) ? "empty" : "'" + cut(scalar.getValue()) + "'";
        }
        return node instanceof MappingNode ? "a block of keys" : "a list";
    }

    private static String cut(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "..." : line;
    }

    private InvalidInputException error(Mark at, String message, Object... values) {
        return new InvalidInputException(
                String.format(
                        Locale.ROOT,
                        "%s%s: %s",
                        file,
                        line(at),
                        String.format(Locale.ROOT, message, values)));
    }

    private static String line(Mark mark) {
        return mark == null ? "" : " line " + (mark.getLine() + 1);
    }
}
