package duet.interactions;

import duet.schemas.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Knows files that are no logs by how they begin, and says what to do with them. */
final class ForeignFiles {
    /** So much of a file tells what it is. */
    static final int BEGIN = 512;

    private static final int FEWEST = 8;
    private static final int MOST_CONTROLS_PERCENT = 10;

    private static final String WRITE = "; write the table in it as csv or Parquet";
    private static final String UNPACK = "; unpack it, or compress it with gzip or zstd";
    private static final String UTF_16 =
            "is UTF-16 text%s; make it UTF-8 with iconv -f %s -t UTF-8";

    /**
     * Is what a kind of file has at a place.
     *
     * @param at offset in bytes
     * @param bytes as characters up to 255
     * @param what the file is, and what to do with it
     */
    private record Mark(int at, String bytes, String what) {}

    private static final List<Mark> MARKS =
            List.of(
                    new Mark(0, "\u00FF\u00FE\0\0", "is UTF-32 text; make it UTF-8 with iconv"),
                    new Mark(0, "\u00FF\u00FE", String.format(Locale.ROOT, UTF_16, "", "UTF-16")),
                    new Mark(0, "\u00FE\u00FF", String.format(Locale.ROOT, UTF_16, "", "UTF-16")),
                    new Mark(
                            0,
                            "PK\u0003\u0004",
                            "is a zip archive or a workbook of Excel; unpack it, or save it as"
                                    + " csv"),
                    new Mark(4, "1AY&SY", "is compressed with bzip2" + UNPACK),
                    new Mark(0, "\u00FD7zX", "is compressed with xz" + UNPACK),
                    new Mark(0, "7z\u00BC\u00AF", "is a 7z archive" + UNPACK),
                    new Mark(0, "Rar!\u001A", "is a rar archive" + UNPACK),
                    new Mark(0, "\u0004\"M\u0018", "is compressed with lz4" + UNPACK),
                    new Mark(257, "ustar", "is a tar archive; unpack it"),
                    new Mark(0, "ARRO", "is an Arrow file; write it as Parquet"),
                    new Mark(0, "FEA1", "is a Feather file; write it as Parquet"),
                    new Mark(0, "ORC", "is an ORC file; write it as Parquet"),
                    new Mark(0, "Obj\u0001", "is an Avro file; write it as Parquet"),
                    new Mark(0, "\u0080\u0002", "is a pickle of Python" + WRITE),
                    new Mark(0, "\u0080\u0003", "is a pickle of Python" + WRITE),
                    new Mark(0, "\u0080\u0004", "is a pickle of Python" + WRITE),
                    new Mark(0, "\u0080\u0005", "is a pickle of Python" + WRITE),
                    new Mark(0, "\u0093NUMPY", "is an array of NumPy" + WRITE),
                    new Mark(0, "\u0089HDF", "is an HDF5 file" + WRITE),
                    new Mark(0, "SQLite format 3", "is a database of SQLite" + WRITE),
                    new Mark(8, "DUCK", "is a database of DuckDB" + WRITE),
                    new Mark(
                            0,
                            "\u00D0\u00CF\u0011\u00E0",
                            "is a workbook of Excel; save it as csv"),
                    new Mark(0, "\u0089PNG", "is an image, no log"),
                    new Mark(0, "\u00FF\u00D8\u00FF", "is an image, no log"),
                    new Mark(0, "%PDF", "is a PDF, no log"));

    private ForeignFiles() {}

    /**
     * Refuses a file that is known by its beginning.
     *
     * @param begin its first bytes, {@value #BEGIN} where there are so many
     */
    static void refuse(Path path, byte[] begin) {
        boolean text = isAscii(begin);
        for (Mark mark : MARKS) {
            // A name such as ORCID may begin a text.
            if (!text && has(begin, mark)) {
                throw new InvalidInputException(path + " " + mark.what());
            }
        }
        if (text) {
            refuseText(path, new String(begin, StandardCharsets.US_ASCII).strip());
        }
    }

    private static boolean isAscii(byte[] begin) {
        for (byte b : begin) {
            if (b < ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private static void refuseText(Path path, String begin) {
        if (begin.startsWith("version https://git-lfs")) {
            throw new InvalidInputException(
                    path
                            + " stands for a file that Git LFS has not fetched; fetch it with git"
                            + " lfs pull");
        }
        String text = begin.toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype") || text.startsWith("<html")) {
            throw new InvalidInputException(
                    path + " is a page of HTML; is it an error that was downloaded?");
        }
        if (text.startsWith("<?xml")) {
            throw new InvalidInputException(path + " is XML" + WRITE);
        }
    }

    /** Refuses what is no text in UTF-8 or an alphabet of single bytes. */
    static void refuseBinary(Path path, byte[] begin) {
        if (begin.length < FEWEST) {
            return;
        }
        int[] nuls = new int[4];
        int controls = 0;
        for (int i = 0; i < begin.length; i++) {
            nuls[i % 4] += begin[i] == 0 ? 1 : 0;
            controls += begin[i] >= 0 && begin[i] < ' ' && !isUsual(begin[i]) ? 1 : 0;
        }
        int even = nuls[0] + nuls[2];
        int odd = nuls[1] + nuls[3];
        boolean wide = 4 * Math.min(even, odd) > begin.length * 3 / 4;
        if (!wide
                && 4 * Math.max(even, odd) > begin.length
                && 16 * Math.min(even, odd) < odd + even) {
            throw new InvalidInputException(
                    path
                            + " "
                            + String.format(
                                    Locale.ROOT,
                                    UTF_16,
                                    " without a byte order mark",
                                    odd > even ? "UTF-16LE" : "UTF-16BE"));
        }
        if (100 * controls > MOST_CONTROLS_PERCENT * begin.length) {
            throw new InvalidInputException(
                    path + " is no text, and neither Parquet, gzip nor zstd" + WRITE);
        }
    }

    private static boolean isUsual(byte control) {
        return control == '\n' || control == '\r' || control == '\t' || control == 1;
    }

    private static boolean has(byte[] begin, Mark mark) {
        if (begin.length < mark.at() + mark.bytes().length()) {
            return false;
        }
        for (int i = 0; i < mark.bytes().length(); i++) {
            if ((begin[mark.at() + i] & 0xFF) != mark.bytes().charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
