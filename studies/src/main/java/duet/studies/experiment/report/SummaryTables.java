package duet.studies.experiment.report;

import static duet.studies.experiment.report.ResultFormat.NOTHING;

import duet.studies.experiment.report.SummaryRow.Bytes;
import duet.studies.experiment.report.SummaryRow.Controls;
import duet.studies.experiment.report.SummaryRow.Difference;
import duet.studies.experiment.report.SummaryRow.Figure;
import duet.studies.experiment.report.SummaryRow.FineTuned;
import duet.studies.experiment.report.SummaryRow.Key;
import duet.studies.experiment.report.SummaryRow.Share;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the tables of the summary. */
final class SummaryTables {
    private static final List<Integer> AGES = List.of(0, 10, 50);
    private static final List<Integer> SHARE_AGES = List.of(0, 50);

    private SummaryTables() {}

    /** Shows the first screen. */
    static MarkdownTable first(List<SummaryRow> rows) {
        MarkdownTable table =
                MarkdownTable.of(
                        "",
                        "data",
                        "backbone",
                        "width",
                        "global",
                        "delta, age 0",
                        "age 10",
                        "age 50",
                        "device memory",
                        "both",
                        "ceiling",
                        "share, age 0",
                        "age 50",
                        "verdict");
        for (SummaryRow row : rows) {
            List<String> cells = names(row);
            cells.add(base(row.global()));
            AGES.forEach(age -> cells.add(figure(row.delta().get(age))));
            cells.add(figure(row.controls().deviceMemory()));
            cells.add(figure(row.controls().both().get(0)));
            cells.add(figure(row.ceiling()));
            SHARE_AGES.forEach(age -> cells.add(share(row.share().get(age))));
            cells.add(row.verdict().inWords());
            table.row(cells);
        }
        return table;
    }

    /** Says why shares are missing, a line for each reason with its rows. */
    static List<String> missingShares(List<SummaryRow> rows) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        for (SummaryRow row : rows) {
            SHARE_AGES.stream()
                    .map(row.share()::get)
                    .filter(Objects::nonNull)
                    .map(Share::whyNot)
                    .filter(Objects::nonNull)
                    .distinct()
                    .forEach(
                            why ->
                                    byReason.computeIfAbsent(why, reason -> new ArrayList<>())
                                            .add(name(row.of())));
        }
        return byReason.entrySet().stream()
                .map(
                        entry ->
                                String.format(
                                        Locale.ROOT,
                                        "No share of %s: %s.",
                                        String.join(", ", entry.getValue()),
                                        entry.getKey()))
                .toList();
    }

    /** Says whose figures the ceilings are, and how many trainings are behind a row. */
    static MarkdownTable trainings(List<SummaryRow> rows) {
        MarkdownTable table =
                MarkdownTable.of(
                        "",
                        "data",
                        "backbone",
                        "width",
                        "seeds: default",
                        "device memory",
                        "both",
                        "bigger device",
                        "ceiling",
                        "ceiling chosen",
                        "bigger device chosen");
        for (SummaryRow row : rows) {
            List<String> cells = names(row);
            Controls controls = row.controls();
            Stream.of(
                            row.global(),
                            controls.deviceMemory(),
                            controls.both().get(0),
                            controls.biggerDevice(),
                            row.ceiling())
                    .forEach(
                            figure ->
                                    cells.add(
                                            figure == null
                                                    ? NOTHING
                                                    : String.valueOf(figure.seeds())));
            cells.add(whose(row.ceiling()));
            cells.add(whose(controls.biggerDevice()));
            table.row(cells);
        }
        return table;
    }

    /** Shows what else could be done on a device. */
    static MarkdownTable controls(List<SummaryRow> rows) {
        MarkdownTable table =
                MarkdownTable.of(
                        "",
                        "data",
                        "backbone",
                        "width",
                        "own delta",
                        "mean delta",
                        "another's delta",
                        "fine-tuned users: global → tuned; delta",
                        "bigger device",
                        "device memory",
                        "device memory − delta",
                        "both",
                        "both − device memory");
        for (SummaryRow row : rows) {
            List<String> cells = names(row);
            Controls controls = row.controls();
            cells.add(figure(row.delta().get(0)));
            cells.add(figure(controls.meanDelta()));
            cells.add(figure(controls.otherDelta()));
            cells.add(tuned(controls.fineTuning()));
            cells.add(figure(controls.biggerDevice()));
            cells.add(figure(controls.deviceMemory()));
            cells.add(difference(controls.deviceMemoryOverDelta()));
            cells.add(figure(controls.both().get(0)));
            cells.add(difference(controls.bothOverDeviceMemory()));
            table.row(cells);
        }
        return table;
    }

    /** Shows what each takes on a device. */
    static MarkdownTable bytes(List<SummaryRow> rows) {
        MarkdownTable table =
                MarkdownTable.of(
                        "",
                        "data",
                        "backbone",
                        "width",
                        "delta",
                        "device memory",
                        "both",
                        "bigger device",
                        "its budget",
                        "of it");
        for (SummaryRow row : rows) {
            Bytes bytes = row.bytes();
            if (bytes.delta() == null) {
                continue;
            }
            List<String> cells = names(row);
            Stream.of(
                            bytes.delta(),
                            bytes.deviceMemory(),
                            bytes.both(),
                            bytes.biggerDevice(),
                            bytes.budget())
                    .forEach(
                            value ->
                                    cells.add(value == null ? NOTHING : ResultFormat.count(value)));
            cells.add(
                    bytes.biggerDevice() == null || bytes.budget() == null
                            ? NOTHING
                            : String.format(
                                    Locale.ROOT,
                                    "%.1f %%",
                                    100.0 * bytes.biggerDevice() / bytes.budget()));
            table.row(cells);
        }
        return table;
    }

    static String name(Key key) {
        return String.format(Locale.ROOT, "%s %s %d", key.data(), key.backbone(), key.width());
    }

    private static List<String> names(SummaryRow row) {
        return new ArrayList<>(
                List.of(row.of().data(), row.of().backbone(), String.valueOf(row.of().width())));
    }

    private static String whose(@Nullable Figure figure) {
        return figure == null ? NOTHING : figure.variant() + ", " + figure.way();
    }

    private static String base(@Nullable Figure figure) {
        return figure == null
                ? NOTHING
                : String.format(Locale.ROOT, "%.4f", figure.mean())
                        + ResultFormat.plusMinus(figure.halfWidth());
    }

    private static String figure(@Nullable Figure figure) {
        if (figure == null) {
            return NOTHING;
        }
        String mean = String.format(Locale.ROOT, "%.4f", figure.mean());
        return figure.gain() == null
                ? mean
                : String.format(
                        Locale.ROOT,
                        "%s (%s%s)",
                        mean,
                        ResultFormat.signed(figure.gain(), 4),
                        ResultFormat.plusMinus(figure.gainHalfWidth()));
    }

    private static String tuned(@Nullable FineTuned tuned) {
        return tuned == null
                ? NOTHING
                : String.format(
                        Locale.ROOT,
                        "%.4f → %.4f; %.4f",
                        tuned.global(),
                        tuned.fineTuned(),
                        tuned.delta());
    }

    private static String difference(@Nullable Difference difference) {
        return difference == null
                ? NOTHING
                : ResultFormat.signed(difference.mean(), 4)
                        + ResultFormat.plusMinus(difference.halfWidth());
    }

    private static String share(@Nullable Share share) {
        if (share == null || share.share() == null || share.low() == null || share.high() == null) {
            return NOTHING;
        }
        return String.format(
                        Locale.ROOT,
                        "%.0f %% (%.0f to %.0f)",
                        100 * share.share(),
                        100 * share.low(),
                        100 * share.high())
                .replace('-', '−');
    }
}
