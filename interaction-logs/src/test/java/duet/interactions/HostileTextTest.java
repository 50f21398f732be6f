package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A text that was made to be hard to read")
class HostileTextTest {
    private static final String HEADER = "user,item,ts\n";

    @TempDir Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("log"), content);
    }

    private static ReadLog read(Path file) {
        return LogReader.read(LogSource.of(file.toString(), null));
    }

    private static ReadLog skipping(Path file) {
        return LogReader.read(
                Sources.withRows(
                        LogSource.of(file.toString(), null),
                        new RowOptions(null, null, "utf-8", true)));
    }

    private static String rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "u" + i / 10 + "," + i % 10 + "," + (1_500_000_000 + i) + "\n")
                .collect(Collectors.joining());
    }

    @Nested
    @DisplayName("with rows of many columns")
    class Wide {
        @Test
        void hasOneBadRowForAllOfThem() throws IOException {
            ReadLog log = skipping(file(HEADER + rows(100) + "u,1,1500000000,a,b,c,d,e\n"));

            assertThat(log.report().refused())
                    .singleElement()
                    .satisfies(refused -> assertThat(refused.rows()).isEqualTo(1));
            assertThat(log.report().rows()).isEqualTo(101);
        }

        @ParameterizedTest
        @ValueSource(strings = {"\n", "\r\n", "\r"})
        void isRefusedByTheLineOfOne(String end) throws IOException {
            String text = HEADER + rows(100) + "1,".repeat(40_000) + "\n" + rows(5);
            Path file = file(text.replace("\n", end));

            assertThatThrownBy(() -> skipping(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            file
                                    + ":102: 40,001 columns, the table has 3: the row is too far"
                                    + " from it to be left out");
        }

        @Test
        void isNotMistakenWhereFieldsInQuotesHoldMany() throws IOException {
            Path file =
                    file(
                            "user,item,ts,said\n"
                                    + "u,1,1500000000,\"a \"\"b\"\"\n,"
                                    + ",".repeat(100_000)
                                    + "\"\n"
                                    + "u,2,1500000000,\n".repeat(5)
                                    + "v,1\n");

            ReadLog log = skipping(file);

            assertThat(log.log().interactions()).isEqualTo(6);
            assertThat(log.report().refused())
                    .singleElement()
                    .satisfies(refused -> assertThat(refused.line()).isEqualTo(9));
        }
    }

    @Nested
    @DisplayName("as JSON")
    class Json {
        private String objects(int count, String more) {
            return IntStream.range(0, count)
                    .mapToObj(
                            i ->
                                    "{\"user\":\"u\",\"item\":\"i"
                                            + i
                                            + "\",\"ts\":"
                                            + (1_500_000_000 + i)
                                            + more.replace("#", Integer.toString(i))
                                            + "}\n")
                    .collect(Collectors.joining());
        }

        @Test
        void mayHaveKeysThatFewObjectsShare() throws IOException {
            assertThat(read(file(objects(500, ",\"k#\":#"))).log().interactions()).isEqualTo(500);
        }

        @Test
        void mayHaveOneObjectOfManyKeys() throws IOException {
            String many =
                    IntStream.range(0, 1_000)
                            .mapToObj(i -> ",\"k" + i + "\":" + i)
                            .collect(Collectors.joining());

            assertThat(read(file(objects(20, "") + objects(1, many))).log().interactions())
                    .isEqualTo(21);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "\\u0000", "a\\u0000b", "'\\\"--"})
        void mayHaveAKeyThatIsNoName(String key) throws IOException {
            assertThat(read(file(objects(20, ",\"" + key + "\":1"))).log().interactions())
                    .isEqualTo(20);
        }
    }

    @Test
    @DisplayName("brings no more of a field into memory than what is shown")
    void longFields() throws IOException {
        String long17 = "9".repeat(17_000);
        Path time = file(HEADER + ("u,1," + long17 + "\n").repeat(6));
        Path id = Files.writeString(folder.resolve("id"), HEADER + "u," + long17 + ",1500000000\n");

        assertThatThrownBy(() -> read(time))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("9…\" is no time that is known");
        assertThatThrownBy(() -> read(id))
                .hasMessageStartingWith(
                        id + ":2: item id too long (at least 16,384 characters, the limit is");
    }

    @Test
    @Timeout(120)
    @DisplayName("with lines of megabytes is told by its first line, packed, too")
    void longLines() throws IOException {
        String said = "9".repeat(8 << 20);
        Path file = folder.resolve("log.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("user;item;said\n".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 6; i++) {
                out.write(("u;" + i + ";" + said + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }

        assertThat(read(file).log().interactions()).isEqualTo(6);
    }

    @Test
    @DisplayName("takes no part of an id for the whole after many blanks")
    void blanksBeforeAnId() throws IOException {
        Path id = file(HEADER + "u,1,1500000000\nu,\"" + " ".repeat(16_383) + "ab\",1500000000\n");
        Path pair = Files.writeString(folder.resolve("p"), "u" + " ".repeat(16_382) + "ab\n");

        assertThatThrownBy(() -> read(id)).hasMessageStartingWith(id + ":3: item id too long");
        assertThatThrownBy(() -> LogReader.read(LogSource.of(pair.toString(), LogFormat.PAIRS)))
                .hasMessageStartingWith(pair + ":1: line too long");
    }

    @Test
    @DisplayName("that ends DuckDB is refused with the reason, not with its end")
    void keepsTheFirstReason() throws IOException {
        try (Scratch scratch = Scratch.make();
                DuckDb database = DuckDb.open(List.of(), scratch.directory())) {
            SQLException end =
                    new SQLException(
                            "FATAL Error: Failed: database has been invalidated because of a"
                                    + " previous fatal error. The database must be restarted prior"
                                    + " to being used again.\nOriginal error: \"Trying to seek a"
                                    + " compressed CSV File.\"");

            assertThat(database.failure("log", end))
                    .hasMessage(
                            "log: its first rows are too long to be read from a packed file;"
                                    + " unpack it");
        }
    }
}
