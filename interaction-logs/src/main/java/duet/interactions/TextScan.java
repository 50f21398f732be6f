package duet.interactions;

import duet.interactions.LogFile.TextFacts;
import duet.schemas.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Looks through a text before it is read as one, for what a reader of tables would take in silence,
 * or refuse without saying where.
 */
final class TextScan {
    /** No line may have more bytes than this, unless it is a JSON array. */
    static final int MAX_LINE = 1 << 24;

    private static final int MAX_FIRST_LINE = 1 << 16;

    private final Path file;
    private final boolean utf8;

    private long offset; // of the byte that is looked at, from 0
    private long line = 1;
    private long lineStart;
    private long longest;
    private int following; // bytes that the current character still needs
    private int lowest = 0x80; // the next of them is from here
    private int highest = 0xBF; // to here
    private boolean afterReturn;
    private boolean begun;
    private boolean array; // of JSON, which may be one line, and is bounded by its objects
    private boolean firstEnded; // the first line that is not blank
    private int blankLines; // above it
    private boolean mark;
    private long lineFeeds;
    private long returnsAndFeeds;
    private long returns;
    private final ByteArrayOutputStream first = new ByteArrayOutputStream();

    private TextScan(Path file, boolean utf8) {
        this.file = file;
        this.utf8 = utf8;
    }

    /**
     * Looks through a text.
     *
     * @param in its bytes
     * @param utf8 whether they have to be UTF-8
     * @throws InvalidInputException naming line and byte of what no text has
     * @throws IOException if it cannot be read
     */
    static TextFacts scan(Path file, InputStream in, boolean utf8) throws IOException {
        return new TextScan(file, utf8).scan(in);
    }

    private TextFacts scan(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                next(buffer[i] & 0xFF);
                offset++;
            }
        }
        if (following > 0) {
            throw notUtf8();
        }
        if (afterReturn) {
            returns++;
        }
        int kinds = (lineFeeds > 0 ? 1 : 0) + (returnsAndFeeds > 0 ? 1 : 0) + (returns > 0 ? 1 : 0);
        String text = withoutMark(first.toString(StandardCharsets.UTF_8));
        return new TextFacts(
                text, blankLines, mark, kinds > 1, Math.max(longest, offset - lineStart));
    }

    private void next(int b) {
        if (following > 0) {
            if (b < lowest || b > highest) {
                throw notUtf8();
            }
            following--;
            lowest = 0x80;
            highest = 0xBF;
            keepFirst(b);
            return;
        }
        if (b < 0x80) {
            ascii(b);
            return;
        }
        endReturn();
        if (utf8) {
            lead(b);
        }
        keepFirst(b);
    }

    private void ascii(int b) {
        if (b >= ' ') {
            if (afterReturn) {
                endReturn();
            }
            keepFirst(b);
            if (!begun && b > ' ') {
                begun = true;
                array = b == '[';
            }
            if (offset - lineStart > MAX_LINE && !array) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT, "%s:%d: longer than %,d bytes", file, line, MAX_LINE));
            }
            return;
        }
        if (b == '\n') {
            if (afterReturn) {
                returnsAndFeeds++;
                afterReturn = false;
            } else {
                lineFeeds++;
            }
            endLine(offset + 1);
            return;
        }
        endReturn();
        if (b == '\r') {
            afterReturn = true;
        } else if (b == 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s:%d: byte %,d of the line is NUL, which no text has",
                            file,
                            line,
                            offset - lineStart + 1));
        } else {
            keepFirst(b);
        }
    }

    private void endReturn() {
        if (afterReturn) {
            returns++;
            afterReturn = false;
            endLine(offset);
        }
    }

    private String withoutMark(String text) {
        boolean marked = text.startsWith("\uFEFF");
        mark |= marked && blankLines == 0;
        return marked ? text.substring(1) : text;
    }

    private void endLine(long next) {
        if (!firstEnded) {
            firstEnded = !withoutMark(first.toString(StandardCharsets.UTF_8)).isBlank();
            if (!firstEnded) {
                first.reset();
                blankLines++;
            }
        }
        longest = Math.max(longest, next - lineStart);
        line++;
        lineStart = next;
    }

    private void keepFirst(int b) {
        if (!firstEnded && first.size() < MAX_FIRST_LINE) {
            first.write(b);
        }
    }

    /** Takes the first byte of a character of several (RFC 3629). */
    private void lead(int b) {
        if (b >= 0xC2 && b <= 0xDF) {
            following = 1;
        } else if (b >= 0xE0 && b <= 0xEF) {
            following = 2;
            lowest = b == 0xE0 ? 0xA0 : 0x80;
            highest = b == 0xED ? 0x9F : 0xBF;
        } else if (b >= 0xF0 && b <= 0xF4) {
            following = 3;
            lowest = b == 0xF0 ? 0x90 : 0x80;
            highest = b == 0xF4 ? 0x8F : 0xBF;
        } else {
            throw notUtf8();
        }
    }

    private InvalidInputException notUtf8() {
        return new InvalidInputException(
                String.format(
                        Locale.ROOT,
                        "%s:%d: not UTF-8 text at byte %,d of the line; is it --charset latin-1?",
                        file,
                        line,
                        offset - lineStart + 1));
    }
}
