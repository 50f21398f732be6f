package duet.interactions;

import duet.schemas.InvalidInputException;
import duet.schemas.Quantity;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/**
 * Looks for rows that are too far from those of their table to be left out: DuckDB writes a row
 * that is left out down once for each column that it has too many or too few.
 */
final class RowWidths {
    /** So many bytes may be written down for a row, */
    private static final long MOST_OF_ROW = 1 << 24;

    /** and for all. */
    private static final long MOST_OF_ALL = 1 << 30;

    /** Takes the place of what DuckDB writes down beside the text of the row. */
    private static final long BESIDE = 64;

    private final LogFile file;
    private final int columns;
    private final char delimiter;
    private final char quote;
    private final char escape;

    private long line = 1;
    private long firstLine = 1; // of the row
    private long separators;
    private long bytes;
    private long all;
    private boolean quoted;
    private boolean escaped;
    private boolean fieldStart = true;
    private boolean afterReturn;

    /**
     * Looks at the rows of a text.
     *
     * @param columns of the table
     * @param quote 0 for none
     * @param escape of quotes within quotes
     */
    RowWidths(LogFile file, int columns, char delimiter, char quote, char escape) {
        this.file = file;
        this.columns = columns;
        this.delimiter = delimiter;
        this.quote = quote;
        this.escape = escape;
    }

    /**
     * Goes through a text.
     *
     * @throws InvalidInputException naming the line of a row that cannot be left out
     */
    void requireNearlyEqual() {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = LogFiles.open(file.read(), file.compression())) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    next((char) (buffer[i] & 0xFF));
                }
            }
        } catch (IOException e) {
            throw LogFiles.failure(file.path(), e);
        }
        endRow();
    }

    private void next(char c) {
        if (c == '\n' || c == '\r') {
            if (c == '\r' || !afterReturn) {
                line++;
                if (!quoted) {
                    endRow();
                }
            }
            firstLine = quoted ? firstLine : line;
            afterReturn = c == '\r';
            return;
        }
        afterReturn = false;
        bytes++;
        if (escaped) {
            escaped = false;
        } else if (quoted && c == escape && escape != quote) {
            escaped = true;
        } else if (quote != 0 && c == quote && (fieldStart || quoted)) {
            quoted = !quoted;
            // Two of them are one within the field.
            fieldStart = !quoted;
        } else {
            fieldStart = c == delimiter;
            separators += fieldStart && !quoted ? 1 : 0;
        }
    }

    private void endRow() {
        if (bytes > 0) {
            long odd = Math.abs(separators + 1 - columns);
            long written = odd * (bytes + BESIDE);
            all += written;
            if (written > MOST_OF_ROW || all > MOST_OF_ALL) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s:%d: %s, the table has %,d: %s far from it to be left out%s",
                                file.path(),
                                firstLine,
                                Quantity.of(separators + 1, "column"),
                                columns,
                                written > MOST_OF_ROW
                                        ? "the row is too"
                                        : "this and the bad rows above are too many or too",
                                line > firstLine + 1 ? "; does a quote not end?" : ""));
            }
        }
        separators = 0;
        bytes = 0;
        fieldStart = true;
    }
}
