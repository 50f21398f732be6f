package duet.interactions;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds where a row stands that something is to be said of. */
final class RowPlaces {
    private static final int MOST_SHOWN = 400;
    private static final long[] NONE = {};

    /**
     * Is a place in a log.
     *
     * @param file path
     * @param number of the line from 1, or of the row where {@code inRows}
     * @param inRows whether the number counts rows
     * @param text of the line; empty where there is none
     */
    record Place(String file, long number, boolean inRows, String text) {}

    private final List<LogFile> files;
    private final String source;
    private final LogTable.@Nullable Text text;
    private final boolean lines;
    private final Charset charset;
    private final Map<LogFile, long[]> rejected;

    private RowPlaces(
            List<LogFile> files,
            String source,
            LogTable.@Nullable Text text,
            boolean lines,
            Charset charset,
            Map<LogFile, long[]> rejected) {
        this.files = files;
        this.source = source;
        this.text = text;
        this.lines = lines;
        this.charset = charset;
        this.rejected = rejected;
    }

    /** Finds lines; every line is a row, also an empty one. */
    static RowPlaces ofLines(List<LogFile> files, LogSource source) {
        return new RowPlaces(
                files,
                source.files(),
                new LogTable.Text(false, '\0', '\0'),
                true,
                charset(source),
                Map.of());
    }

    /** Finds rows of a table. */
    static RowPlaces ofTable(List<LogFile> files, LogSource source, LogTable table) {
        return new RowPlaces(
                files,
                source.files(),
                source.rows().query() == null ? table.text() : null,
                false,
                charset(source),
                Map.of());
    }

    /** Finds records of one text. */
    static RowPlaces ofText(LogFile file, LogTable.Text text) {
        return new RowPlaces(List.of(file), "", text, false, StandardCharsets.UTF_8, Map.of());
    }

    private static Charset charset(LogSource source) {
        return source.rows().charset().equals("utf-8")
                ? StandardCharsets.UTF_8
                : StandardCharsets.ISO_8859_1;
    }

    /**
     * Returns the same where some rows of the text are none of the table, and have no number.
     *
     * @param starts where those of a file begin, in bytes of UTF-8 from 1, ascending
     */
    RowPlaces without(Map<LogFile, long[]> starts) {
        return new RowPlaces(files, source, text, lines, charset, starts);
    }

    /** Returns the same where rows are not looked for in the text. */
    RowPlaces rowsAlone() {
        return new RowPlaces(files, source, null, lines, charset, rejected);
    }

    /**
     * Returns the place of a row.
     *
     * @param row from 1, through all files
     */
    Place of(long row) {
        if (text != null && files.stream().noneMatch(LogFile::parquet)) {
            long before = 0;
            for (LogFile file : files) {
                Finder finder =
                        new Finder(text, row - before, rejected.getOrDefault(file, NONE), 0, 0);
                try (InputStream in = LogFiles.open(file.read(), file.compression())) {
                    if (finder.find(in)) {
                        return new Place(
                                file.path().toString(),
                                finder.startLine,
                                false,
                                finder.found.toString(charset).strip());
                    }
                } catch (IOException e) {
                    return new Place(file.path().toString(), row, true, "");
                }
                before += finder.rows;
            }
        }
        return files.size() == 1
                ? new Place(files.get(0).path().toString(), row, !lines, "")
                : new Place(source, row, true, "");
    }

    /**
     * Returns the line, from 1, of a row.
     *
     * @param start where it begins, in bytes of UTF-8 from 1
     * @param otherwise what is returned where that is not found
     */
    long line(LogFile file, long start, long otherwise) {
        if (text == null || file.parquet()) {
            return otherwise;
        }
        return line(file, new Finder(text, 0, NONE, start, 0), otherwise);
    }

    /**
     * Returns the line, from 1, of a record.
     *
     * @param record its number, from 1, in which a header, and an empty line, is one, too
     */
    long lineOfRecord(LogFile file, long record) {
        return text == null || file.parquet()
                ? record
                : line(file, new Finder(text, 0, NONE, 0, record), record);
    }

    private static long line(LogFile file, Finder finder, long otherwise) {
        try (InputStream in = LogFiles.open(file.read(), file.compression())) {
            return finder.find(in) ? finder.startLine : otherwise;
        } catch (IOException e) {
            return otherwise;
        }
    }

    /** Goes through a text row by row. */
    private final class Finder {
        private final LogTable.Text text;
        private final long wanted;
        private final long[] without;
        private final long wantedStart;
        private final long wantedRecord;
        private boolean headerLeft;
        private long rows;
        private long records;
        private long line = 1;
        private long startLine = 1;
        private long at = 1; // in bytes of UTF-8
        private long start = 1;
        private long earliest = 1; // the end of the row before
        private boolean inQuotes;
        private boolean blank = true;
        private boolean begun; // lines of blanks above all others are none of the table
        private boolean fieldStart = true;
        private boolean afterReturn;
        private final ByteArrayOutputStream found = new ByteArrayOutputStream();

        /**
         * Looks for a row by its number, or by its start.
         *
         * @param wanted number of the row, from 1; 0 for none
         * @param without starts of rows that have no number
         * @param wantedStart start of the row; 0 for none
         * @param wantedRecord number of the record, from 1; 0 for none
         */
        Finder(
                LogTable.Text text,
                long wanted,
                long[] without,
                long wantedStart,
                long wantedRecord) {
            this.text = text;
            this.wanted = wanted;
            this.without = without;
            this.wantedStart = wantedStart;
            this.wantedRecord = wantedRecord;
            this.headerLeft = text.header();
        }

        boolean find(InputStream in) throws IOException {
            for (int b = in.read(); b >= 0; b = in.read()) {
                at += b >= 0x80 && charset == StandardCharsets.ISO_8859_1 ? 2 : 1;
                if (b == '\n' && afterReturn) {
                    afterReturn = false;
                    start += inQuotes ? 0 : 1;
                    continue;
                }
                afterReturn = b == '\r';
                if (b == '\n' || b == '\r') {
                    line++;
                    if (!inQuotes && ends()) {
                        return true;
                    }
                    continue;
                }
                if (text.quote() != 0 && b == text.quote() && (fieldStart || inQuotes)) {
                    inQuotes = !inQuotes;
                    // Two of them are one within the field.
                    fieldStart = !inQuotes;
                } else {
                    fieldStart = b == text.delimiter();
                }
                begun |= b > ' ';
                blank &= !begun;
                if (found.size() < MOST_SHOWN) {
                    found.write(b);
                }
            }
            return !blank && ends();
        }

        private boolean ends() {
            if (++records == wantedRecord) {
                return true;
            }
            if (!blank || lines) {
                if (headerLeft) {
                    headerLeft = false;
                } else if (wantedStart > 0 && isAt(wantedStart)
                        || !isLeftOut() && ++rows == wanted) {
                    return true;
                }
            }
            earliest = blank ? earliest : at - 1;
            startLine = line;
            start = at;
            blank = true;
            // Of JSON, which has no separator, no line of blanks is a row.
            begun &= text.delimiter() != 0;
            fieldStart = true;
            found.reset();
            return false;
        }

        /**
         * Tells whether the row begins there; DuckDB may count ends of lines before it, those of
         * empty ones among them, to it.
         */
        private boolean isAt(long place) {
            return place >= earliest && place <= start;
        }

        private boolean isLeftOut() {
            int place = Arrays.binarySearch(without, earliest);
            int next = place < 0 ? -place - 1 : place;
            return next < without.length && isAt(without[next]);
        }
    }
}
