package duet.simulator.yaml;

import duet.schemas.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A value of a YAML document that knows its place. Whoever reads it asks for what it has to be;
 * each error is one line that names the file, the line, the key and the value.
 */
public final class YamlValue {
    private static final int LONGEST_TEXT = 1_000;
    private static final int LONGEST_SHOWN = 40;

    /** Digits are decimal even after a 0, which older YAML takes for octal: 010 is ten. */
    private static final Pattern WHOLE =
            Pattern.compile("[-+]?(?:0x[\\da-fA-F_]*[\\da-fA-F]|0b[01_]*[01]|\\d[\\d_]*+)");

    private static final Pattern NUMBER =
            Pattern.compile(
                    "[-+]?(?:\\d[\\d_]*+(?:\\.[\\d_]*+)?|\\.\\d[\\d_]*+)(?:[eE][-+]?\\d++)?");
    private static final Pattern TRUE = Pattern.compile("true|True|TRUE|yes|Yes|YES|on|On|ON");
    private static final Pattern FALSE = Pattern.compile("false|False|FALSE|no|No|NO|off|Off|OFF");

    /** What a value may be said to be although it stands in quotes. */
    private static final Set<Tag> NO_TEXT = Set.of(Tag.INT, Tag.FLOAT, Tag.BOOL);

    private final YamlDocument document;
    private final String path;
    private final Node node;

    YamlValue(YamlDocument document, String path, Node node) {
        this.document = document;
        this.path = path;
        this.node = node;
    }

    /** Whether nothing stands there, or null. */
    public boolean isEmpty() {
        return node.getTag().equals(Tag.NULL);
    }

    public String text() {
        return text(LONGEST_TEXT);
    }

    /** A text of so many characters at most. */
    public String text(int most) {
        if (!(node instanceof ScalarNode scalar) || isEmpty()) {
            throw mustBe("text");
        }
        int length = scalar.getValue().length();
        if (length > most) {
            throw error("'%s' has %,d characters, the limit is %,d", path, length, most);
        }
        return scalar.getValue();
    }

    /** What is made of a text; what is refused of it is refused with its place. */
    public <T> T as(Function<String, T> reader) {
        String text = text();
        return checked(() -> reader.apply(text));
    }

    /** One of some constants by its name. */
    public <E> E oneOf(E[] constants, Function<E, String> name) {
        String text = text();
        return Stream.of(constants)
                .filter(constant -> name.apply(constant).equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                error(
                                        "'%s' is %s, it must be one of %s",
                                        path,
                                        shown(),
                                        Stream.of(constants)
                                                .map(name)
                                                .collect(Collectors.joining(", "))));
    }

    public double number() {
        String scalar = scalar();
        if (scalar != null && NUMBER.matcher(scalar).matches()) {
            return Double.parseDouble(scalar.replace("_", ""));
        }
        Long whole = parsedWhole(scalar);
        if (whole == null) {
            throw mustBe("a number");
        }
        return whole;
    }

    public long whole() {
        Long whole = parsedWhole(scalar());
        if (whole == null) {
            throw mustBe("a whole number of at most 64 bits");
        }
        return whole;
    }

    /** A whole number in a range. */
    public int whole(int least, int most) {
        long value = whole();
        if (value < least || value > most) {
            throw error("%s is %d, it must be %d to %d", path, value, least, most);
        }
        return (int) value;
    }

    public boolean flag() {
        String scalar = scalar();
        if (scalar != null && TRUE.matcher(scalar).matches()) {
            return true;
        }
        if (scalar == null || !FALSE.matcher(scalar).matches()) {
            throw mustBe("true or false");
        }
        return false;
    }

    public YamlBlock block() {
        if (!(node instanceof MappingNode mapping)) {
            throw error("%s must be a block of keys, it is %s", document.name(path), shown());
        }
        return new YamlBlock(document, path, mapping);
    }

    /** Whether it is a list. */
    public boolean isList() {
        return node instanceof SequenceNode;
    }

    /** The values of a list. The size of the file alone bounds their number. */
    public List<YamlValue> list() {
        return list("a list");
    }

    /** The values of a list of so many at most. */
    public List<YamlValue> list(int most) {
        List<YamlValue> values = list();
        if (values.size() > most) {
            throw error("'%s' has %,d entries, the limit is %,d", path, values.size(), most);
        }
        return values;
    }

    public List<Double> numbers() {
        return list("a list of numbers").stream().map(YamlValue::number).toList();
    }

    /** What a constructor makes of the value; what it refuses is refused with its place. */
    public <T extends @Nullable Object> T checked(Supplier<T> constructor) {
        try {
            return constructor.get();
        } catch (InvalidInputException e) {
            throw document.error(node.getStartMark(), e.getMessage(), e);
        }
    }

    /** An error that names the place of the value. */
    public InvalidInputException error(String message, Object... values) {
        return document.error(
                node.getStartMark(), String.format(Locale.ROOT, message, values), null);
    }

    /** The value as errors show it: its beginning, in quotes. */
    public String shown() {
        if (node instanceof ScalarNode scalar) {
            return isEmpty() ? "empty" : "'" + cut(scalar.getValue()) + "'";
        }
        return node instanceof MappingNode ? "a block of keys" : "a list";
    }

    static String cut(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "..." : line;
    }

    private InvalidInputException mustBe(String what) {
        return error("'%s' must be %s, it is %s", path, what, shown());
    }

    /** What may be a number or a flag; null where it is none, text in quotes for example. */
    private @Nullable String scalar() {
        return node instanceof ScalarNode scalar
                        && (scalar.isPlain() || NO_TEXT.contains(scalar.getTag()))
                        && scalar.getValue().length() <= LONGEST_TEXT
                ? scalar.getValue()
                : null;
    }

    private static @Nullable Long parsedWhole(@Nullable String scalar) {
        if (scalar == null || !WHOLE.matcher(scalar).matches()) {
            return null;
        }
        String digits = scalar.replace("_", "");
        int radix = digits.contains("x") ? 16 : digits.contains("b") ? 2 : 10;
        try {
            return Long.parseLong(radix == 10 ? digits : digits.replaceFirst("0[xb]", ""), radix);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private List<YamlValue> list(String what) {
        if (!(node instanceof SequenceNode sequence)) {
            throw mustBe(what);
        }
        List<YamlValue> values = new ArrayList<>();
        for (Node value : sequence.getValue()) {
            values.add(new YamlValue(document, path + "[" + values.size() + "]", value));
        }
        return values;
    }
}
