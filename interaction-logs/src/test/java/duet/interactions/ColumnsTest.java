package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Columns of a log")
class ColumnsTest {
    @TempDir Path folder;

    private LogSource source(String content) throws IOException {
        return LogSource.of(Files.writeString(folder.resolve("log"), content).toString(), null);
    }

    private static String choices(LogSource source) {
        return LogReader.read(source).report().choices();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "user_id,item_id,product_id,ts|users in user_id, items in item_id (not"
                        + " product_id),",
                "user_id,asin,session_id,ts|users in user_id (not session_id), items in asin,",
                "user_id,sku,page,ts|items in sku (not page),",
                "user_id,sku,item_id,ts|items in item_id (not sku),",
                "user_id,sku,date,ts|times in ts (not date), as seconds",
                "user_id,url,username,ts|users in user_id (not username), items in url, times",
            })
    void thatWouldDoAsWellAreSaid(String header, String said) throws IOException {
        StringBuilder text = new StringBuilder(header + "\n");
        for (int i = 0; i < 5; i++) {
            text.append("a,b").append(i).append(",c,150000000").append(i).append("\n");
        }

        assertThat(choices(source(text.toString()))).contains(said);
    }

    @Test
    void thatAreAskedForAreTakenWithoutAWord() throws IOException {
        LogSource source = source("user_id,item_id,product_id\n" + "u,1,2\n".repeat(5));

        assertThat(
                        choices(
                                Sources.withColumns(
                                        source, ColumnMapping.of("item=product_id,user=user_id"))))
                .startsWith("Read as csv: users in user_id, items in product_id, no times");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "user_id,movie_id,product_id|the items may stand in movie_id or product_id",
                "user_id,userid,item_id|the users may stand in user_id or userid",
                "user_id,item_id,time,ts|the times may stand in time or ts",
            })
    void thatWouldDoJustAsWellAreRefused(String header, String message) throws IOException {
        LogSource source = source(header + "\n" + header.replaceAll("\\w+", "1") + "\n");

        assertThatThrownBy(() -> LogReader.read(source))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "user_id,item_id,time,date%u,1,1015,2024-05-01|the numbers in time, from 1015 to"
                        + " 1015, are no dates: say --columns time=date, or time=none",
                "user_id,item_id,date%u,1,2017|the numbers in date, from 2017 to 2017, are no"
                        + " dates",
                "user_id,item_id,day,year%u,1,17,2024|the numbers in day, from 17 to 17, are no"
                        + " dates: say --columns time=NAME, or time=none",
            })
    void ofHoursOrDaysAloneAreNoTimes(String lines, String message) throws IOException {
        String[] parts = lines.split("%");
        LogSource source = source(parts[0] + "\n" + (parts[1] + "\n").repeat(6));

        assertThatThrownBy(() -> LogReader.read(source)).hasMessageContaining(message);
        assertThat(
                        choices(
                                Sources.withColumns(
                                        source,
                                        ColumnMapping.of("time=" + parts[0].split(",")[2]))))
                .contains("numbers that are no dates");
    }

    @Test
    void withoutNamesAreCountedAlsoInConditions() throws IOException {
        LogSource source =
                source("u,view,1,1500000000\n".repeat(6) + "u,buy,1,1500000000\n".repeat(3));
        LogSource counted =
                Sources.withColumns(source, ColumnMapping.of("user=1,item=3,time=column4"));

        ReadLog read =
                LogReader.read(
                        Sources.withRows(
                                counted, new RowOptions("column2 = 'view'", null, "utf-8", false)));

        assertThat(read.log().interactions()).isEqualTo(6);
    }

    @Test
    void thatFulfilNoCondition() throws IOException {
        LogSource source = source("user,item,event\n" + "u,1,view\n".repeat(5));

        assertThatThrownBy(
                        () ->
                                LogReader.read(
                                        Sources.withRows(
                                                source,
                                                new RowOptions(
                                                        "event = 'buy'", null, "utf-8", false))))
                .hasMessageEndingWith("there is no row for which --where holds");
    }

    @ParameterizedTest
    @CsvSource({"where", "query"})
    void areListedWhereAConditionHasAnother(String option) throws IOException {
        LogSource source = source("user,item,event\n" + "u,1,view\n".repeat(5));
        RowOptions rows =
                option.equals("where")
                        ? new RowOptions("evnt = 'view'", null, "utf-8", false)
                        : new RowOptions(null, "SELECT usr FROM log", "utf-8", false);

        assertThatThrownBy(() -> LogReader.read(Sources.withRows(source, rows)))
                .hasMessageStartingWith("--" + option + ": Referenced column")
                .hasMessageEndingWith("The columns are user, item, event");
    }

    @Test
    void ofNumbersAreNumbersInConditionsAlsoInJson() throws IOException {
        LogSource source =
                source("{\"user\":\"u\",\"item\":1,\"price\":2.5,\"ts\":1500000000}\n".repeat(5));

        assertThat(
                        LogReader.read(
                                        Sources.withRows(
                                                source,
                                                new RowOptions("price > 2", null, "utf-8", false)))
                                .log()
                                .interactions())
                .isEqualTo(5);
    }

    @Test
    void thatHoldObjectsOrListsAreRefusedWithWhatTakesThemApart() throws IOException {
        LogSource objects =
                source(
                        "{\"user\":{\"id\":\"u\"},\"item\":1,\"ts\":{\"$date\":\"2024-05-01\"}}\n"
                                .repeat(5));

        assertThatThrownBy(() -> LogReader.read(objects))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith(
                        "each value of column user is an object: say which part of it, as in"
                                + " --query \"SELECT log.user->>'NAME' AS user, … FROM log\"");
        assertThat(
                        choices(
                                Sources.withRows(
                                        objects,
                                        new RowOptions(
                                                null,
                                                "SELECT user->>'id' AS user, item,"
                                                        + " ts->>'$.\"$date\"' AS time FROM log",
                                                "utf-8",
                                                false))))
                .endsWith("times in time, as dates");
    }

    @Test
    void thatHoldListsAreListedAsSuch() throws IOException {
        LogSource lists = source("{\"session\":1,\"events\":[{\"aid\":1,\"ts\":2}]}\n".repeat(5));

        assertThatThrownBy(() -> LogReader.read(lists))
                .hasMessageContaining("the columns are session, events (lists)")
                .hasMessageEndingWith("or take it out of another one with --query");
    }
}
