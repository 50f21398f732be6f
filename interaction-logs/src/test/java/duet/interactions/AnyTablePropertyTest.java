package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

@Label("Any table")
class AnyTablePropertyTest {
    private static final int TRIES = 40;

    private final ObjectMapper json = new ObjectMapper();
    private Path folder;

    @BeforeProperty
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("any-table");
    }

    @AfterProperty
    void removeFolder() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** A row; the note is of no consequence. */
    record Row(String user, String item, long second, String note) {}

    @Provide
    Arbitrary<List<Row>> tables() {
        Arbitrary<String> text =
                Arbitraries.strings()
                        .withChars("ab07,;\t|\"'\n\r éß中-_.:{}[]\\#")
                        .ofMinLength(1)
                        .ofMaxLength(6)
                        .map(s -> "x" + s + "y");
        Arbitrary<String> number = Arbitraries.longs().between(0, 99).map(String::valueOf);
        Arbitrary<String> users = Arbitraries.of(true, false).flatMap(b -> b ? text : number);
        Arbitrary<List<String>> someUsers = users.list().uniqueElements().ofSize(4);
        Arbitrary<List<String>> someItems =
                Arbitraries.of(true, false)
                        .flatMap(b -> b ? text : number)
                        .list()
                        .uniqueElements()
                        .ofSize(6);
        return Combinators.combine(someUsers, someItems)
                .flatAs(
                        (u, i) ->
                                Combinators.combine(
                                                Arbitraries.of(u),
                                                Arbitraries.of(i),
                                                Arbitraries.longs()
                                                        .between(1_000_000_000, 1_000_000_020),
                                                text)
                                        .as(Row::new)
                                        .list()
                                        .ofMinSize(30)
                                        .ofMaxSize(60));
    }

    @Property(tries = TRIES)
    @Label("is the same log as csv, tsv, JSON lines, Parquet and in gzip")
    void sameLog(@ForAll("tables") List<Row> rows) throws Exception {
        Map<String, List<String>> expected = expected(rows);

        for (String delimiter : List.of(",", "\t", ";", "|")) {
            Path file =
                    Files.writeString(
                            folder.resolve("log.csv"),
                            delimited(rows, delimiter),
                            StandardCharsets.UTF_8);
            assertThat(read(file)).as("separated by " + delimiter).isEqualTo(expected);
        }
        Path gzip = folder.resolve("log.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(delimited(rows, ",").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(read(gzip)).as("gzip").isEqualTo(expected);
        StringBuilder lines = new StringBuilder();
        for (Row row : rows) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("ts", row.second());
            object.put("note", row.note());
            object.put("item_id", row.item());
            object.put("user_id", row.user());
            lines.append(json.writeValueAsString(object)).append('\n');
        }
        Path jsonLines = Files.writeString(folder.resolve("log.json"), lines);
        assertThat(read(jsonLines)).as("JSON").isEqualTo(expected);
        Path parquet = folder.resolve("log.parquet");
        toParquet(jsonLines, parquet);
        assertThat(read(parquet)).as("Parquet").isEqualTo(expected);
    }

    private static Map<String, List<String>> read(Path file) {
        InteractionLog log = LogReader.read(LogSource.of(file.toString(), null)).log();
        Map<String, List<String>> read = new LinkedHashMap<>();
        for (UserHistory user : log.users()) {
            List<String> interactions = new ArrayList<>();
            for (int i = 0; i < user.size(); i++) {
                interactions.add(
                        log.names().of(user.items()[i]) + " at " + user.timestamps()[i] / 1_000);
            }
            read.put(user.user(), interactions);
        }
        log.leftOut().forEach(user -> read.put(user, List.of()));
        return read;
    }

    /** Computes the log by the rules alone. */
    private static Map<String, List<String>> expected(List<Row> rows) {
        return rows.stream()
                .collect(Collectors.groupingBy(Row::user, LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                user ->
                                        user.getValue().size() < 5
                                                ? List.of()
                                                : user.getValue().stream()
                                                        .sorted(
                                                                (a, b) ->
                                                                        Long.compare(
                                                                                a.second(),
                                                                                b.second()))
                                                        .map(r -> r.item() + " at " + r.second())
                                                        .toList()));
    }

    private static String delimited(List<Row> rows, String delimiter) {
        List<String> lines = new ArrayList<>();
        lines.add(String.join(delimiter, "ts", "note", "item_id", "user_id"));
        for (Row row : rows) {
            lines.add(
                    Arrays.asList(
                                    String.valueOf(row.second()),
                                    quoted(row.note()),
                                    quoted(row.item()),
                                    quoted(row.user()))
                            .stream()
                            .collect(Collectors.joining(delimiter)));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\"\"") + "\"";
    }

    private static void toParquet(Path jsonLines, Path parquet) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "COPY (SELECT * FROM read_json('"
                            + jsonLines
                            + "', format='newline_delimited', columns={'ts': 'BIGINT', 'note':"
                            + " 'VARCHAR', 'item_id': 'VARCHAR', 'user_id': 'VARCHAR'})) TO '"
                            + parquet
                            + "' (FORMAT parquet)");
        }
    }
}
