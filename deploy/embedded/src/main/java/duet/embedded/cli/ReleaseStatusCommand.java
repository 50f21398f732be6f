package duet.embedded.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import duet.embedded.cli.terminal.Table;
import duet.embedded.cli.terminal.Terminal;
import duet.embedded.release.Readiness;
import duet.embedded.release.ReleaseBoard;
import duet.embedded.release.Releases;
import duet.schemas.record.ModelRelease;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet release status}: all versions, who runs them, and whether the job serves them. */
@Command(
        name = "status",
        description = "Shows all released versions, who runs them and whether the job serves them.",
        mixinStandardHelpOptions = true)
final class ReleaseStatusCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private ReleaseConnection connection;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    ReleaseStatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * One version.
     *
     * @param state {@code base}, {@code staged}, {@code announced}, {@code fallback}, {@code superseded} or {@code withdrawn}
     * @param releasedAt ISO 8601
     * @param job {@code unknown}, {@code loading}, {@code ready}, {@code refused} or {@code retired}
     * @param reason why the job refused it; null where it did not
     */
    @JsonPropertyOrder({
        "version",
        "state",
        "share",
        "releasedAt",
        "bundle",
        "signed",
        "job",
        "subtasksReady",
        "subtasksRefused",
        "subtasks",
        "reason",
        "metrics"
    })
    record Document(
            String version,
            String state,
            double share,
            String releasedAt,
            String bundle,
            boolean signed,
            String job,
            int subtasksReady,
            int subtasksRefused,
            int subtasks,
            String reason,
            Map<String, Double> metrics) {

        static Document of(ReleaseBoard.Row row) {
            ModelRelease release = row.release();
            Readiness readiness = row.readiness();
            return new Document(
                    release.getVersion(),
                    row.role()
                            .map(Enum::name)
                            .orElse(release.getState().name())
                            .toLowerCase(Locale.ROOT),
                    release.getShare(),
                    Instant.EPOCH
                            .plus(release.getReleasedAtMicros(), ChronoUnit.MICROS)
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString(),
                    release.getBundleUri(),
                    release.getSignature() != null,
                    readiness.state().name().toLowerCase(Locale.ROOT),
                    readiness.ready(),
                    readiness.refused(),
                    readiness.parallelism(),
                    readiness.reason(),
                    new TreeMap<>(release.getMetrics()));
        }
    }

    @Override
    public void run() {
        List<ReleaseBoard.Row> rows;
        try (Releases releases = connection.open()) {
            rows = releases.board().rows();
        }
        if (json) {
            terminal.line(json(rows.stream().map(Document::of).toList()));
        } else if (rows.isEmpty()) {
            terminal.line("Nothing has been released: devices run the model they came with");
        } else {
            terminal.table(table(rows));
        }
    }

    private static Table table(List<ReleaseBoard.Row> rows) {
        Table table = Table.ofText("version", "state", "share", "released", "job", "reason");
        for (ReleaseBoard.Row row : rows) {
            Document document = Document.of(row);
            table.row(
                    document.version,
                    document.state,
                    row.role().isPresent() ? ReleaseTexts.percent(document.share) : "",
                    document.releasedAt,
                    row.readiness().toString(),
                    document.reason == null ? "" : document.reason);
        }
        return table;
    }

    private static String json(List<Document> documents) {
        try {
            return new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(documents);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a status is always JSON", e);
        }
    }
}
