package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;

import duet.interactions.ReadReport.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

@Label("Bad rows among any others")
class BadRowsPropertyTest {
    private static final int TRIES = 60;

    private Path folder;

    @BeforeProperty
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("bad-rows");
    }

    @AfterProperty
    void removeFolder() throws IOException {
        Files.deleteIfExists(folder.resolve("log.csv"));
        Files.delete(folder);
    }

    /** What a row may be, and why it is bad; a kind of nothing is no row. */
    private enum Kind {
        GOOD("u,1,1500000000", ""),
        ON_TWO_LINES("\"v\nw\",\"2, \"\"3\"\"\",1500000001", ""),
        EMPTY("", null),
        SHORT("x,y", "missing columns"),
        SHORT_ON_TWO_LINES("\"x\n\ny\",1", "missing columns"),
        ALONE("z", "missing columns"),
        LONG("a,b,1500000000,d,e", "too many columns"),
        NO_USER(",1,1500000000", "no user id"),
        NO_ITEM("é,NULL,1500000000", "no item id"),
        NO_TIME("u,1,0", "no time"),
        NOT_A_TIME("u,1,soon", "not a time");

        private final String text;
        private final String reason;

        Kind(String text, String reason) {
            this.text = text;
            this.reason = reason;
        }
    }

    @Provide
    Arbitrary<List<Kind>> tables() {
        return Arbitraries.of(Kind.class).list().ofMaxSize(40);
    }

    @Provide
    Arbitrary<String> ends() {
        return Arbitraries.of("\n", "\r\n");
    }

    @Property(tries = TRIES)
    @Label("are counted, and the first of each kind is named by its line")
    void countedWithLines(@ForAll("tables") List<Kind> kinds, @ForAll("ends") String end)
            throws IOException {
        StringBuilder text = new StringBuilder("user,item,ts\n");
        text.append((Kind.GOOD.text + "\n").repeat(6));
        long line = 8;
        long rows = 6;
        Map<String, Long> count = new HashMap<>();
        Map<String, Long> first = new HashMap<>();
        for (Kind kind : kinds) {
            text.append(kind.text).append("\n");
            if (kind.reason != null) {
                rows++;
                if (!kind.reason.isEmpty()) {
                    count.merge(kind.reason, 1L, Long::sum);
                    first.putIfAbsent(kind.reason, line);
                }
            }
            line += 1 + kind.text.chars().filter(c -> c == '\n').count();
        }
        Path file =
                Files.writeString(folder.resolve("log.csv"), text.toString().replace("\n", end));

        ReadReport report =
                LogReader.read(
                                Sources.withRows(
                                        LogSource.of(file.toString(), null),
                                        new RowOptions(null, null, "utf-8", true)))
                        .report();

        assertThat(report.rows()).isEqualTo(rows);
        assertThat(
                        report.refused().stream()
                                .collect(Collectors.toMap(Refused::kind, Refused::rows)))
                .isEqualTo(count);
        assertThat(
                        report.refused().stream()
                                .collect(Collectors.toMap(Refused::kind, Refused::line)))
                .isEqualTo(first);
    }
}
