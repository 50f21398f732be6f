package duet.interactions;

import duet.interactions.LogFile.Compression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds where a row stands that something is to be said of. */
final class RowPlaces {
    private static final int MOST_SHOWN = 400;

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

    private RowPlaces(
            List<LogFile> files, LogSource source, LogTable.@Nullable Text text, boolean lines) {
        this.files = files;
        this.source = source.files();
        this.text = text;
        this.lines = lines;
        this.charset =
                source.rows().charset().equals("utf-8")
                        ? StandardCharsets.UTF_8
                        : StandardCharsets.ISO_8859_1;
    }

    /** Finds lines; every line is a row, also an empty one. */
    static RowPlaces ofLines(List<LogFile> files, LogSource source) {
        return new RowPlaces(files, source, new LogTable.Text(false, '\0', '\0'), true);
    }

    /** Finds rows of a table. */
    static RowPlaces ofTable(List<LogFile> files, LogSource source, LogTable table) {
        boolean inText = source.rows().query() == null && !source.rows().skipBadRows();
        return new RowPlaces(files, source, inText ? table.text() : null, false);
    }

    /**
     * Returns the place of a row.
     *
     * @param row from 1, through all files
     */
    Place of(long row) {
        boolean readable =
                files.stream().allMatch(f -> f.compression() != Compression.ZSTD && !f.parquet());
        if (text != null && readable) {
            long before = 0;
            for (LogFile file : files) {
                Finder finder = new Finder(text, row - before, lines);
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

    /** Goes through a text row by row. */
    private static final class Finder {
        private final LogTable.Text text;
        private final long wanted;
        private final boolean lines;
        private boolean headerLeft;
        private long rows;
        private long line = 1;
        private long startLine = 1;
        private boolean inQuotes;
        private boolean blank = true;
        private boolean fieldStart = true;
        private boolean afterReturn;
        private final ByteArrayOutputStream found = new ByteArrayOutputStream();

        Finder(LogTable.Text text, long wanted, boolean lines) {
            this.text = text;
            this.wanted = wanted;
            this.lines = lines;
            this.headerLeft = text.header();
        }

        boolean find(InputStream in) throws IOException {
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n' && afterReturn) {
                    afterReturn = false;
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
                blank = false;
                if (found.size() < MOST_SHOWN) {
                    found.write(b);
                }
            }
            return !blank && ends();
        }

        private boolean ends() {
            if (!blank || lines) {
                if (headerLeft) {
                    headerLeft = false;
                } else if (++rows == wanted) {
                    return true;
                }
            }
            startLine = line;
            blank = true;
            fieldStart = true;
            found.reset();
            return false;
        }
    }
}
