package duet.simulator.yaml;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * A text in YAML, of which only nodes are made: no tag of it names a class, and an alias of a list
 * or a block is refused, so a small file stays small.
 */
public final class YamlDocument {
    private static final int MOST_LEVELS = 20;

    private final String file;
    private final String what;

    private YamlDocument(String file, String what) {
        this.file = file;
        this.what = what;
    }

    /**
     * The block of keys that a file is.
     *
     * @param what the file is to be, a word for errors
     * @param most bytes of the file
     * @throws InvalidInputException if it cannot be read, is too large, no UTF-8 or no YAML, or no
     *     block
     */
    public static YamlBlock read(Path file, String what, int most) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(most + 1);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(file + " does not exist", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        }
        if (bytes.length > most) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is larger than %,d bytes, that is no %s",
                            file,
                            most,
                            what));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(file + " is not text in UTF-8", e);
        }
        return of(file.toString(), text, what, most);
    }

    /**
     * The block of keys that a text is.
     *
     * @param file what errors call it
     * @param what the text is to be, a word for errors
     * @param most characters of the text
     * @throws InvalidInputException if it is too long, no YAML, or no block
     */
    public static YamlBlock of(String file, String text, String what, int most) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(most);
        options.setNestingDepthLimit(MOST_LEVELS);
        options.setMaxAliasesForCollections(0);
        YamlDocument document = new YamlDocument(file, what);
        Node root;
        try {
            root = new Yaml(options).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            throw document.error(e.getProblemMark(), e.getProblem(), e);
        } catch (YAMLException e) {
            throw new InvalidInputException(
                    file + ": " + e.getMessage().lines().findFirst().orElse(""), e);
        }
        if (root == null) {
            throw new InvalidInputException(file + " is empty");
        }
        return new YamlValue(document, "", root).block();
    }

    /** What errors call a value. */
    String name(String path) {
        return path.isEmpty() ? "the " + what : "'" + path + "'";
    }

    /** An error of one line, whatever the message holds. */
    InvalidInputException error(
            @Nullable Mark at, @Nullable String message, @Nullable Throwable cause) {
        String place = at == null ? "" : " line " + (at.getLine() + 1);
        return new InvalidInputException(
                file + place + ": " + String.valueOf(message).replaceAll("\\R", " "), cause);
    }
}
