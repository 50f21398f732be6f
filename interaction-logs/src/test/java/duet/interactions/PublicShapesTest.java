package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shapes of public logs, with ids that are made up. */
@DisplayName("Logs in the shape of a public one are read as they are:")
class PublicShapesTest {
    private static final int USERS = 40;

    @TempDir Path folder;

    /** One interaction, as the test knows it. */
    private record Event(String user, String item, long second, int kind) {
        String iso() {
            return Instant.ofEpochSecond(second).toString();
        }

        String time(String pattern) {
            return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC)
                    .format(Instant.ofEpochSecond(second));
        }

        /** Returns the time of a clock that is so many hours before UTC, or behind it. */
        String shifted(int hours, String pattern) {
            return new Event(user, item, second + hours * 3_600L, kind).time(pattern);
        }

        double rating() {
            return 1 + kind % 5;
        }
    }

    /** Ids as a log has them. */
    private enum Ids {
        NUMBERS(n -> String.valueOf(n), n -> String.valueOf(n * 7 + 1)),
        NUMBERS_WITH_ZEROS(n -> String.valueOf(n), n -> String.format(Locale.ROOT, "0%09d", n)),
        AMAZON(
                n -> "A" + Long.toString(n * 7_919L + 60_466_176L, 36).toUpperCase(Locale.ROOT),
                n ->
                        "B00"
                                + Long.toString(n * 104_729L + 60_466_176L, 36)
                                        .toUpperCase(Locale.ROOT)),
        HASHES(
                n -> String.format(Locale.ROOT, "%064x", n * 31L + 5),
                n -> String.format(Locale.ROOT, "-%021x_", n * 17L)),
        HUGE(n -> "1" + String.format(Locale.ROOT, "%021d", n), n -> "0x" + n + ":0x" + n * 31L),
        UUIDS(
                n -> new UUID(n, 0x8000000000000000L | n).toString(),
                n -> new UUID(~n, 0x8000000000000000L | n).toString()),
        URLS(n -> "user" + n + "@example.org", n -> "https://example.org/p?id=" + n + "&x=a,b"),
        LATIN(n -> String.valueOf(n), n -> n % 3 == 0 ? "03454é" + n : "0345" + n + "X");

        private final Function<Integer, String> user;
        private final Function<Integer, String> item;

        Ids(Function<Integer, String> user, Function<Integer, String> item) {
            this.user = user;
            this.item = item;
        }
    }

    /** How a shape is written, and the options that it needs. */
    private record Shape(
            String name,
            String file,
            Ids ids,
            Writer writer,
            Function<LogSource, LogSource> options) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    private interface Writer {
        void write(List<Event> events, Path file) throws IOException, SQLException;
    }

    private static Writer lines(String header, Function<Event, String> line) {
        return (events, file) -> Files.writeString(file, text(header, line, events, "\n"));
    }

    private static String text(
            String header, Function<Event, String> line, List<Event> events, String end) {
        return (header.isEmpty() ? "" : header + end)
                + events.stream().map(line).map(l -> l + end).collect(Collectors.joining());
    }

    private static Function<LogSource, LogSource> columns(String columns) {
        return source -> Sources.withColumns(source, ColumnMapping.of(columns));
    }

    private static Function<LogSource, LogSource> format(LogFormat format) {
        return source -> LogSource.of(source.files(), format);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\"\"") + "\"";
    }

    static Stream<Shape> shapes() {
        Function<LogSource, LogSource> plain = Function.identity();
        return Stream.of(
                new Shape(
                        "MovieLens 100K, u.data",
                        "u.data",
                        Ids.NUMBERS,
                        lines(
                                "",
                                e ->
                                        String.join(
                                                "\t",
                                                e.user(),
                                                e.item(),
                                                String.valueOf((int) e.rating()),
                                                String.valueOf(e.second()))),
                        format(LogFormat.ML_100K)),
                new Shape(
                        "MovieLens 1M, ratings.dat",
                        "ratings.dat",
                        Ids.NUMBERS,
                        lines("", e -> e.user() + "::" + e.item() + "::5::" + e.second()),
                        format(LogFormat.ML_1M)),
                new Shape(
                        "MovieLens 20M, ratings.csv",
                        "ratings.csv",
                        Ids.NUMBERS,
                        lines(
                                "userId,movieId,rating,timestamp",
                                e ->
                                        e.user()
                                                + ","
                                                + e.item()
                                                + ","
                                                + e.rating()
                                                + ","
                                                + e.second()),
                        plain),
                new Shape(
                        "Amazon reviews 2014, JSON lines in gzip",
                        "reviews_Beauty_5.json.gz",
                        Ids.AMAZON,
                        (events, file) ->
                                gzip(
                                        file,
                                        text(
                                                "",
                                                e ->
                                                        String.format(
                                                                Locale.ROOT,
                                                                "{\"reviewerID\": \"%s\", \"asin\":"
                                                                    + " \"%s\", \"reviewerName\":"
                                                                    + " \"J. \\\"D\\\"\","
                                                                    + " \"helpful\": [0, 1],"
                                                                    + " \"overall\": %.1f,"
                                                                    + " \"unixReviewTime\": %d,"
                                                                    + " \"reviewTime\": \"%s\"}",
                                                                e.user(),
                                                                e.item(),
                                                                e.rating(),
                                                                e.second(),
                                                                e.time("MM d, yyyy")),
                                                events,
                                                "\n")),
                        plain),
                new Shape(
                        "Amazon ratings 2014, csv without a header",
                        "ratings_Beauty.csv",
                        Ids.AMAZON,
                        lines(
                                "",
                                e ->
                                        e.user()
                                                + ","
                                                + e.item()
                                                + ","
                                                + e.rating()
                                                + ","
                                                + e.second()),
                        columns("user=1,item=2,time=4")),
                new Shape(
                        "Amazon ratings 2018, the item first",
                        "All_Beauty.csv",
                        Ids.AMAZON,
                        lines(
                                "",
                                e ->
                                        e.item()
                                                + ","
                                                + e.user()
                                                + ","
                                                + e.rating()
                                                + ","
                                                + e.second()),
                        columns("item=1,user=2,time=4")),
                new Shape(
                        "Amazon reviews 2023, milliseconds",
                        "All_Beauty.csv",
                        Ids.AMAZON,
                        lines(
                                "user_id,parent_asin,rating,timestamp",
                                e ->
                                        String.join(
                                                ",",
                                                e.user(),
                                                e.item(),
                                                String.valueOf(e.rating()),
                                                e.second() + "000")),
                        plain),
                new Shape(
                        "RecBole, .inter",
                        "ml.inter",
                        Ids.NUMBERS,
                        lines(
                                "user_id:token\titem_id:token\trating:float\ttimestamp:float",
                                e ->
                                        String.join(
                                                "\t",
                                                e.user(),
                                                e.item(),
                                                String.valueOf(e.rating()),
                                                e.second() + ".0")),
                        plain),
                new Shape(
                        "SASRec, pairs",
                        "Beauty.txt",
                        Ids.NUMBERS,
                        lines("", e -> e.user() + " " + e.item()),
                        format(LogFormat.PAIRS)),
                new Shape(
                        "RetailRocket, events.csv, views alone",
                        "events.csv",
                        Ids.NUMBERS,
                        (events, file) -> {
                            StringBuilder text =
                                    new StringBuilder(
                                            "timestamp,visitorid,event,itemid,transactionid\n");
                            for (Event e : events) {
                                text.append(
                                        String.format(
                                                Locale.ROOT,
                                                "%d000,%s,view,%s,\n%d123,%s,addtocart,%s,\n",
                                                e.second(),
                                                e.user(),
                                                e.item(),
                                                e.second(),
                                                e.user(),
                                                e.item()));
                            }
                            Files.writeString(file, text);
                        },
                        source ->
                                Sources.withRows(
                                        source,
                                        new RowOptions("event = 'view'", null, "utf-8", false))),
                new Shape(
                        "Yoochoose, clicks without a header",
                        "yoochoose-clicks.dat",
                        Ids.NUMBERS,
                        lines(
                                "",
                                e ->
                                        String.join(
                                                ",",
                                                e.user(),
                                                e.time("yyyy-MM-dd'T'HH:mm:ss'.000Z'"),
                                                e.item(),
                                                e.kind() % 2 == 0 ? "0" : "S")),
                        columns("user=1,time=2,item=3")),
                new Shape(
                        "Diginetica, sessions with blanks for users",
                        "train-item-views.csv",
                        Ids.NUMBERS,
                        lines(
                                "sessionId;userId;itemId;timeframe;eventdate",
                                e ->
                                        String.join(
                                                ";",
                                                e.user(),
                                                "NA",
                                                e.item(),
                                                "526309",
                                                e.time("yyyy-MM-dd"))),
                        columns("user=sessionId,time=eventdate")),
                new Shape(
                        "H&M, transactions",
                        "transactions_train.csv",
                        Ids.NUMBERS_WITH_ZEROS,
                        lines(
                                "t_dat,customer_id,article_id,price,sales_channel_id",
                                e ->
                                        String.join(
                                                ",",
                                                e.time("yyyy-MM-dd"),
                                                e.user(),
                                                e.item(),
                                                "0.05083",
                                                "2")),
                        plain),
                new Shape(
                        "Yelp, reviews as JSON lines",
                        "yelp_academic_dataset_review.json",
                        Ids.HASHES,
                        lines(
                                "",
                                e ->
                                        String.format(
                                                Locale.ROOT,
                                                "{\"review_id\":\"r\",\"user_id\":\"%s\","
                                                        + "\"business_id\":\"%s\","
                                                        + "\"stars\":%.1f,\"text\":\"a\\n,b\","
                                                        + "\"date\":\"%s\"}",
                                                e.user(),
                                                e.item(),
                                                e.rating(),
                                                e.time("yyyy-MM-dd HH:mm:ss"))),
                        plain),
                new Shape(
                        "Last.fm 1K, tsv without a header, stray quotes",
                        "userid-timestamp-artid-artname-traid-traname.tsv",
                        Ids.UUIDS,
                        lines(
                                "",
                                e ->
                                        String.join(
                                                "\t",
                                                e.user(),
                                                e.iso(),
                                                e.item(),
                                                e.kind() % 2 == 0 ? "\"Weird\" Al" : "12\" mix",
                                                "",
                                                "a, b")),
                        columns("user=1,time=2,item=3")),
                new Shape(
                        "Gowalla, check-ins",
                        "Gowalla_totalCheckins.txt.gz",
                        Ids.NUMBERS,
                        (events, file) ->
                                gzip(
                                        file,
                                        text(
                                                "",
                                                e ->
                                                        String.join(
                                                                "\t",
                                                                e.user(),
                                                                e.iso(),
                                                                "30.2359091167",
                                                                "-97.7951395833",
                                                                e.item()),
                                                events,
                                                "\r\n")),
                        columns("user=1,time=2,item=5")),
                new Shape(
                        "BookCrossing, semicolons and quotes in latin-1",
                        "BX-Book-Ratings.csv",
                        Ids.LATIN,
                        (events, file) ->
                                Files.write(
                                        file,
                                        text(
                                                        "\"User-ID\";\"ISBN\";\"Book-Rating\"",
                                                        e ->
                                                                quoted(e.user())
                                                                        + ";"
                                                                        + quoted(e.item())
                                                                        + ";\"0\"",
                                                        events,
                                                        "\r\n")
                                                .getBytes(StandardCharsets.ISO_8859_1)),
                        source ->
                                Sources.withRows(
                                        source, new RowOptions(null, null, "latin-1", false))),
                new Shape(
                        "Steam, JSON lines with dates",
                        "steam_reviews.json",
                        Ids.URLS,
                        lines(
                                "",
                                e ->
                                        String.format(
                                                Locale.ROOT,
                                                "{\"username\": \"%s\", \"hours\": 1.3,"
                                                    + " \"product_id\": \"%s\", \"date\": \"%s\"}",
                                                e.user(),
                                                e.item(),
                                                e.time("yyyy-MM-dd"))),
                        plain),
                new Shape(
                        "Online Retail, days first",
                        "OnlineRetail.csv",
                        Ids.UUIDS,
                        lines(
                                "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,CustomerID",
                                e ->
                                        String.join(
                                                ",",
                                                "536365",
                                                e.item(),
                                                "\"A, B\"",
                                                "6",
                                                e.time("d/M/yyyy HH:mm"),
                                                e.user())),
                        plain),
                new Shape(
                        "A warehouse's export as Parquet",
                        "events.parquet",
                        Ids.NUMBERS,
                        sql(
                                "SELECT to_timestamp(s) AS event_time, u::BIGINT AS user_id,"
                                        + " 'view' AS event_type, i::DOUBLE AS product_id FROM e"
                                        + " ORDER BY n",
                                "FORMAT parquet"),
                        plain),
                new Shape(
                        "Clicks as csv in zstd",
                        "clicks.csv.zst",
                        Ids.UUIDS,
                        sql(
                                "SELECT u AS user_id, i AS item_id, s * 1000000 AS ts FROM e ORDER"
                                        + " BY n",
                                "FORMAT csv, COMPRESSION zstd"),
                        plain));
    }

    private static Function<LogSource, LogSource> query(String sql) {
        return source -> Sources.withRows(source, new RowOptions(null, sql, "utf-8", false));
    }

    static Stream<Shape> moreShapes() {
        Function<LogSource, LogSource> plain = Function.identity();
        return Stream.of(
                new Shape(
                        "MovieLens 25M with numbers beside it as pandas writes an index",
                        "ratings.csv",
                        Ids.NUMBERS,
                        lines(
                                ",userId,movieId,rating,timestamp",
                                e ->
                                        e.kind()
                                                + ","
                                                + e.user()
                                                + ","
                                                + e.item()
                                                + ",4.5,"
                                                + e.second()),
                        plain),
                new Shape(
                        "Taobao, user behaviour without a header",
                        "UserBehavior.csv",
                        Ids.NUMBERS,
                        lines("", e -> e.user() + "," + e.item() + ",17,pv," + e.second()),
                        columns("user=1,item=2,time=5")),
                new Shape(
                        "MIND, behaviours with months first and halves of days",
                        "behaviors.tsv",
                        Ids.UUIDS,
                        lines(
                                "",
                                e ->
                                        String.join(
                                                "\t",
                                                "1",
                                                e.user(),
                                                e.time("M/d/yyyy h:mm:ss a"),
                                                "N1 N2",
                                                e.item())),
                        columns("user=2,time=3,item=5")),
                new Shape(
                        "Foursquare, check-ins with dates of Twitter",
                        "dataset_TSMC2014_NYC.txt",
                        Ids.HASHES,
                        lines(
                                "",
                                e ->
                                        String.join(
                                                "\t",
                                                e.user(),
                                                e.item(),
                                                "Café \"X",
                                                "40.7",
                                                "-240",
                                                e.time("EEE MMM dd HH:mm:ss '+0000' yyyy"))),
                        columns("user=1,item=2,time=6")),
                new Shape(
                        "Goodreads, JSON lines in gzip with dates of another zone",
                        "goodreads_interactions.json.gz",
                        Ids.HASHES,
                        (events, file) ->
                                gzip(
                                        file,
                                        text(
                                                "",
                                                e ->
                                                        String.format(
                                                                Locale.ROOT,
                                                                "{\"user_id\": \"%s\","
                                                                        + " \"book_id\": \"%s\","
                                                                        + " \"rating\": 3,"
                                                                        + " \"date_added\": \"%s\","
                                                                        + " \"read_at\": \"\"}",
                                                                e.user(),
                                                                e.item(),
                                                                e.shifted(
                                                                        -7,
                                                                        "EEE MMM dd HH:mm:ss"
                                                                                + " '-0700' yyyy")),
                                                events,
                                                "\n")),
                        plain),
                new Shape(
                        "Google reviews, ids of more than 64 bits and lists beside them",
                        "review-Vermont.json",
                        Ids.HUGE,
                        lines(
                                "",
                                e ->
                                        String.format(
                                                Locale.ROOT,
                                                "{\"user_id\":%s,\"time\":%d000,\"pics\":[{\"url\":"
                                                        + "[\"x\"]}],\"text\":null,"
                                                        + "\"gmap_id\":\"%s\"}",
                                                e.user(),
                                                e.second(),
                                                e.item())),
                        plain),
                new Shape(
                        "KuaiRec, a time beside the timestamp",
                        "big_matrix.csv",
                        Ids.NUMBERS,
                        lines(
                                "user_id,video_id,play_duration,time,date,timestamp,watch_ratio",
                                e ->
                                        String.join(
                                                ",",
                                                e.user(),
                                                e.item(),
                                                "5838",
                                                e.time("yyyy-MM-dd HH:mm:ss.SSS"),
                                                e.time("yyyyMMdd"),
                                                e.second() + ".0",
                                                "0.96")),
                        columns("time=timestamp")),
                new Shape(
                        "Amazon Personalize, capitals",
                        "interactions.csv",
                        Ids.AMAZON,
                        lines(
                                "USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP",
                                e -> e.user() + "," + e.item() + ",click," + e.second()),
                        plain),
                new Shape(
                        "A shop's export with the shift from UTC",
                        "events.csv",
                        Ids.URLS,
                        lines(
                                "id,user_email,user_id,item_id,created_at",
                                e ->
                                        String.join(
                                                ",",
                                                "1",
                                                "",
                                                quoted(e.user()),
                                                quoted(e.item()),
                                                e.shifted(2, "yyyy-MM-dd'T'HH:mm:ss'.000+02:00'"))),
                        plain),
                new Shape(
                        "Oracle's export, years of two digits",
                        "orders.csv",
                        Ids.NUMBERS,
                        lines(
                                "USER_ID,ITEM_ID,CREATED_AT",
                                e -> e.user() + "," + e.item() + "," + e.time("dd-MMM-yy")),
                        plain),
                new Shape(
                        "A spreadsheet's export: mark, semicolons, decimal commas",
                        "export.csv",
                        Ids.NUMBERS,
                        (events, file) ->
                                Files.writeString(
                                        file,
                                        text(
                                                "\uFEFF\"User ID\";\"Item ID\";Rating;\"Date\";",
                                                e ->
                                                        String.join(
                                                                ";",
                                                                e.user(),
                                                                e.item(),
                                                                "4,5",
                                                                e.time("dd.MM.yyyy HH:mm:ss"),
                                                                ""),
                                                events,
                                                "\r\n")),
                        plain),
                new Shape(
                        "MySQL's batch output, columns of NULL beside the ids",
                        "dump.tsv",
                        Ids.NUMBERS,
                        lines(
                                "user_id\titem_id\tcreated_at\tnote\tother",
                                e ->
                                        String.join(
                                                "\t",
                                                e.user(),
                                                e.item(),
                                                e.time("yyyy-MM-dd HH:mm:ss"),
                                                "\\N",
                                                "NULL")),
                        plain),
                new Shape(
                        "MongoDB's export, ids within objects",
                        "events.json",
                        Ids.HASHES,
                        lines(
                                "",
                                e ->
                                        String.format(
                                                Locale.ROOT,
                                                "{\"_id\":{\"$oid\":\"1\"},\"user\":{\"$oid\":\"%s\"},"
                                                    + "\"item\":\"%s\",\"created\":{\"$date\":\"%s\"}}",
                                                e.user(),
                                                e.item(),
                                                e.iso())),
                        query(
                                "SELECT user->>'$.\"$oid\"' AS user, item, created->>'$.\"$date\"'"
                                        + " AS time FROM log")),
                new Shape(
                        "jq's output, objects of several lines",
                        "events.json",
                        Ids.URLS,
                        lines(
                                "",
                                e ->
                                        String.format(
                                                Locale.ROOT,
                                                "{\n"
                                                        + "  \"userId\": \"%s\",\n"
                                                        + "  \"sku\": \"%s\",\n"
                                                        + "  \"ts\": %d\n"
                                                        + "}",
                                                e.user(),
                                                e.item(),
                                                e.second())),
                        plain),
                new Shape(
                        "OTTO, sessions with lists of events",
                        "otto.jsonl",
                        Ids.NUMBERS,
                        sql(
                                "SELECT u::BIGINT AS session, list({'aid': i::BIGINT, 'ts': s *"
                                        + " 1000, 'type': 'clicks'} ORDER BY n) AS events FROM e"
                                        + " GROUP BY u ORDER BY min(n)",
                                "FORMAT json"),
                        query(
                                "SELECT session AS user, e->>'aid' AS item, e->>'ts' AS time FROM"
                                        + " (SELECT session, unnest(from_json(events,"
                                        + " '[\"JSON\"]')) AS e FROM log)")),
                new Shape(
                        "Parquet with lists of items, by a query",
                        "sequences.parquet",
                        Ids.AMAZON,
                        sql(
                                "SELECT u AS user_id, list(i ORDER BY n) AS items, list(s ORDER BY"
                                        + " n) AS times FROM e GROUP BY u ORDER BY min(n)",
                                "FORMAT parquet"),
                        query(
                                "SELECT user_id AS user, unnest(items) AS item, unnest(times) AS"
                                        + " time FROM log")),
                new Shape(
                        "A warehouse's Parquet with decimals and nested columns beside them",
                        "events.parquet",
                        Ids.NUMBERS,
                        sql(
                                "SELECT u::DECIMAL(18,2) AS user_id, i::DECIMAL(38,0) AS item_id,"
                                        + " s::DECIMAL(18,3) AS ts, [1, 2] AS tags, {'a': 1} AS"
                                        + " context FROM e ORDER BY n",
                                "FORMAT parquet"),
                        plain));
    }

    private static void gzip(Path file, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Writer sql(String select, String options) {
        return (events, file) -> {
            Path csv = file.resolveSibling("events-to-write");
            Files.writeString(
                    csv,
                    text(
                            "n,u,i,s",
                            e ->
                                    events.indexOf(e)
                                            + ","
                                            + quoted(e.user())
                                            + ","
                                            + quoted(e.item())
                                            + ","
                                            + e.second(),
                            events,
                            "\n"));
            try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TABLE e AS SELECT * FROM read_csv('"
                                + csv
                                + "', columns={'n': 'INT', 'u': 'VARCHAR', 'i': 'VARCHAR', 's':"
                                + " 'BIGINT'}, header=true)");
                statement.execute("COPY (" + select + ") TO '" + file + "' (" + options + ")");
            }
            Files.delete(csv);
        };
    }

    /** Events of users of whom every fourth has too few, in the order of time, days apart. */
    private static List<Event> events(Ids ids) {
        SplittableRandom random = new SplittableRandom(ids.ordinal());
        List<Event> events = new ArrayList<>();
        long second = 1_400_000_000L - 1_400_000_000L % 86_400;
        for (int step = 0; step < 12; step++) {
            for (int user = 1; user <= USERS; user++) {
                int most = user % 4 == 0 ? 4 : 8;
                if (step < most) {
                    second += 86_400;
                    events.add(
                            new Event(
                                    ids.user.apply(user),
                                    ids.item.apply(random.nextInt(1, 60)),
                                    second,
                                    random.nextInt(10)));
                }
            }
        }
        return events;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"shapes", "moreShapes"})
    void asTheyAre(Shape shape) throws Exception {
        List<Event> events = events(shape.ids());
        Path file = folder.resolve(shape.file());
        shape.writer().write(events, file);

        ReadLog read = LogReader.read(shape.options().apply(LogSource.of(file.toString(), null)));

        Map<String, List<Event>> expected = new LinkedHashMap<>();
        for (Event event : events) {
            expected.computeIfAbsent(event.user(), user -> new ArrayList<>()).add(event);
        }
        long all = events.size();
        expected.values().removeIf(list -> list.size() < 5);
        expected.values().forEach(list -> list.sort(Comparator.comparingLong(Event::second)));
        Map<String, List<String>> items = new LinkedHashMap<>();
        read.log()
                .users()
                .forEach(
                        user ->
                                items.put(
                                        user.user(),
                                        Arrays.stream(user.items())
                                                .mapToObj(read.log().names()::of)
                                                .toList()));
        Map<String, List<String>> expectedItems = new LinkedHashMap<>();
        expected.forEach(
                (user, list) -> expectedItems.put(user, list.stream().map(Event::item).toList()));
        assertThat(items).isEqualTo(expectedItems);
        assertThat(items.keySet()).containsExactlyElementsOf(expectedItems.keySet());
        assertThat(read.log().items())
                .hasSize(
                        (int)
                                expected.values().stream()
                                        .flatMap(List::stream)
                                        .map(Event::item)
                                        .distinct()
                                        .count());
        assertThat(read.report().rows()).isEqualTo(all);
        assertThat(read.log().leftOut()).hasSize(USERS - expected.size());
        if (read.report().columns().time() != null) {
            long[] times = read.log().users().get(0).timestamps();
            List<Event> first = expected.values().iterator().next();
            assertThat(times)
                    .containsExactly(
                            first.stream().mapToLong(event -> event.second() * 1_000).toArray());
        }
    }

    @org.junit.jupiter.api.Test
    @DisplayName("there are at least fifteen of them")
    void enough() {
        assertThat(shapes()).hasSizeGreaterThanOrEqualTo(15);
    }
}
