package duet.studies.experiment.cell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import duet.schemas.InvalidInputException;
import duet.schemas.UnknownKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This class reads and writes JSON files that are whole or not there, whenever the process is
 * killed.
 */
public final class ResultFiles {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private ResultFiles() {}

    /**
     * Reads the content of a file; empty if there is none.
     *
     * @throws InvalidInputException if it is something else
     */
    public static <T> Optional<T> read(Path file, Class<T> type) {
        try {
            String text = Files.readString(file);
            T value = JSON.readValue(text, type);
            if (value == null
                    || UnknownKeys.first(JSON.readTree(text), JSON.valueToTree(value))
                            .isPresent()) {
                throw notOurs(file, null);
            }
            return Optional.of(value);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw notOurs(file, e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read", e);
        }
    }

    private static InvalidInputException notOurs(
            Path file, @Nullable JsonProcessingException cause) {
        return new InvalidInputException(
                file + " is not what duet experiment writes; delete it to measure it again", cause);
    }

    /** Writes a file, replacing an older one at once. */
    public static void write(Path file, Object value) {
        try {
            write(file, JSON.writeValueAsString(value) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result is always JSON", e);
        }
    }

    /** Writes a text, replacing an older file at once. */
    public static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes, replacing an older file at once. */
    public static void write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path partial =
                    file.resolveSibling(
                            file.getFileName() + "." + ProcessHandle.current().pid() + ".partial");
            Files.write(partial, content);
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
