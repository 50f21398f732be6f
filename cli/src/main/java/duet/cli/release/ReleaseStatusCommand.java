package duet.cli.release;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.operations.release.Readiness;
import duet.operations.release.ReleaseBoard;
import duet.operations.release.ReleaseSigners;
import duet.operations.release.Releases;
import duet.schemas.record.ModelRelease;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code duet release status} shows all versions, who runs them, and whether the job serves them.
 */
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
     * Describes one version.
     *
     * @param release what was released
     * @param job what the job makes of it
     * @param metrics of the release
     */
    record Document(
            @JsonUnwrapped Release release, @JsonUnwrapped Job job, Map<String, Double> metrics) {

        /**
         * Says what was released.
         *
         * @param state {@code base}, {@code staged}, {@code announced}, {@code fallback}, {@code
         *     superseded} or {@code withdrawn}
         * @param releasedAt ISO 8601
         * @param counter the greater, the later the release was changed; 0: not counted
         */
        record Release(
                String version,
                String state,
                double share,
                String releasedAt,
                String bundle,
                boolean signed,
                long counter) {}

        /**
         * Says what the job makes of it.
         *
         * @param state {@code unknown}, {@code loading}, {@code ready}, {@code refused} or {@code
         *     retired}
         * @param reason why the job refused it; null where it did not
         */
        record Job(
                @JsonProperty("job") String state,
                int subtasksReady,
                int subtasksRefused,
                int subtasks,
                @Nullable String reason) {}

        static Document of(ReleaseBoard.Row row) {
            ModelRelease release = row.release();
            Readiness readiness = row.readiness();
            return new Document(
                    new Release(
                            release.getVersion(),
                            row.role()
                                    .map(Enum::name)
                                    .orElse(release.getState().name())
                                    .toLowerCase(Locale.ROOT),
                            release.getShare(),
                            ReleaseTexts.time(release),
                            release.getBundleUri(),
                            release.getSignature() != null,
                            release.getCounter()),
                    new Job(
                            readiness.state().name().toLowerCase(Locale.ROOT),
                            readiness.ready(),
                            readiness.refused(),
                            readiness.parallelism(),
                            readiness.reason()),
                    new TreeMap<>(release.getMetrics()));
        }
    }

    @Override
    public void run() {
        List<ReleaseBoard.Row> rows;
        try (Releases releases = connection.open(ReleaseSigners.none())) {
            rows = releases.board().rows();
        }
        if (json) {
            terminal.json(rows.stream().map(Document::of).toList());
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
                    document.release.version,
                    document.release.state,
                    row.role().isPresent() ? ReleaseTexts.percent(document.release.share) : "",
                    document.release.releasedAt,
                    row.readiness().toString(),
                    document.job.reason == null ? "" : document.job.reason);
        }
        return table;
    }
}
