package duet.cli.train;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.cli.launch.Launch;
import duet.cli.option.DataOptions;
import duet.cli.option.JsonFile;
import duet.cli.option.Numbers;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.interactions.ReadLog;
import duet.interactions.ReadReport;
import duet.interactions.inspection.Distribution;
import duet.interactions.inspection.LogInspection;
import duet.interactions.inspection.Needs;
import duet.interactions.inspection.Standouts;
import duet.interactions.inspection.Tests;
import duet.model.verdict.QuickVerdict;
import duet.schemas.Quantity;
import duet.schemas.evaluation.RankingMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet inspect} says what is in a log before a model is trained on it. */
@Launch(modules = Launch.DUCKDB)
@Command(
        name = "inspect",
        description =
                "Says what is in an interaction log: how it is read, what is left out and why, how"
                        + " much there is of users and items, what the tests are like, what a model"
                        + " of it will need, and which options to begin with.")
public final class InspectCommand implements Runnable {
    private static final int BAR = 40;

    /** Where one row of so many repeats another, it is said. */
    private static final int REPEATED = 100;

    private final Terminal terminal;

    @Mixin private DataOptions data;

    @Launch(modules = {Launch.PYTORCH, Launch.DUCKDB})
    @Option(
            names = "--verdict",
            description =
                    "Train a model and its control for a short while, on a sample of the users"
                            + " where there are many, and say whether to personalize.")
    private boolean verdict;

    @Mixin private JsonFile json;

    public InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        json.check();
        ReadLog read = data.read(terminal);
        LogInspection found = LogInspection.of(read);
        terminal.table(sizes(found));
        repeats(found);
        terminal.line("Interactions of a user and of an item, as read:");
        terminal.table(spread(found.ofUser(), found.ofItem()));
        histogram("users", found.ofUser());
        histogram("items", found.ofItem());
        standouts(found.standouts());
        terminal.line("What is tested, each user's last item:");
        terminal.table(tests(found.tests()));
        terminal.line("What a model of it takes, with the options below:");
        terminal.table(needs(found.needs()));
        terminal.line(
                "To begin with, beside what says how the log is read: ./duet train"
                        + " --backbone sasrec --out BUNDLE "
                        + found.recommendation().options());
        found.recommendation().reasons().forEach(reason -> terminal.line("  " + reason));
        if (verdict) {
            QuickVerdict quick = QuickVerdictDisplay.of(terminal, read.log(), found);
            json.write(new Inspected(found, QuickVerdictDisplay.asMap(quick, read.log())));
        } else {
            terminal.line(QuickVerdictDisplay.offer(read.log(), found));
            json.write(found);
        }
    }

    /** Holds what is written as JSON where a verdict was asked for. */
    private record Inspected(
            @JsonUnwrapped LogInspection found, Map<String, @Nullable Object> verdict) {}

    private static Table sizes(LogInspection found) {
        LogInspection.Size read = found.sizes().read();
        LogInspection.Size kept = found.sizes().kept();
        Table table = new Table("", "read", "kept", "left out");
        row(table, "users", read.users(), kept.users());
        row(table, "items", read.items(), kept.items());
        row(table, "interactions", read.interactions(), kept.interactions());
        Table all = table.row("rows", Numbers.count(found.reading().rows()), "", "");
        all.row("repeated rows", Numbers.count(found.reading().repeats().rows()), "", "");
        Long first = found.reading().time().first();
        Long last = found.reading().time().last();
        if (first != null && last != null) {
            all.row("first", Instant.ofEpochMilli(first).toString(), "", "");
            all.row("last", Instant.ofEpochMilli(last).toString(), "", "");
        }
        return all;
    }

    /** Says what may be done about rows that are no interaction of their own. */
    private void repeats(LogInspection found) {
        ReadReport.Repeats repeats = found.reading().repeats();
        if (!repeats.dropped() && REPEATED * repeats.rows() >= found.reading().rows()) {
            terminal.line(
                    "Some rows repeat others: --drop-repeats leaves them out;"
                            + " where they are several kinds of events, --where chooses one");
        }
    }

    private static void row(Table table, String name, long read, long kept) {
        table.row(
                name,
                Numbers.count(read),
                Numbers.count(kept),
                read == kept
                        ? "0"
                        : String.format(
                                Locale.ROOT,
                                "%,d (%.1f %%)",
                                read - kept,
                                100.0 * (read - kept) / read));
    }

    private static Table spread(Distribution users, Distribution items) {
        Table table = new Table("", "mean", "least", "half", "9 of 10", "99 of 100", "most");
        for (String name : new String[] {"user", "item"}) {
            Distribution of = name.equals("user") ? users : items;
            table.row(
                    name,
                    String.format(Locale.ROOT, "%,.1f", of.mean()),
                    Numbers.count(of.min()),
                    Numbers.count(of.p50()),
                    Numbers.count(of.p90()),
                    Numbers.count(of.p99()),
                    Numbers.count(of.max()));
        }
        return table;
    }

    private void histogram(String what, Distribution distribution) {
        int most =
                distribution.histogram().stream()
                        .mapToInt(Distribution.Bucket::count)
                        .max()
                        .orElse(1);
        Table table = Table.ofText("interactions", what, "");
        for (Distribution.Bucket bucket : distribution.histogram()) {
            table.row(
                    bucket.from() == bucket.to()
                            ? Numbers.count(bucket.from())
                            : Numbers.count(bucket.from()) + " to " + Numbers.count(bucket.to()),
                    Numbers.count(bucket.count()),
                    "#".repeat((int) Math.ceil((double) BAR * bucket.count() / most)));
        }
        terminal.table(table);
    }

    private void standouts(Standouts found) {
        found.line().ifPresent(terminal::line);
        for (Standouts.User user : found.largest()) {
            terminal.line(
                    String.format(Locale.ROOT, "  %s with %,d", user.user(), user.interactions()));
        }
    }

    private static Table tests(Tests tests) {
        long users = tests.users();
        Table table = new Table("", "", "of the users");
        share(table, "same time as the one before: the file's order decides", tests.ties(), users);
        share(table, "in nobody's training interactions", tests.untrained(), users);
        share(table, "in the user's history already", tests.repeated(), users);
        table.row("items that are nothing but tested", Numbers.count(tests.onlyTested()), "");
        RankingMetrics popularity = tests.popularity();
        popularity(table, "userAuc", popularity.userAuc(), popularity.users());
        popularity(table, "ndcg10", popularity.ndcg10(), popularity.users());
        popularity(table, "hr10", popularity.hr10(), popularity.users());
        return table;
    }

    private static void popularity(Table table, String metric, double value, int users) {
        table.row(
                metric + " of popularity alone",
                Numbers.metric(value),
                "over " + Quantity.of(users, "user"));
    }

    private static void share(Table table, String name, long count, long users) {
        table.row(
                name,
                Numbers.count(count),
                String.format(Locale.ROOT, "%.1f %%", 100.0 * count / users));
    }

    private static Table needs(Needs needs) {
        return new Table("", "about")
                .row("memory to train, Java's heap", bytes(needs.heapBytes()))
                .row("memory to train, beside it", bytes(needs.engineBytes()))
                .row("samples of an epoch", Numbers.count(needs.samples()))
                .row("time of an epoch, one core", seconds(needs.secondsPerEpoch()))
                .row("state of the job, in a checkpoint", bytes(needs.stateBytes()))
                .row("model on a device", bytes(needs.deviceBytes()))
                .row("a delta", bytes(needs.deltaBytes()))
                .row("newest delta of every user", bytes(needs.topicBytes()));
    }

    private static String seconds(double seconds) {
        return Numbers.seconds(Duration.ofSeconds((long) Math.ceil(seconds)));
    }

    private static String bytes(long bytes) {
        if (bytes < 10_000) {
            return String.format(Locale.ROOT, "%,d bytes", bytes);
        }
        double kilo = bytes / 1e3;
        if (kilo < 1e3) {
            return String.format(Locale.ROOT, "%.0f kB", kilo);
        }
        return kilo < 1e6
                ? String.format(Locale.ROOT, "%.1f MB", kilo / 1e3)
                : String.format(Locale.ROOT, "%.2f GB", kilo / 1e6);
    }
}
