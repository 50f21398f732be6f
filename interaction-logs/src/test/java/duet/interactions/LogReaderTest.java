package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import duet.schemas.bundle.ItemIds;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The reader of logs")
class LogReaderTest {
    private static final String HEADER = "user,item,timestamp\n";

    @TempDir Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("log"), content);
    }

    private static InteractionLog read(Path file, LogFormat format) {
        return LogReader.read(LogSource.of(file.toString(), format)).log();
    }

    private static ReadLog read(Path file) {
        return LogReader.read(LogSource.of(file.toString(), null));
    }

    private static List<String> items(InteractionLog log, int user) {
        return Arrays.stream(log.users().get(user).items()).mapToObj(log.names()::of).toList();
    }

    /** Five rows of a user with these ends of lines. */
    private static String rows(String user, String lineEnd) {
        return IntStream.range(0, 5)
                .mapToObj(i -> user + "," + (i + 1) + "," + (1_500_000_000 + i) + lineEnd)
                .collect(Collectors.joining());
    }

    @Nested
    @DisplayName("takes lines of a known format:")
    class Formats {
        @Test
        void ml100kIsSeparatedByTabsOrBlanks() throws IOException {
            InteractionLog log =
                    read(
                            file(
                                    "7 11 3\t881250105\n"
                                            + "7\t12\t4\t881250104\n"
                                            + "7\t13\t5\t881250103\n"
                                            + "7\t14\t1\t881250102\n"
                                            + "7\t15\t2\t881250101\n"),
                            LogFormat.ML_100K);

            assertThat(log.users())
                    .containsExactly(
                            new UserHistory(
                                    "7",
                                    new long[] {15, 14, 13, 12, 11},
                                    new long[] {
                                        881250101000L,
                                        881250102000L,
                                        881250103000L,
                                        881250104000L,
                                        881250105000L
                                    }));
        }

        @Test
        void ml1mIsSeparatedByDoubleColons() throws IOException {
            InteractionLog log =
                    read(
                            file(
                                    IntStream.range(0, 5)
                                            .mapToObj(i -> "1::" + (1193 + i) + "::5::97830076" + i)
                                            .collect(Collectors.joining("\r\n"))),
                            LogFormat.ML_1M);

            assertThat(log.users().get(0).items()).containsExactly(1193, 1194, 1195, 1196, 1197);
            assertThat(log.users().get(0).timestamps()[0]).isEqualTo(978300760000L);
        }

        @Test
        void sequenceTakesThePositionForTheTime() throws IOException {
            InteractionLog log = read(file("a 9 8 7 6 5\n\nb 1 2 3 4 5 6\n"), LogFormat.SEQUENCE);

            assertThat(log.users()).extracting(UserHistory::user).containsExactly("a", "b");
            assertThat(log.users().get(0).items()).containsExactly(9, 8, 7, 6, 5);
            assertThat(log.users().get(0).timestamps()).containsExactly(0, 1, 2, 3, 4);
            assertThat(log.users().get(0).hasTimes()).isFalse();
        }

        @Test
        void pairsAreInTimeOrder() throws IOException {
            InteractionLog log = read(file("a 9\nb 1\na 8\na 7\na 6\nb 2\na 5\n"), LogFormat.PAIRS);

            assertThat(log.users()).extracting(UserHistory::user).containsExactly("a");
            assertThat(log.users().get(0).items()).containsExactly(9, 8, 7, 6, 5);
            assertThat(log.leftOut()).containsExactly("b");
        }

        @Test
        void controlCharactersAreNoEnds() throws IOException {
            InteractionLog log = read(file("a 1 2\u0001 3 \u00014 5\n"), LogFormat.SEQUENCE);

            assertThat(items(log, 0)).containsExactly("1", "2\u0001", "3", "\u00014", "5");
        }

        @Test
        void aByteOrderMarkInventsNoUser() throws IOException {
            Path file = file("\uFEFFa 1\na 2\na 3\na 4\na 5\n");

            assertThat(read(file, LogFormat.PAIRS).users())
                    .extracting(UserHistory::user)
                    .containsExactly("a");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\n", "\r\n", "\r"})
        void linesEndAsTheyDo(String end) throws IOException {
            Path file = file(String.join(end, "a 1", "a 2", "a 3", "a 4", "a 5", ""));

            assertThat(read(file, LogFormat.PAIRS).interactions()).isEqualTo(5);
        }

        @Test
        void aLineOfTenMegabytesIsALine() throws IOException {
            Path file =
                    file(
                            "a "
                                    + IntStream.range(0, 1_250_000)
                                            .mapToObj(i -> String.valueOf(1_000_000 + i))
                                            .collect(Collectors.joining(" ")));

            assertThat(Files.size(file)).isGreaterThanOrEqualTo(10_000_000);
            assertThat(read(file, LogFormat.SEQUENCE).interactions()).isEqualTo(1_250_000);
        }

        @Test
        void anUnknownOneNamesTheKnownOnes() {
            assertThatThrownBy(() -> LogFormat.of("xml"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(
                            "unknown format \"xml\", known are ml-100k, ml-1m, sequence, pairs,"
                                    + " csv;");
        }
    }

    @Nested
    @DisplayName("takes tables:")
    class TablesOfText {
        @Test
        void equalTimesKeepTheOrderOfTheFile() throws IOException {
            InteractionLog log = read(file(HEADER + "u,5,1\nu,3,1\nu,4,0\nu,1,1\nu,2,1\n")).log();

            assertThat(log.users().get(0).items()).containsExactly(4, 5, 3, 1, 2);
        }

        @ParameterizedTest
        @ValueSource(strings = {"\n", "\r\n", "\r"})
        void withAMarkAndAnyEndsOfLines(String end) throws IOException {
            ReadLog read =
                    read(
                            file(
                                    "\uFEFFuser,item,timestamp"
                                            + end
                                            + rows("u-1", end)
                                            + rows("u-2", end)));

            assertThat(read.log().users())
                    .extracting(UserHistory::user)
                    .containsExactly("u-1", "u-2");
            assertThat(read.report().time().unit()).isEqualTo("seconds");
        }

        @ParameterizedTest
        @CsvSource({"0,1", "0,2", "1,0", "1,2", "2,0", "2,1"})
        void whoseLinesEndInTwoWays(int first, int second) throws IOException {
            List<String> ends = List.of("\n", "\r\n", "\r");
            String header = HEADER.strip() + ends.get(first);

            ReadLog read =
                    read(
                            file(
                                    header
                                            + rows("a", ends.get(first))
                                            + rows("b", ends.get(second))
                                            + rows("c", ends.get(first))));

            assertThat(read.log().users())
                    .extracting(UserHistory::user)
                    .containsExactly("a", "b", "c");
            assertThat(read.log().interactions()).isEqualTo(15);
        }

        @Test
        void whoseLinesEndInDifferentWays() throws IOException {
            assertThat(
                            read(file(
                                            HEADER
                                                    + rows("a", "\r\n")
                                                    + rows("b", "\n")
                                                    + rows("c", "\r")))
                                    .log()
                                    .users())
                    .extracting(UserHistory::user)
                    .containsExactly("a", "b", "c");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\n", "  \n", "\n\n \t\n", "\uFEFF\n", "\r\n"})
        void belowBlankLines(String above) throws IOException {
            Path file = file(above + HEADER + rows("a", "\n") + "b,1\n");

            assertThatThrownBy(() -> read(file))
                    .hasMessageContaining(
                            "log:" + (above.lines().count() + 7) + ": expected 3 columns");

            ReadLog read = read(file(above + HEADER + rows("a", "\n") + "a,6,1500000006\n"));

            assertThat(read.report().rows()).isEqualTo(6);
            assertThat(read.report().columns().item()).isEqualTo("item");
        }

        @Test
        void withSeparatorsAndLineEndsInQuotes() throws IOException {
            String rows =
                    IntStream.range(0, 5)
                            .mapToObj(
                                    i ->
                                            "\"x, \"\"y\"\"\nz\",\"a title, of\n"
                                                    + "two lines\",sku-"
                                                    + i
                                                    + ",2024-05-0"
                                                    + (i + 1)
                                                    + "\n")
                            .collect(Collectors.joining());
            ReadLog read = read(file("user_id,title,item_id,date\n" + rows));

            assertThat(read.log().users().get(0).user()).isEqualTo("x, \"y\"\nz");
            assertThat(items(read.log(), 0))
                    .containsExactly("sku-0", "sku-1", "sku-2", "sku-3", "sku-4");
            assertThat(read.log().users().get(0).timestamps()[0]).isEqualTo(1714521600000L);
            assertThat(read.report().time().unit()).isEqualTo("dates");
            assertThat(read.report().choices())
                    .isEqualTo(
                            "Read as csv: users in user_id, items in item_id, times in date, as"
                                    + " dates");
        }

        @Test
        void withBackslashesThatEscapeNothing() throws IOException {
            String[] ids = {"x\\ß,y", "\\", "a\\\"\"b", "'q',", "it's \\"};
            StringBuilder text = new StringBuilder("item,ts,user\n");
            for (int i = 0; i < ids.length; i++) {
                text.append('"').append(ids[i]).append("\",").append(i).append(",\"u\\\"\n");
            }

            InteractionLog log = read(file(text.toString())).log();

            assertThat(log.users().get(0).user()).isEqualTo("u\\");
            assertThat(items(log, 0)).containsExactly("x\\ß,y", "\\", "a\\\"b", "'q',", "it's \\");
        }

        @Test
        void idsAreWhatTheyAre() throws IOException {
            InteractionLog log =
                    read(file(HEADER + "007,007,1\n007,7,2\n007,7.0,3\n007,1e3,4\n007,0x7,5\n"))
                            .log();

            assertThat(log.users().get(0).user()).isEqualTo("007");
            assertThat(log.names().rule()).isEqualTo(ItemIds.HASH);
            assertThat(items(log, 0)).containsExactly("007", "7", "7.0", "1e3", "0x7");
        }

        @Test
        void bySeparatorsThatMakeTheUsualNames() throws IOException {
            ReadLog read =
                    read(
                            file(
                                    "user_id;tags;item_id;ts\n"
                                            + IntStream.range(0, 5)
                                                    .mapToObj(
                                                            i ->
                                                                    "u;a,b,c,d,e;"
                                                                            + i
                                                                            + ";150000000"
                                                                            + i
                                                                            + "\n")
                                                    .collect(Collectors.joining())));

            assertThat(read.log().interactions()).isEqualTo(5);
            assertThat(read.report().shape()).isEqualTo("csv separated by ';'");
        }

        @Test
        void byTheRuleOfAModel() throws IOException {
            Path file = file(HEADER + rows("a", "\n"));

            InteractionLog log =
                    LogReader.read(
                                    Sources.withItems(
                                            LogSource.of(file.toString(), null), ItemIds.HASH))
                            .log();

            assertThat(log.users().get(0).items()[0]).isEqualTo(ItemIds.hash("1"));
            assertThat(items(log, 0)).containsExactly("1", "2", "3", "4", "5");
        }

        @Test
        void aCompressedFileUnderAWrongNameIsRead() throws IOException {
            Path file = folder.resolve("log.csv");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write((HEADER + rows("a", "\n")).getBytes(StandardCharsets.UTF_8));
            }
            Path plain = Files.writeString(folder.resolve("log.gz"), HEADER + rows("a", "\n"));

            assertThat(read(file).log().users()).isEqualTo(read(plain).log().users());
            assertThat(read(file).report().shape())
                    .isEqualTo("csv, gzip although it is called log.csv");
            assertThat(read(plain).report().shape())
                    .isEqualTo("csv, plain although it is called log.gz");
            Path right = Files.copy(file, folder.resolve("right.csv.gz"));
            assertThat(read(right).report().choices()).startsWith("Read as csv, gzip: users in");
        }

        private Path zstd(Path file) throws SQLException {
            Path packed = folder.resolve("log.zst");
            try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "COPY (SELECT content FROM read_text('"
                                + file
                                + "')) TO '"
                                + packed
                                + "' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER"
                                + " E'\\x01', COMPRESSION zstd)");
            }
            return packed;
        }

        @Test
        void anArrayOfJsonMayBeOneLongLine() throws IOException, SQLException {
            String text = "x".repeat(100_000);
            Path file =
                    file(
                            IntStream.range(0, 180)
                                    .mapToObj(
                                            i ->
                                                    "{\"user\":\"u\",\"item\":"
                                                            + i
                                                            + ",\"text\":\""
                                                            + text
                                                            + "\"}")
                                    .collect(Collectors.joining(",", "[", "]")));

            assertThat(Files.size(file)).isGreaterThan(TextScan.MAX_LINE);
            assertThat(read(file).log().interactions()).isEqualTo(180);
            assertThat(read(zstd(file)).report().choices())
                    .startsWith("Read as a JSON array, zstd: users in user, items in item");
            assertThat(read(zstd(file)).log().interactions()).isEqualTo(180);
        }

        @Test
        void manyFilesAreReadInTheOrderOfTheirNames() throws IOException {
            Files.createDirectories(folder.resolve("day=1"));
            Files.writeString(folder.resolve("day=1/b[1].csv"), HEADER + rows("b", "\n"));
            Files.writeString(folder.resolve("day=1/a.csv"), HEADER + rows("a", "\n"));
            Files.writeString(folder.resolve("day=1/c.txt"), "nothing");

            ReadLog read = read(folder.resolve("day=1/*.csv"));

            assertThat(read.log().users()).extracting(UserHistory::user).containsExactly("a", "b");
            assertThat(read.report().files()).hasSize(2);
            assertThat(read(folder.resolve("day=1/b[1].csv")).log().users()).hasSize(1);
        }

        @Test
        void columnsMayBeNamedOrCounted() throws IOException {
            Path file =
                    file(
                            "when;what;who;how\n"
                                    + rows("a", "\n")
                                            .lines()
                                            .map(l -> l.split(","))
                                            .map(f -> f[2] + ";" + f[1] + ";" + f[0] + ";x")
                                            .collect(Collectors.joining("\n")));
            LogSource source = LogSource.of(file.toString(), null);

            List<UserHistory> named =
                    LogReader.read(
                                    Sources.withColumns(
                                            source,
                                            ColumnMapping.of("time=when,user=who,item=what")))
                            .log()
                            .users();
            assertThat(named.get(0).user()).isEqualTo("a");
            assertThat(
                            LogReader.read(
                                            Sources.withColumns(
                                                    source,
                                                    ColumnMapping.of("user=3,item=2,time=1")))
                                    .log()
                                    .users())
                    .isEqualTo(named);
            assertThatThrownBy(() -> LogReader.read(source))
                    .hasMessageEndingWith(
                            "no column has a usual name for the users; the columns are when,"
                                    + " what, who, how: say --columns user=NAME");
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(
                delimiter = '|',
                nullValues = "-",
                value = {
                    "u1,123,book,1700000000|u1,2,film,170000000|user=1,item=2,time=4",
                    "u1,i,session,2024-05-01|u1,j,film,2024-05-0|user=1,item=2,time=4",
                    "u1,client,x|u1,item,y|user=1,item=2,time=none",
                    "user,day,x|u1,item,y|user=1,item=2",
                })
        void aUsualNameInARowIsNoHeader(String first, String others, String columns)
                throws IOException {
            StringBuilder text = new StringBuilder(first + "\n");
            for (int i = 1; i < 9; i++) {
                text.append(others).append(others.endsWith("0") ? i : "").append("\n");
            }
            LogSource source = LogSource.of(file(text.toString()).toString(), null);

            ReadLog read = LogReader.read(Sources.withColumns(source, ColumnMapping.of(columns)));

            assertThat(read.report().rows()).isEqualTo(9);
            assertThat(read.report().shape()).isEqualTo("csv without a header");
        }

        @ParameterizedTest(name = "{0}")
        @ValueSource(
                strings = {
                    "user,item,what,time|u,i,x,2024-05-0",
                    "who,which,what,when|u,i,x,2024-05-0",
                    "who,which,what,when|u,i,x,150000000",
                    "USER_ID,product,x,y|u,item,x,2024-05-0",
                })
        void aHeaderIsOneWhereColumnsAreCounted(String table) throws IOException {
            String[] rows = table.split("\\|");
            StringBuilder text = new StringBuilder(rows[0] + "\n");
            for (int i = 1; i < 9; i++) {
                text.append(rows[1]).append(i).append("\n");
            }
            LogSource source = LogSource.of(file(text.toString()).toString(), null);

            ReadLog read =
                    LogReader.read(
                            Sources.withColumns(source, ColumnMapping.of("user=1,item=2,time=4")));

            assertThat(read.report().rows()).isEqualTo(8);
        }

        @Test
        void usualNamesAreAHeaderWhereNoOtherCellTells() throws IOException {
            String rows = "a,b\n".repeat(6);

            assertThat(read(file("user,item\n" + rows)).report().rows()).isEqualTo(6);
        }

        @Test
        void rowsMayBeChosen() throws IOException {
            StringBuilder text = new StringBuilder("timestamp,visitorid,event,itemid,price\n");
            for (int i = 0; i < 20; i++) {
                text.append(1433221332117L + i)
                        .append(",v,")
                        .append(i % 2 == 0 ? "view" : "buy")
                        .append(",")
                        .append(i)
                        .append(",")
                        .append(i / 2.0)
                        .append("\n");
            }
            LogSource source = LogSource.of(file(text.toString()).toString(), null);

            assertThat(
                            LogReader.read(
                                            Sources.withRows(
                                                    source,
                                                    new RowOptions(
                                                            "event = 'view' AND price >= 4",
                                                            null,
                                                            "utf-8",
                                                            false)))
                                    .log()
                                    .users()
                                    .get(0)
                                    .items())
                    .containsExactly(8, 10, 12, 14, 16, 18);
            assertThat(
                            LogReader.read(
                                            Sources.withRows(
                                                    source,
                                                    new RowOptions(
                                                            null,
                                                            "SELECT visitorid AS user, 'i' ||"
                                                                + " itemid AS item,"
                                                                + " epoch_ms(timestamp) AS time"
                                                                + " FROM log WHERE itemid::INT < 5",
                                                            "utf-8",
                                                            false)))
                                    .log()
                                    .users()
                                    .get(0)
                                    .timestamps()[0])
                    .isEqualTo(1433221332117L);
        }

        @ParameterizedTest(name = "{0} {1}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "where|evnt = 'view'|--where: Referenced column \"evnt\" not found",
                    "where|1 = 1) UNION SELECT (1|--where: ",
                    "query|DELETE FROM log|--query: it has to be one SELECT",
                    "query|SELECT 1; SELECT 2|--query: it has to be one SELECT",
                    "query|SELECT FROM|--query: ",
                    "query|SELECT * FROM read_csv('/etc/passwd')|--query: Cannot access file",
                    "query|SELECT 1 AS user, 2 AS thing FROM log|no column has a usual name for the"
                            + " items",
                })
        void sqlIsTheUsersOwn(String option, String sql, String message) throws IOException {
            Path file = file(HEADER + rows("a", "\n"));
            RowOptions rows =
                    option.equals("where")
                            ? new RowOptions(sql, null, "utf-8", false)
                            : new RowOptions(null, sql, "utf-8", false);

            assertThatThrownBy(
                            () ->
                                    LogReader.read(
                                            Sources.withRows(
                                                    LogSource.of(file.toString(), null), rows)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(message)
                    .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        }
    }

    @Nested
    @DisplayName("understands times:")
    class TimesOfLogs {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "1500000000|1500000000000|seconds",
                    "1500000000.5|1500000000500|seconds",
                    "1.5e9|1500000000000|seconds",
                    "1500000000123|1500000000123|milliseconds",
                    "1500000000123456|1500000000123|microseconds",
                    "1500000000123456789|1500000000123|nanoseconds",
                    "2017-07-14|1499990400000|dates",
                    "2017-07-14T02:40:00Z|1500000000000|dates",
                    "2017-07-14T02:40:00.123Z|1500000000123|dates",
                    "2017-07-14 04:40:00+02:00|1500000000000|dates",
                    "2017-07-14 02:40:00 UTC|1500000000000|dates",
                    "2017-07-14 02:40|1500000000000|dates",
                    "2017/07/14 02:40:00|1500000000000|dates",
                    "14.07.2017 02:40|1500000000000|dates",
                    "07/14/2017 02:40|1500000000000|dates",
                    "Jul 14, 2017|1499990400000|dates",
                    "07 14, 2017|1499990400000|dates",
                    "Fri Jul 14 02:40:00 +0000 2017|1500000000000|dates",
                    "20170714|1499990400000|dates",
                    "20170714024000|1500000000000|dates",
                    "201707140240|1500000000000|dates",
                    "20170714T024000Z|1500000000000|dates",
                    "14-Jul-17|1499990400000|dates",
                    "07/14/17|1499990400000|dates",
                    "14.07.17 02:40|1500000000000|dates",
                    "2017-07-14 02:40:00 AM|1500000000000|dates",
                    "2017-07-14 02:40:00,123|1500000000123|dates",
                    "2017-07-14 04:40:00 +0200|1500000000000|dates",
                    "7/14/2017, 2:40:00 AM|1500000000000|dates",
                    "Fri Jul 14 02:40:00 UTC 2017|1500000000000|dates",
                    "July 14, 2017 at 2:40 AM|1500000000000|dates",
                    "9999999999|9999999999000|seconds",
                    "17|17000|numbers",
                })
        void ofManyForms(String time, long millis, String unit) throws IOException {
            ReadLog read =
                    read(
                            file(
                                    "user\titem\ttime\n"
                                            + IntStream.range(0, 5)
                                                    .mapToObj(i -> "u\t" + i + "\t" + time + "\n")
                                                    .collect(Collectors.joining())));

            assertThat(read.log().users().get(0).timestamps()).containsOnly(millis);
            assertThat(read.report().time().unit()).isEqualTo(unit);
        }

        @Test
        void unitsAreNotMixed() throws IOException {
            Path file = file(HEADER + rows("a", "\n") + "b,1,1500000000000\n" + rows("c", "\n"));

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            file
                                    + ", column timestamp has times in several units: 1500000000 in"
                                    + " "
                                    + file
                                    + ":2 (seconds) and 1500000000000 in "
                                    + file
                                    + ":7 (milliseconds)");
        }

        @Test
        void ratingsAreNone() throws IOException {
            Path file =
                    file(
                            HEADER
                                    + IntStream.range(0, 30)
                                            .mapToObj(i -> "u," + i + "," + (1 + i % 5) + "\n")
                                            .collect(Collectors.joining()));

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("numbers from 1 to 5 only: these are ratings, no times");
            assertThat(
                            LogReader.read(
                                            Sources.withColumns(
                                                    LogSource.of(file.toString(), null),
                                                    ColumnMapping.of("time=none")))
                                    .report()
                                    .choices())
                    .contains("the order of the rows");
        }

        @Test
        void daysAndMonthsThatCannotBeToldApartAreRefused() throws IOException {
            Path file = file(HEADER + "u,1,03/04/2020\nu,2,05/06/2020\n");

            assertThatThrownBy(() -> read(file))
                    .hasMessageContaining("days and months of \"03/04/2020\" cannot be told apart");
        }
    }

    @Nested
    @DisplayName("takes of a user")
    class Limits {
        private InteractionLog read(UserLimits limits) throws IOException {
            String text =
                    "user,item,ts\nbot,1,10\nbot,2,20\nbot,2,20\nbot,1,20\nbot,3,30\nbot,4,40\n"
                            + "bot,5,50\nbot,6,60\nbot,7,70\n"
                            + "u,1,1\nu,2,2\nu,3,3\nu,4,4\nu,4,4\n";
            return LogReader.read(
                            Sources.withLimits(LogSource.of(file(text).toString(), null), limits))
                    .log();
        }

        @Test
        void allWithoutLimits() throws IOException {
            assertThat(read(UserLimits.NONE).interactions()).isEqualTo(14);
        }

        @Test
        void whatRepeatsNothing() throws IOException {
            InteractionLog log = read(new UserLimits(true, 0, 0));

            assertThat(log.users()).extracting(UserHistory::user).containsExactly("bot");
            assertThat(log.users().get(0).items()).containsExactly(1, 2, 1, 3, 4, 5, 6, 7);
        }

        @Test
        void theNewest() throws IOException {
            InteractionLog log = read(new UserLimits(false, 6, 0));

            assertThat(log.users().get(0).items()).containsExactly(1, 3, 4, 5, 6, 7);
            assertThat(log.users().get(1).items()).containsExactly(1, 2, 3, 4, 4);
        }

        @Test
        void enough() throws IOException {
            assertThat(read(new UserLimits(false, 0, 6)).users())
                    .extracting(UserHistory::user)
                    .containsExactly("bot");
        }
    }

    @Nested
    @DisplayName("refuses")
    class BadFiles {
        @ParameterizedTest
        @EnumSource(LogFormat.class)
        void missing(LogFormat format) {
            assertThatThrownBy(() -> read(folder.resolve("absent"), format))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageEndingWith("absent does not exist");
        }

        @Test
        void directory() {
            assertThatThrownBy(() -> read(folder))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("is a directory");
        }

        @Test
        void moreFilesThanAreRead() throws IOException {
            for (String name : List.of("a", "b", "c")) {
                Files.writeString(folder.resolve(name + ".csv"), HEADER);
            }
            String pattern = folder.resolve("*.csv").toString();

            assertThat(LogFiles.find(pattern, 3)).hasSize(3);
            assertThatThrownBy(() -> LogFiles.find(pattern, 2))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            pattern
                                    + " names more than 2 files; make fewer of them, or read a"
                                    + " part");
        }

        @ParameterizedTest
        @ValueSource(strings = {"a\0b", "a\0/*.csv", "*\0"})
        void namesThatNoFileHas(String name) {
            assertThatThrownBy(() -> LogReader.files(name))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(OneLine.of(name));
        }

        @Test
        void aFolderThatMayNotBeReadByName() {
            assertThat(
                            LogFiles.unreadable(
                                    "logs/*/*.csv",
                                    new java.nio.file.AccessDeniedException("logs/secret")))
                    .hasMessage("logs/secret may not be read, in looking for logs/*/*.csv");
            assertThat(LogFiles.unreadable("logs/*/*.csv", new IOException("gone")))
                    .hasMessage("logs/*/*.csv cannot be read, in looking for logs/*/*.csv");
        }

        @Test
        void aSubfolderThatMayNotBeRead() throws IOException {
            Path secret = Files.createDirectory(folder.resolve("secret"));
            assumeThat(secret.toFile().setReadable(false)).isTrue();
            assumeThat(Files.isReadable(secret)).as("nothing is closed to this user").isFalse();

            assertThatThrownBy(() -> read(folder.resolve("*/*.csv")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(secret + " may not be read");
        }

        @Test
        void noFileOfAPattern() {
            assertThatThrownBy(() -> read(folder.resolve("*.parquet")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no file is named");
        }

        @ParameterizedTest
        @EnumSource(LogFormat.class)
        void empty(LogFormat format) throws IOException {
            for (String content : List.of("", "\n  \n")) {
                Path file = file(content);

                assertThatThrownBy(() -> read(file, format))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("there are no interactions");
            }
        }

        @Test
        void headerAlone() throws IOException {
            Path file = file(HEADER);

            assertThatThrownBy(() -> read(file)).hasMessageContaining("there are no interactions");
        }

        @Test
        void onlyShortUsers() throws IOException {
            Path file = file("a 1 2 3\nb 1 2\n");

            assertThatThrownBy(() -> read(file, LogFormat.SEQUENCE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no user has at least 5 interactions (2 users)");
        }

        @ParameterizedTest(name = "{0}: {1}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "ml-100k|1::1193::5::978300760|log:1: expected `user item rating timestamp`",
                    "ml-100k|user,item,timestamp|log:1: expected `user item rating timestamp`",
                    "ml-100k|1 4 good 7|log:1: rating is not a number (good)",
                    "ml-100k|1 4 5 now|log:1: not a time (now)",
                    "ml-1m|196 242 3 881250949|log:1: expected `user::item::rating::timestamp`",
                    "sequence|1::1193::5::978300760|log:1: expected `user item item …`",
                    "pairs|1 2 3|log:1: expected `user item`",
                })
        void ofAnotherFormat(String format, String line, String message) throws IOException {
            Path file = file(line + "\n");

            assertThatThrownBy(() -> read(file, LogFormat.of(format)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(message)
                    .hasMessageContaining("\"" + line + "\"");
        }

        @Test
        void aTableThatIsNone() throws IOException {
            Path file = file("196 242 3 881250949\n197 242 3 881250949\n");

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no table whose columns are separated")
                    .hasMessageContaining("\"196 242 3 881250949\"");
        }

        @Test
        void columnsWithoutNames() throws IOException {
            Path file = file("A1,B1,5.0,1500000000\nA1,B2,4.0,1500000001\n");

            assertThatThrownBy(() -> read(file))
                    .hasMessageContaining("its 4 columns have no names")
                    .hasMessageContaining("--columns user=1,item=2,time=4")
                    .hasMessageContaining("\"A1,B1,5.0,1500000000\"");
        }

        @Test
        void columnsThatMayBeEither() throws IOException {
            Path file = file("user_id,asin,parent_asin,timestamp\nu,a,b,1\n");

            assertThatThrownBy(() -> read(file))
                    .hasMessageEndingWith(
                            "the items may stand in asin or parent_asin: say --columns item=asin");
        }

        @Test
        void twoColumnsOfOneName() throws IOException {
            Path file = file("user,user,item\na,b,1\n");

            assertThatThrownBy(() -> read(file))
                    .hasMessageContaining("two columns are called user");
        }

        @Test
        void aColumnLikeTimesThatIsNoneByName() throws IOException {
            Path file = file("user,item,moment\na,1,2024-05-01\nb,2,2024-05-02\n");

            assertThatThrownBy(() -> read(file))
                    .hasMessageEndingWith(
                            "column moment has times but no usual name; say --columns time=moment,"
                                    + " or time=none");
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource({
            "1700000000, seconds",
            "1700000000.25, seconds",
            "1700000000000, milliseconds",
            "1700000000000000, microseconds",
            "1700000000000000000, nanoseconds",
        })
        void numbersOfTheSizeOfTimesUnderAnotherName(String time, String unit) throws IOException {
            String rows = rows("a", "\n").replaceAll("(?m),[^,\n]*$", "," + time);
            Path file = file("user,item,when\n" + rows);

            assertThatThrownBy(() -> read(file))
                    .hasMessageEndingWith(
                            "column when has numbers of the size of times, in "
                                    + unit
                                    + ", but no usual name; say --columns time=when, or time=none");
            LogSource source = LogSource.of(file.toString(), null);
            for (String mapping : List.of("time=when", "time=none")) {
                ReadLog log =
                        LogReader.read(Sources.withColumns(source, ColumnMapping.of(mapping)));
                assertThat(log.log().hasTimes()).isEqualTo(mapping.equals("time=when"));
            }
        }

        @ParameterizedTest(name = "{0}")
        @ValueSource(strings = {"order_id,1700000000", "price,12.5", "phone,49301234567", "rank,"})
        void otherNumbersAreNoTimes(String column) throws IOException {
            String[] named = column.split(",", 2);
            String rows = rows("a", "\n").replaceAll("(?m),[^,\n]*$", "," + named[1]);

            ReadLog log =
                    LogReader.read(
                            LogSource.of(
                                    file("user,item," + named[0] + "\n" + rows).toString(), null));

            assertThat(log.log().hasTimes()).isFalse();
        }

        @Test
        void emptyFilesAmongOthersAreLeftOut() throws IOException {
            Files.writeString(folder.resolve("2024-05-01.csv"), HEADER + rows("a", "\n"));
            Files.writeString(folder.resolve("2024-05-02.csv"), "");
            Files.writeString(folder.resolve("_SUCCESS"), "\n");

            ReadLog log = LogReader.read(LogSource.of(folder.resolve("*").toString(), null));

            assertThat(log.log().interactions()).isEqualTo(5);
            assertThat(log.report().choices()).startsWith("Read as csv, 2 empty files left out: ");
            Files.delete(folder.resolve("2024-05-01.csv"));
            assertThatThrownBy(() -> read(folder.resolve("*")))
                    .hasMessageEndingWith("*: there are no interactions in it");
        }

        @Test
        void otherColumnsInAnotherFile() throws IOException {
            Files.writeString(folder.resolve("a.csv"), HEADER + rows("a", "\n"));
            Files.writeString(folder.resolve("b.csv"), "item,user,timestamp\n");

            assertThatThrownBy(() -> read(folder.resolve("*.csv")))
                    .hasMessageContaining("b.csv:1: other columns than in ")
                    .hasMessageEndingWith("a.csv: \"item,user,timestamp\"");
        }

        @Test
        void aRowOfOtherLengthWithItsLine() throws IOException {
            Path file = file("user,item,timestamp\nu,1,2\n\nu,2\n");

            assertThatThrownBy(() -> read(file))
                    .hasMessage(file + ":4: expected 3 columns, there are 2: \"u,2\"");
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "u,,5|no item id|u,,5",
                    "\" \",1,5|no user id|\" \",1,5",
                    "u,1,|no time|u,1,",
                    "u,1,soon|not a time (soon)|u,1,soon",
                })
        void aRowThatLacksSomethingWithItsLine(String row, String reason, String shown)
                throws IOException {
            Path file = file(HEADER + rows("\"a\nb\"", "\n") + "\n" + row + "\n");

            assertThatThrownBy(() -> read(file))
                    .hasMessage(file + ":13: " + reason + ": \"" + shown + "\"");
        }

        @Test
        void nothingButCountsWhereBadRowsAreSkipped() throws IOException {
            Path file =
                    file(
                            HEADER
                                    + rows("a", "\n")
                                    + "u,,5\nx,y\n,1,2\nu,1,soon\n,3,4\n"
                                    + rows("b", "\n"));

            ReadReport report =
                    LogReader.read(
                                    Sources.withRows(
                                            LogSource.of(file.toString(), null),
                                            new RowOptions(null, null, "utf-8", true)))
                            .report();

            assertThat(report.refused())
                    .extracting(ReadReport.Refused::kind, ReadReport.Refused::rows)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("no item id", 1L),
                            org.assertj.core.groups.Tuple.tuple("no user id", 2L),
                            org.assertj.core.groups.Tuple.tuple("not a time", 1L),
                            org.assertj.core.groups.Tuple.tuple("missing columns", 1L));
            assertThat(report.refused().get(3).line()).isEqualTo(8);
            assertThat(report.rows()).isEqualTo(15);
        }

        @Test
        void aQuoteWithoutEndAlsoWhereBadRowsAreSkipped() throws IOException {
            Path file =
                    file(
                            HEADER
                                    + rows("a", "\n")
                                    + "u,\"1,5\n"
                                    + rows("b", "\n")
                                    + rows("c", "\n"));

            assertThatThrownBy(
                            () ->
                                    LogReader.read(
                                            Sources.withRows(
                                                    LogSource.of(file.toString(), null),
                                                    new RowOptions(null, null, "utf-8", true))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(":7: a quote does not end: \"u,\"1,5\"");
        }

        @Test
        void ratingsReadAsSequences() throws IOException {
            Path file = file("196 242 3 881250949\n186 302 3 891717742\n196 1 2 3\n");

            assertThatThrownBy(() -> read(file, LogFormat.SEQUENCE))
                    .hasMessageContaining(":3: expected one line a user")
                    .hasMessageContaining("user 196 stands on line 1 already");
        }

        @Test
        void aLongLineInFewWords() throws IOException {
            Path file = file("x".repeat(5000) + "\t\u0007\n");

            assertThatThrownBy(() -> read(file, LogFormat.ML_100K))
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300))
                    .hasMessageContaining("xxx…");
        }

        @Test
        void aLineWithoutEnd() throws IOException {
            Path file = file("1".repeat(TextScan.MAX_LINE + 2));

            assertThatThrownBy(() -> read(file, LogFormat.ML_1M))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(":1: longer than 16,777,216 bytes");
        }

        @Test
        void aLongUserId() throws IOException {
            Path file = file("u".repeat(10_000) + " 1 2 3 4 5\n");

            assertThatThrownBy(() -> read(file, LogFormat.SEQUENCE))
                    .hasMessageContaining("user id too long (10,000 characters, the limit is 128)");
        }

        @Test
        void aUserIdOfMoreBytesThanADeviceMayHave() throws IOException {
            String longest = "\u20ac".repeat(83) + "xx";
            Path file = file(longest + " 1 2 3 4 5\n");

            assertThat(read(file, LogFormat.SEQUENCE).users().get(0).user()).isEqualTo(longest);

            Path longer = file(longest + "x 1 2 3 4 5\n");

            assertThatThrownBy(() -> read(longer, LogFormat.SEQUENCE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(
                            "user id too long (252 bytes of UTF-8, the limit is 251)");
        }

        @Test
        void whatIsNoTextAlsoWhereBadRowsAreSkipped() throws IOException {
            Path file = file(HEADER + rows("a", "\n") + "u,\0,3\n");

            assertThatThrownBy(
                            () ->
                                    LogReader.read(
                                            Sources.withRows(
                                                    LogSource.of(file.toString(), null),
                                                    new RowOptions(null, null, "utf-8", true))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("log:7: byte 3 of the line is NUL");
        }

        @Test
        void bytesThatAreNotTextWithTheirPlace() throws IOException {
            Path file = folder.resolve("bytes");
            Files.write(file, new byte[] {'a', '\r', '\n', 'b', (byte) 0xC3, (byte) 0x28, '\n'});

            assertThatThrownBy(() -> read(file, LogFormat.SEQUENCE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("bytes:2: not UTF-8 text at byte 3 of the line");
        }

        @Test
        void nulWithItsPlace() throws IOException {
            Path file = file(HEADER + "u,\0,3\n");

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("log:2: byte 3 of the line is NUL");
        }

        @Test
        void otherEncodingsByName() throws IOException {
            Path file = folder.resolve("log.csv");
            Files.write(file, ("\uFEFF" + HEADER).getBytes(StandardCharsets.UTF_16LE));

            assertThatThrownBy(() -> read(file)).hasMessageContaining("is UTF-16 text");
        }

        @Test
        void jsonThatIsNoneWithItsLine() throws IOException {
            Path file = file("{\"user\":1,\"item\":2}\n\n{\"user\":1,\n{}\n");

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("log:3: malformed JSON");
        }

        @Test
        void aParquetFileThatIsCut() throws IOException {
            Path file = file("PAR1 and no more");

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        }

        @Test
        void aCutGzip() throws IOException {
            Path file = folder.resolve("log.csv.gz");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write((HEADER + rows("a", "\n")).getBytes(StandardCharsets.UTF_8));
            }
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, whole.length - 12));

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("damaged gzip");
        }
    }
}
