package duet.model.data;

import duet.schemas.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text file line by line with a bound on the length of a line, so that a file without line
 * ends cannot fill the memory. Lines end as on any system, and a byte order mark before the first
 * is no part of it. Every failure becomes an {@link InvalidInputException} that names the file and
 * the line.
 */
final class BoundedLineReader implements AutoCloseable {
    /** No line may have more characters than this. */
    static final int MAX_LINE = 1 << 20;

    private static final int MAX_EXCERPT = 80;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final BufferedReader reader;
    private int lineNumber;
    private @Nullable String line;

    private BoundedLineReader(Path file, BufferedReader reader) {
        this.file = file;
        this.reader = reader;
    }

    static BoundedLineReader open(Path file) {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + " is a directory, not a file");
        }
        try {
            return new BoundedLineReader(file, Files.newBufferedReader(file));
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new InvalidInputException(file + " may not be read", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read", e);
        }
    }

    /** Returns the next line that is not blank, or null at the end. */
    @Nullable String next() {
        try {
            do {
                line = readLine();
            } while (line != null && line.isBlank());
            return line;
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(
                    String.format(Locale.ROOT, "%s:%d: not UTF-8 text", file, lineNumber + 1), e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    String.format(Locale.ROOT, "%s:%d: cannot be read", file, lineNumber + 1), e);
        }
    }

    /** Returns the number of the line last read, from 1. */
    int lineNumber() {
        return lineNumber;
    }

    /**
     * Makes an error about the line last read: place, reason and the line's text, cut to a readable
     * length.
     */
    InvalidInputException error(String reason) {
        return new InvalidInputException(
                String.format(
                        Locale.ROOT, "%s:%d: %s: \"%s\"", file, lineNumber, reason, excerpt(line)));
    }

    static String excerpt(String text) {
        String head = text.length() > MAX_EXCERPT ? text.substring(0, MAX_EXCERPT) + "…" : text;
        return head.replace("\t", "\\t").replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    private @Nullable String readLine() throws IOException {
        StringBuilder text = new StringBuilder();
        boolean first = lineNumber == 0;
        int c;
        while ((c = reader.read()) != -1) {
            if (c == BYTE_ORDER_MARK && first && text.isEmpty()) {
                first = false;
                continue;
            }
            if (c == '\n' || c == '\r') {
                skipLineFeedAfter(c);
                lineNumber++;
                return text.toString();
            }
            if (text.length() == MAX_LINE) {
                lineNumber++;
                line = text.toString();
                throw error(String.format(Locale.ROOT, "longer than %,d characters", MAX_LINE));
            }
            text.append((char) c);
        }
        if (text.isEmpty()) {
            return null;
        }
        lineNumber++;
        return text.toString();
    }

    private void skipLineFeedAfter(int end) throws IOException {
        if (end == '\r') {
            reader.mark(1);
            if (reader.read() != '\n') {
                reader.reset();
            }
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be closed", e);
        }
    }
}
