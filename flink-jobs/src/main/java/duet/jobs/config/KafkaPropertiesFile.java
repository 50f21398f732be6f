package duet.jobs.config;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * This class reads a file of Kafka client properties as Kafka's own tools take it with {@code
 * --command-config}: how to reach a cluster and who one is there. No error repeats any of its
 * values.
 */
public final class KafkaPropertiesFile {
    /** The limit leaves room for certificates that stand in the file itself. */
    private static final int MAX_BYTES = 1 << 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,200}");

    private KafkaPropertiesFile() {}

    /**
     * Reads the properties of a file, by name.
     *
     * @param file in the format of {@link Properties}, UTF-8, at most 1 MiB
     * @throws InvalidInputException naming the file and what is wrong with it
     */
    public static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text(file)));
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidInputException(
                    "Kafka properties file "
                            + file
                            + " is malformed: it has a \\u that no character follows");
        }
        Map<String, String> named = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (!NAME.matcher(name).matches()) {
                // Whatever it is, it may be the rest of a secret that was cut off in its line.
                throw new InvalidInputException(
                        "Kafka properties file "
                                + file
                                + " is malformed: it has a line that is not NAME=VALUE, or a value"
                                + " that goes on in the next line without a \\ before it");
            }
            named.put(name, properties.getProperty(name).strip());
        }
        return named;
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "Kafka properties file %s has more than %,d bytes",
                                file,
                                MAX_BYTES));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("Kafka properties file " + file + " does not exist", e);
        } catch (IOException e) {
            throw new InvalidInputException("Kafka properties file " + file + " cannot be read", e);
        }
    }
}
