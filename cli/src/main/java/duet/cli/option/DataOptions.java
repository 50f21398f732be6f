package duet.cli.option;

import duet.cli.terminal.Progress;
import duet.cli.terminal.Terminal;
import duet.interactions.ColumnMapping;
import duet.interactions.LogFormat;
import duet.interactions.LogReader;
import duet.interactions.LogSource;
import duet.interactions.ReadListener;
import duet.interactions.ReadLog;
import duet.interactions.ReadReport;
import duet.interactions.RowOptions;
import duet.interactions.UserLimits;
import duet.model.data.InteractionLog;
import duet.schemas.Quantity;
import duet.schemas.bundle.ItemIds;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Says which interaction log a command reads, and how. */
public final class DataOptions {
    /** A log of fewer rows is read before anybody asks how far it is. */
    private static final long MANY_ROWS = 1_000_000;

    private static final int MOST = 1_000_000_000;

    @Input
    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description =
                    "Interaction log to read: csv, tsv, JSON lines or Parquet, plain, gzip or zstd;"
                            + " several files as in 'events/*.parquet'.")
    private String data;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            completionCandidates = Formats.class,
            description =
                    "Format of a log that is no table with names of columns, one of:"
                            + " ${COMPLETION-CANDIDATES} (default: found out).")
    private @Nullable LogFormat format;

    @Option(
            names = "--columns",
            paramLabel = "ROLE=COLUMN,...",
            description =
                    "What the columns of a table are, by name or position, as in"
                            + " user=visitorid,item=itemid,time=timestamp or user=1,item=2,time=4;"
                            + " time=none takes the order of the rows (default: usual names are"
                            + " recognised).")
    private @Nullable String columns;

    @Option(
            names = "--where",
            paramLabel = "CONDITION",
            description = "Only rows for which this holds, in SQL, as in \"event = 'view'\".")
    private @Nullable String where;

    @Option(
            names = "--query",
            paramLabel = "SELECT",
            description =
                    "One SELECT of SQL over the table log that gives users, items and times"
                            + " (DuckDB).")
    private @Nullable String query;

    @Option(
            names = "--charset",
            paramLabel = "NAME",
            defaultValue = "utf-8",
            description = "Charset of text, utf-8 or latin-1 (default: ${DEFAULT-VALUE}).")
    private String charset;

    @Option(
            names = "--skip-bad-rows",
            description =
                    "Leave out rows that cannot be read, or lack an id or a time, and count them;"
                            + " otherwise the first is an error.")
    private boolean skipBadRows;

    @Option(
            names = "--drop-repeats",
            description =
                    "Leave out an interaction that repeats one of the same user, item and time;"
                            + " without times, of the same item as the one before.")
    private boolean dropRepeats;

    @Option(
            names = "--most-per-user",
            paramLabel = "N",
            description = "Only the newest N interactions of a user (default: all).")
    private @Nullable Integer mostPerUser;

    @Option(
            names = "--least-per-user",
            paramLabel = "N",
            description = "Only users with at least N interactions (default: 5, the least).")
    private @Nullable Integer leastPerUser;

    @Option(
            names = "--users",
            paramLabel = "FROM-TO",
            converter = UserRangeConverter.class,
            description =
                    "Only the users who stand there in an order that depends on their ids alone,"
                            + " from 0 to 1: what was trained with 0.3-1 has seen no user of 0-0.3"
                            + " (default: all).")
    private UserRangeConverter.UserRange users = UserRangeConverter.UserRange.ALL;

    /**
     * Reads the log, and says how.
     *
     * @throws duet.schemas.InvalidInputException naming the file and what is wrong with it
     */
    public ReadLog read(Terminal terminal) {
        return read(terminal, null);
    }

    /**
     * Reads the log, and says how.
     *
     * @param items how ids of items become numbers; null to find out
     * @throws duet.schemas.InvalidInputException naming the file and what is wrong with it
     */
    public ReadLog read(Terminal terminal, @Nullable ItemIds items) {
        if (mostPerUser != null) {
            Ranges.require("--most-per-user", mostPerUser, 5, MOST);
        }
        if (leastPerUser != null) {
            Ranges.require("--least-per-user", leastPerUser, 5, MOST);
        }
        ReadLog read;
        try (RowProgress progress = new RowProgress(terminal)) {
            read = LogReader.read(source(items), progress);
        }
        InteractionLog part = users.of(read.log());
        ReadReport report = read.report();
        if (part.users().size() < read.log().users().size()) {
            report =
                    report.and(
                            new ReadReport.LeftOut(
                                    "users outside --users " + users,
                                    read.log().users().size() - part.users().size(),
                                    read.log().interactions() - part.interactions()));
        }
        say(report, terminal);
        return new ReadLog(part, report, read.tallies());
    }

    /** Returns what a bundle's manifest records of the part of the log that is read, by name. */
    public SortedMap<String, Object> recorded() {
        return part().recorded();
    }

    /**
     * Says where the part of the log that is read holds what a model's training saw and what looks
     * held out.
     *
     * @param trainingOptions as the model's manifest has them
     */
    List<String> notes(Map<String, Object> trainingOptions) {
        return part().notes(trainingOptions);
    }

    private TrainedPart part() {
        return new TrainedPart(
                users, TrainedPart.hash(where), TrainedPart.hash(query), mostPerUser, leastPerUser);
    }

    private LogSource source(@Nullable ItemIds items) {
        return new LogSource(
                data,
                format,
                columns == null ? ColumnMapping.RECOGNISED : ColumnMapping.of(columns),
                new RowOptions(where, query, charset, skipBadRows),
                new UserLimits(
                        dropRepeats,
                        mostPerUser == null ? 0 : mostPerUser,
                        leastPerUser == null ? 0 : leastPerUser),
                items);
    }

    private static void say(ReadReport report, Terminal terminal) {
        terminal.line(report.choices());
        for (ReadReport.Refused refused : report.refused()) {
            terminal.line(
                    String.format(
                            Locale.ROOT,
                            "Left out %s: %s, first in %s%s%d: \"%s\"",
                            Quantity.of(refused.rows(), "bad row"),
                            refused.kind(),
                            refused.file(),
                            refused.inRows() ? ", row " : ":",
                            refused.line(),
                            refused.text()));
        }
        for (ReadReport.LeftOut left : report.leftOut()) {
            String interactions = Quantity.of(left.interactions(), "interaction");
            terminal.line(
                    "Left out "
                            + left.reason()
                            + ": "
                            + (left.users() == 0
                                    ? interactions
                                    : Quantity.of(left.users(), "user") + ", " + interactions));
        }
    }

    /** Shows progress where there is so much to read that somebody waits. */
    private static final class RowProgress implements ReadListener, AutoCloseable {
        private final Terminal terminal;
        private @Nullable Progress progress;

        RowProgress(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public void rows(long rows) {
            if (progress == null && rows >= MANY_ROWS) {
                progress = terminal.progress("Reading", 0, "rows");
            }
            if (progress != null) {
                progress.update(rows, "");
            }
        }

        @Override
        public void close() {
            if (progress != null) {
                progress.close();
            }
        }
    }

    /** Names the formats, for the help. */
    static final class Formats implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(LogFormat.values()).map(LogFormat::id).iterator();
        }
    }
}
