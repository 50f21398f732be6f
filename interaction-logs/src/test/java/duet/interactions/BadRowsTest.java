package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.interactions.ReadReport.Refused;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A bad row")
class BadRowsTest {
    private static final String HEADER = "user,item,ts\n";
    private static final long SECOND = 1_500_000_000;

    @TempDir Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("log"), content);
    }

    private static ReadLog read(Path file) {
        return LogReader.read(LogSource.of(file.toString(), null));
    }

    private static ReadLog skipping(Path file) {
        return skipping(file, "utf-8");
    }

    private static ReadLog skipping(Path file, String charset) {
        return LogReader.read(
                Sources.withRows(
                        LogSource.of(file.toString(), null),
                        new RowOptions(null, null, charset, true)));
    }

    /** Rows of a user, each a second after the one before. */
    private static String rows(String user, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> user + "," + i + "," + (SECOND + i) + "\n")
                .collect(Collectors.joining());
    }

    private static List<String> objects(int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                "{\"user_id\":"
                                        + i / 8
                                        + ",\"item_id\":"
                                        + i % 8
                                        + ",\"ts\":"
                                        + (SECOND + i)
                                        + "}")
                .collect(Collectors.toCollection(ArrayList::new));
    }

    @Nested
    @DisplayName("of JSON lines")
    class OfJson {
        @ParameterizedTest(name = "{0}")
        @ValueSource(
                strings = {
                    "{\"user_id\":1,\"item_id\":2,\"ts\":}",
                    "{\"user_id\":1,\"item_id\":2,",
                    "not JSON at all",
                    "[1,2,3]",
                    "5",
                    "{\"user_id\":1} and more",
                })
        void isNamedWithItsLineAndText(String bad) throws IOException {
            List<String> lines = objects(640);
            lines.set(400, bad);
            Path file = file(String.join("\n", lines) + "\n");

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(file + ":401: malformed JSON: ")
                    .hasMessageEndingWith(": \"" + bad + "\"");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"user_id\":", "[1]"})
        void isLeftOutAndCountedWithItsLine(String bad) throws IOException {
            List<String> lines = objects(640);
            lines.set(400, bad);
            lines.set(10, "");
            lines.set(11, "  \t");

            ReadReport report = skipping(file(String.join("\n", lines) + "\n")).report();

            assertThat(report.rows()).isEqualTo(638);
            assertThat(report.refused())
                    .containsExactly(new Refused("no ids", 1, folder + "/log", 401, false, bad));
        }

        @Test
        void isNamedInItsFileAlsoDeepInIt() throws IOException {
            Files.writeString(folder.resolve("a.json"), String.join("\n", objects(100)));
            List<String> lines = objects(30_000);
            lines.set(29_000, "{");
            Files.writeString(folder.resolve("b.json"), String.join("\n", lines));

            assertThatThrownBy(() -> read(folder.resolve("*.json")))
                    .hasMessageContaining("b.json:29001: malformed JSON")
                    .hasMessageEndingWith(": \"{\"");
        }

        @Test
        void isShownInFewWords() throws IOException {
            Path file = file(objects(1).get(0) + "\n{\"user_id\":\"" + "x".repeat(5_000) + "\n");

            assertThatThrownBy(() -> read(file))
                    .hasMessageContaining(":2: ")
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400))
                    .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        }

        @Test
        void isARecordOfAnArray() throws IOException {
            List<String> objects = objects(300);
            objects.set(99, "{\"user_id\" 1}");
            Path file = file("[" + String.join(",", objects) + "]");

            assertThatThrownBy(() -> read(file))
                    .hasMessageContaining(", record ")
                    .hasMessageContaining("malformed JSON");
        }

        @Test
        void isADictionaryOfPython() throws IOException {
            Path file = file("{'user_id': 'u', 'item_id': 1}\n");

            assertThatThrownBy(() -> read(file))
                    .hasMessageContaining(":1: a dictionary of Python, no JSON; json.dumps makes");
        }
    }

    @Nested
    @DisplayName("that is skipped")
    class Skipped {
        private static final String ROWS =
                "\n\"a\nb\",1,1500000000\nx,y\nu,,3\n\"q\nr\",1\nz\n,1,2\n";

        private void assertPlaces(ReadReport report) {
            assertThat(report.rows()).isEqualTo(12);
            assertThat(report.refused())
                    .extracting(Refused::kind, Refused::rows, Refused::line, Refused::inRows)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("no item id", 1L, 11L, false),
                            org.assertj.core.groups.Tuple.tuple("no user id", 1L, 15L, false),
                            org.assertj.core.groups.Tuple.tuple("missing columns", 3L, 10L, false));
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource({"unix", "windows"})
        void isNamedByItsLineAsWhereItIsAnError(String ends) throws IOException {
            String text = HEADER + rows("u", 5) + ROWS + "\n" + rows("v", 1).strip() + "\n";
            String wanted = ends.equals("unix") ? text : text.replace("\n", "\r\n");

            assertPlaces(skipping(file(wanted)).report());
            assertThatThrownBy(() -> read(file(wanted))).hasMessageContaining("log:10: ");
        }

        @Test
        void isNamedByItsLineInGzip() throws IOException {
            Path file = folder.resolve("log");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(
                        (HEADER + rows("u", 5) + ROWS + rows("v", 1))
                                .getBytes(StandardCharsets.UTF_8));
            }

            assertPlaces(skipping(file).report());
        }

        @ParameterizedTest
        @ValueSource(strings = {"utf-8", "latin-1"})
        void isNamedByItsLineAfterOtherLetters(String charset) throws IOException {
            Path file = folder.resolve("log");
            Charset written =
                    charset.equals("utf-8") ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
            Files.writeString(
                    file, HEADER + rows("éé", 5) + "x,y\né,,3\nz\n" + rows("v", 1), written);

            assertThat(skipping(file, charset).report().refused())
                    .extracting(Refused::kind, Refused::rows, Refused::line)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("no item id", 1L, 8L),
                            org.assertj.core.groups.Tuple.tuple("missing columns", 2L, 7L));
        }

        @Test
        void isNamedInItsFile() throws IOException {
            Files.writeString(folder.resolve("a.csv"), HEADER + "x,y\n" + rows("u", 5));
            Files.writeString(folder.resolve("b.csv"), HEADER + "z\n" + rows("v", 5) + ",1,5\n");

            List<Refused> refused = skipping(folder.resolve("*.csv")).report().refused();

            assertThat(refused)
                    .containsExactly(
                            new Refused("no user id", 1, folder + "/b.csv", 8, false, ",1,5"),
                            new Refused("missing columns", 2, folder + "/a.csv", 2, false, "x,y"));
        }

        @Test
        void isOneWhichHasTheNamesOfTheColumnsAgain() throws IOException {
            Path file = file("user,item\n" + "u,1\n".repeat(5) + "user,item\n" + "u,2\n");

            assertThat(skipping(file).report().refused())
                    .containsExactly(
                            new Refused(
                                    "names of columns among the rows",
                                    1,
                                    file.toString(),
                                    7,
                                    false,
                                    "user,item"));
            assertThatThrownBy(() -> read(file))
                    .hasMessage(file + ":7: names of columns among the rows: \"user,item\"");
        }
    }

    @Nested
    @DisplayName("without an id")
    class WithoutIds {
        @ParameterizedTest(name = "{0}")
        @ValueSource(
                strings = {
                    "NA", "N/A", "NULL", "null", "None", "NaN", "nan", "\\N", "<NA>", " NA "
                })
        void mayHaveAWordForIt(String word) throws IOException {
            Path users = file(HEADER + rows("u", 5) + word + ",1,1500000009\n");

            assertThatThrownBy(() -> read(users))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(users + ":7: no user id (" + word.strip())
                    .hasMessageContaining("--query can keep it as an id");

            Path items = file(HEADER + rows("u", 5) + "u," + word + ",1500000009\n");

            assertThat(skipping(items).report().refused())
                    .extracting(Refused::kind, Refused::rows, Refused::line)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("no item id", 1L, 7L));
        }

        @Test
        void mayBeEveryRow() throws IOException {
            Path file = file("session_id,user_id,item_id\n" + "s,NA,1\n".repeat(6));

            assertThatThrownBy(() -> read(file)).hasMessageContaining(":2: no user id (NA says so");
        }

        @Test
        void mayBeEveryRowAlsoWhereSuchAreSkipped() throws IOException {
            Path file = file("user_id,item_id\n" + "NULL,1\n".repeat(6));

            assertThatThrownBy(() -> skipping(file))
                    .hasMessage(
                            file + ": every row is bad, 6 rows with no user id such as \"NULL,1\"");
        }

        @Test
        void isOneOfTheUsersOwnWhereAQuerySaysSo() throws IOException {
            Path file = file(HEADER + rows("NA", 5));

            ReadLog read =
                    LogReader.read(
                            Sources.withRows(
                                    LogSource.of(file.toString(), null),
                                    new RowOptions(null, "SELECT * FROM log", "utf-8", false)));

            assertThat(read.log().users().get(0).user()).isEqualTo("NA");
        }

        @ParameterizedTest
        @ValueSource(strings = {"Nana", "none", "NAN1", "nil", "0"})
        void isNotOneWithAWordLikeIt(String id) throws IOException {
            assertThat(read(file(HEADER + rows(id, 5))).log().interactions()).isEqualTo(5);
        }
    }

    @Nested
    @DisplayName("without a time")
    class WithoutATime {
        @ParameterizedTest(name = "{0} beside {1}")
        @CsvSource({
            "0,1500000000",
            "-1,1500000000",
            "0.0,1500000000.5",
            "17,1500000000000",
            "-1,1500000000000000",
            "1970-01-01,2024-05-01",
            "1970-01-01T00:00:00Z,2024-05-01T12:00:00Z",
            "1969-12-31 23:59:59,2024-05-01 12:00:00",
            "1900-01-01,2024-05-01",
            "9999-12-31,2024-05-01",
            "2262-04-11T23:47:16Z,2024-05-01T12:00:00Z",
            "99999999999,1500000000",
        })
        void mayHaveOneTooEarlyOrTooLate(String early, String time) throws IOException {
            String row = "u,7," + early;
            Path file = file(HEADER + row + "\n" + ("u,1," + time + "\n").repeat(6));

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            file
                                    + ":2: no time ("
                                    + early
                                    + " beside "
                                    + time
                                    + "): \""
                                    + row
                                    + "\"");

            ReadLog skipped = skipping(file);

            assertThat(skipped.log().interactions()).isEqualTo(6);
            assertThat(skipped.report().rows()).isEqualTo(7);
            assertThat(skipped.report().refused())
                    .containsExactly(new Refused("no time", 1, file.toString(), 2, false, row));
        }

        @Test
        void mayHaveOneTooEarlyInAFormatOfLines() throws IOException {
            Path file = file("1::1::5::0\n" + "1::2::5::978300760\n".repeat(6));
            LogSource source = LogSource.of(file.toString(), LogFormat.ML_1M);

            assertThatThrownBy(() -> LogReader.read(source))
                    .hasMessage(file + ":1: no time (0 beside 978300760): \"1::1::5::0\"");
            assertThat(
                            LogReader.read(
                                            Sources.withRows(
                                                    source,
                                                    new RowOptions(null, null, "utf-8", true)))
                                    .log()
                                    .interactions())
                    .isEqualTo(6);
        }

        @ParameterizedTest
        @ValueSource(strings = {"NULL", "NA", "nan", "\\N"})
        void mayHaveAWordForIt(String word) throws IOException {
            Path file = file(HEADER + rows("u", 5) + "u,1," + word + "\n");

            assertThatThrownBy(() -> read(file)).hasMessageStartingWith(file + ":7: no time: ");
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-5", "1970-01-01"})
        void isNotOneOfALogWithoutOthers(String time) throws IOException {
            Path file = file(HEADER + ("u,1," + time + "\n").repeat(5));

            assertThat(read(file).log().interactions()).isEqualTo(5);
        }
    }
}
