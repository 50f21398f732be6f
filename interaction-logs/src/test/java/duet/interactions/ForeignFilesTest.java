package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A file that is no log is refused with what it looks like:")
class ForeignFilesTest {
    @TempDir Path folder;

    private void assertRefused(byte[] content, String charset, String message) throws IOException {
        Path file = Files.write(folder.resolve("log.csv"), content);
        RowOptions rows = new RowOptions(null, null, charset, false);

        assertThatThrownBy(
                        () ->
                                LogReader.read(
                                        Sources.withRows(
                                                LogSource.of(file.toString(), null), rows)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    /**
     * Bytes as characters up to 255; {@code \} and a hexadecimal number of two digits is a byte.
     */
    private static byte[] bytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(text.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\\89PNG\\0d\\0a\\1a\\0a|is an image",
                "\\ff\\d8\\ff\\e0|is an image",
                "\\80\\04\\95\\00|is a pickle of Python; write the table in it as csv or Parquet",
                "\\80\\02}q\\00|is a pickle of Python",
                "SQLite format 3\\00|is a database of SQLite; write the table",
                "PK\\03\\04|is a zip archive or a workbook of Excel; unpack it",
                "\\d0\\cf\\11\\e0\\a1\\b1|is a workbook of Excel; save it as csv",
                "\\93NUMPY\\01\\00|is an array of NumPy",
                "\\89HDF\\0d\\0a\\1a|is an HDF5 file",
                "ORC\\01\\02|is an ORC file; write it as Parquet",
                "Obj\\01\\04|is an Avro file; write it as Parquet",
                "FEA1\\00|is a Feather file; write it as Parquet",
                "ARROW1\\00|is an Arrow file; write it as Parquet",
                "7z\\bc\\af\\27\\1c|is a 7z archive",
                "Rar!\\1a\\07\\00|is a rar archive",
                "\\04\"M\\18|is compressed with lz4",
                "BZh91AY&SY\\00|is compressed with bzip2",
                "%PDF-1.4\\0a%\\e2\\e3|is a PDF",
                "<!DOCTYPE html>|is a page of HTML",
                "<?xml version=\"1.0\"?>|is XML",
                "version https://git-lfs.github.com/spec/v1|fetch it with git lfs pull",
            })
    void byItsFirstBytes(String begin, String message) throws IOException {
        byte[] content = Arrays.copyOf(bytes(begin), 600);
        if (begin.startsWith("<") || begin.startsWith("version")) {
            content = bytes(begin);
        }

        assertRefused(content, "utf-8", message);
        assertRefused(content, "latin-1", message);
    }

    @Test
    void aTarAlsoInGzip() throws IOException {
        byte[] tar = new byte[1024];
        System.arraycopy(bytes("log.csv"), 0, tar, 0, 7);
        System.arraycopy(bytes("ustar"), 0, tar, 257, 5);
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(tar);
        }

        assertRefused(tar, "utf-8", "is a tar archive; unpack it");
        assertRefused(gzip.toByteArray(), "utf-8", "is a tar archive; unpack it");
    }

    @Test
    void anyBytes() throws IOException {
        byte[] content = new byte[5_000];
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) random.nextInt(256);
        }
        content[0] = 'x';

        assertRefused(content, "utf-8", "is no text, and neither Parquet, gzip nor zstd");
        assertRefused(content, "latin-1", "is no text, and neither Parquet, gzip nor zstd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void sixteenBitsWithoutAMark(String charset) throws IOException {
        byte[] content = "user,item,ts\nu,1,2\nv,3,4\n".getBytes(Charset.forName(charset));

        assertRefused(
                content,
                "utf-8",
                "is UTF-16 text without a byte order mark; make it UTF-8 with iconv -f "
                        + charset
                        + " -t UTF-8");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a  1  1500000000%b  22  1500000001|are its 3 columns separated by blanks, which"
                        + " have to become tabs",
                "user_id   item_id   ts%1   22   1500000000|are its 3 columns separated by blanks",
                "1 2 5 881250949%1 3 4 881250949|is it --format ml-100k, user, item, rating and",
                "1  2%1  3|is it --format pairs, a user and an item a line",
                "1 2 3 4%2 3 4 5 6|is it --format sequence, a user and its items a line",
                "1::2::5::978300760|is it --format ml-1m",
                "1^2^978300760%1^3^978300760|is it separated by '^', which has to become a tab",
                "1\u00012\u0001978300760|is it separated by the control character 1",
                "A title%user,item,ts%u,1,2|does its table begin below? What stands above has to"
                        + " go, as with tail -n +2",
                "hello%world|has it one column alone",
                "1:%12,5,2005-09-06%13,3,2005-09-06|do lines such as the first stand above",
                "sep=;%user;item|:1: \"sep=;\" is for Excel alone",
            })
    void aTextThatIsNoTable(String lines, String message) throws IOException {
        assertRefused(lines.replace('%', '\n').getBytes(StandardCharsets.UTF_8), "utf-8", message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ORCID,user,item", "ARROW,user,item", "FEA1,user,item", "BZh9,user,item"})
    void aTextThatBeginsLikeOneIsRead(String header) throws IOException {
        Path file = Files.writeString(folder.resolve("log"), header + "\n" + "x,u,1\n".repeat(5));

        assertThat(LogReader.read(LogSource.of(file.toString(), null)).log().interactions())
                .isEqualTo(5);
    }
}
