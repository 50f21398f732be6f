package duet.studies.experiment.report;

import static duet.studies.experiment.report.ResultFormat.count;
import static duet.studies.experiment.report.ResultFormat.decimal;
import static duet.studies.experiment.report.ResultFormat.difference;
import static duet.studies.experiment.report.ResultFormat.quality;

import duet.model.evaluation.CodecQuality;
import duet.model.evaluation.FineTuningQuality;
import duet.model.evaluation.HistoryLengthQuality;
import duet.model.evaluation.Oscillation;
import duet.model.training.EpochMetrics;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.record.Encoding;
import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.CellResult.Seconds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * This class makes the tables of one plan. A group stands in a table only if its numbers were
 * measured.
 */
final class ResultTables {
    private static final List<String> NAMES = List.of("data", "backbone", "variant");

    private final PlanResults results;

    ResultTables(PlanResults results) {
        this.results = results;
    }

    /** Shows how the test positives are ranked with the global model and with fresh deltas. */
    MarkdownTable accuracy() {
        MarkdownTable table =
                table(
                        "global userAuc",
                        "generated userAuc",
                        "difference",
                        "global NDCG@10",
                        "generated NDCG@10",
                        "difference",
                        "global HR@10",
                        "generated HR@10",
                        "difference");
        for (Group group : results.groups()) {
            List<String> row = names(group);
            for (ToDoubleFunction<RankingMetrics> metric :
                    List.<ToDoubleFunction<RankingMetrics>>of(
                            RankingMetrics::userAuc,
                            RankingMetrics::ndcg10,
                            RankingMetrics::hr10)) {
                row.add(quality(group.spread(cell -> Measured.global(cell, metric))));
                row.add(quality(group.spread(cell -> Measured.personalized(cell, 0, metric))));
                row.add(difference(group.spread(cell -> Measured.gain(cell, 0, metric))));
            }
            table.row(row);
        }
        return table;
    }

    /** Shows userAuc by the age of the delta. */
    MarkdownTable ages() {
        return byAge(agesMeasured(), "", ResultTables::generated);
    }

    /** Shows the same as {@link #ages}, minus the global model's. */
    MarkdownTable gainByAge() {
        return byAge(agesMeasured(), "difference at ", ResultTables::gain);
    }

    private static String global(Group group) {
        return quality(group.spread(cell -> Measured.global(cell, RankingMetrics::userAuc)));
    }

    private static String generated(Group group, int age) {
        return quality(
                group.spread(cell -> Measured.personalized(cell, age, RankingMetrics::userAuc)));
    }

    private static String gain(Group group, int age) {
        return difference(group.spread(cell -> Measured.gain(cell, age, RankingMetrics::userAuc)));
    }

    /** This is a number of a group at an age. */
    private interface AtAge {
        String text(Group group, int age);
    }

    private MarkdownTable byAge(Collection<Integer> ages, String prefix, AtAge value) {
        List<String> columns = new ArrayList<>();
        columns.add("global");
        ages.forEach(age -> columns.add(prefix + "age " + age));
        MarkdownTable table = table(columns.toArray(String[]::new));
        for (Group group : results.groups()) {
            if (group.cells().stream()
                    .noneMatch(cell -> cell.quality().personalizedByAge().size() > 1)) {
                continue;
            }
            List<String> row = names(group);
            row.add(global(group));
            ages.forEach(age -> row.add(value.text(group, age)));
            table.row(row);
        }
        return table;
    }

    private Collection<Integer> agesMeasured() {
        TreeSet<Integer> ages = new TreeSet<>();
        results.cells().forEach(cell -> ages.addAll(cell.quality().personalizedByAge().keySet()));
        return ages;
    }

    /** Shows userAuc where only the newest interactions are known. */
    MarkdownTable historyLengths() {
        TreeSet<Integer> lengths = new TreeSet<>();
        for (CellResult cell : results.cells()) {
            cell.quality().historyLengths().stream()
                    .map(HistoryLengthQuality::newest)
                    .filter(Objects::nonNull)
                    .forEach(lengths::add);
        }
        List<@Nullable Integer> columns = new ArrayList<>(lengths);
        columns.add(null);
        List<String> heads = new ArrayList<>(List.of(""));
        columns.forEach(length -> heads.add(length == null ? "all" : "newest " + length));
        MarkdownTable table = table(heads.toArray(String[]::new));
        for (Group group : results.groups()) {
            if (group.cells().stream()
                    .allMatch(cell -> cell.quality().historyLengths().isEmpty())) {
                continue;
            }
            Map<String, Function<HistoryLengthQuality, Double>> lines = new TreeMap<>();
            lines.put("generated", at -> at.personalized().userAuc());
            lines.put("global", at -> at.global().userAuc());
            lines.forEach(
                    (name, number) -> {
                        List<String> row = names(group);
                        row.add(name);
                        for (Integer length : columns) {
                            row.add(
                                    quality(
                                            group.spread(
                                                    cell ->
                                                            Measured.atLength(
                                                                    cell, length, number))));
                        }
                        table.row(row);
                    });
            List<String> row = names(group);
            row.add("difference");
            for (Integer length : columns) {
                row.add(
                        difference(
                                group.spread(
                                        cell ->
                                                Measured.atLength(
                                                        cell,
                                                        length,
                                                        at ->
                                                                at.personalized().userAuc()
                                                                        - at.global().userAuc()))));
            }
            table.row(row);
        }
        return table;
    }

    /** Shows what encodings cost. */
    MarkdownTable codecs() {
        MarkdownTable table =
                table(
                        "rank",
                        "encoding",
                        "bytes on the wire",
                        "bytes of weights",
                        "userAuc",
                        "against float32",
                        "encode, µs",
                        "decode, µs");
        for (Group group : results.groups()) {
            for (Encoding encoding : Encoding.values()) {
                Optional<Spread> bytes = codec(group, encoding, CodecQuality::wireBytes);
                if (bytes.isEmpty()) {
                    continue;
                }
                List<String> row = names(group);
                row.add(rank(group));
                row.add(encoding.name().toLowerCase(Locale.ROOT));
                row.add(count(bytes));
                row.add(count(codec(group, encoding, CodecQuality::weightBytes)));
                row.add(quality(codec(group, encoding, ResultTables::userAuc)));
                row.add(difference(group.spread(cell -> codecLoss(cell, encoding))));
                row.add(decimal(codec(group, encoding, CodecQuality::encodeMicros), 1));
                row.add(decimal(codec(group, encoding, CodecQuality::decodeMicros), 1));
                table.row(row);
            }
        }
        return table;
    }

    private static Optional<Spread> codec(
            Group group, Encoding encoding, Function<CodecQuality, Double> number) {
        return group.spread(cell -> Measured.codec(cell, encoding, number));
    }

    /**
     * Returns userAuc through an encoding minus that with exact deltas, which rank as float32 ones
     * do.
     */
    static @Nullable Double codecLoss(CellResult cell, Encoding encoding) {
        return Measured.minus(
                Measured.codec(cell, encoding, ResultTables::userAuc),
                Measured.personalized(cell, 0, RankingMetrics::userAuc));
    }

    static Double userAuc(CodecQuality codec) {
        return codec.personalized().userAuc();
    }

    /** Shows what a device holds and how long it takes to rank. */
    MarkdownTable devices() {
        MarkdownTable table =
                table(
                        "width d",
                        "bytes on the device",
                        "numbers generated",
                        "ranking, ms",
                        "generation, µs",
                        "global userAuc",
                        "generated userAuc",
                        "worst difference over ages");
        for (Group group : results.groups()) {
            if (group.first().cost().deviceMillis() == null) {
                continue;
            }
            List<String> row = names(group);
            row.add(String.valueOf(group.first().cost().deviceWidth()));
            row.add(count(group.first().cost().deviceBytes()));
            row.add(count(group.first().cost().generatedNumbers()));
            row.add(decimal(group.spread(cell -> cell.cost().deviceMillis()), 3));
            row.add(decimal(group.spread(cell -> cell.cost().generationMicros()), 1));
            row.add(global(group));
            row.add(generated(group, 0));
            row.add(difference(group.spread(Measured::worstGain)));
            table.row(row);
        }
        return table;
    }

    /** Shows how deltas rank that are not the device's own. */
    MarkdownTable controls() {
        MarkdownTable table =
                table(
                        "global userAuc",
                        "own delta",
                        "another device's delta",
                        "mean delta for everyone");
        for (Group group : results.groups()) {
            if (group.cells().stream().allMatch(cell -> cell.quality().controls() == null)) {
                continue;
            }
            List<String> row = names(group);
            row.add(global(group));
            row.add(generated(group, 0));
            row.add(
                    quality(
                            group.spread(
                                    cell ->
                                            Measured.of(
                                                    cell.quality().controls(),
                                                    c -> c.otherDevice().userAuc()))));
            row.add(
                    quality(
                            group.spread(
                                    cell ->
                                            Measured.of(
                                                    cell.quality().controls(),
                                                    c -> c.mean().userAuc()))));
            table.row(row);
        }
        return table;
    }

    /** Shows how much deltas swing. */
    MarkdownTable oscillation() {
        MarkdownTable table =
                table(
                        "decoders M",
                        "change of the weights, %",
                        "change of the top 10, %",
                        "generator epochs",
                        "generated userAuc",
                        "difference");
        for (Group group : results.groups()) {
            if (group.cells().stream().allMatch(cell -> cell.quality().oscillation() == null)) {
                continue;
            }
            List<String> row = names(group);
            row.add(group.first().options().path("decoders").asText());
            row.add(decimal(oscillation(group, Oscillation::relativeChange), 2));
            row.add(decimal(oscillation(group, Oscillation::topTenChange), 2));
            row.add(decimal(group.spread(cell -> bestEpoch(cell.training().epochs())), 1));
            row.add(generated(group, 0));
            row.add(gain(group, 0));
            table.row(row);
        }
        return table;
    }

    private static Optional<Spread> oscillation(Group group, ToDoubleFunction<Oscillation> number) {
        return group.spread(
                cell ->
                        Measured.of(
                                cell.quality().oscillation(),
                                oscillation -> 100 * number.applyAsDouble(oscillation)));
    }

    /** Returns the epoch that was kept of the last phase. */
    private static @Nullable Double bestEpoch(List<EpochMetrics> epochs) {
        return epochs.stream()
                .filter(EpochMetrics::best)
                .reduce((earlier, later) -> later)
                .map(epoch -> (double) epoch.epoch())
                .orElse(null);
    }

    /** Shows fine-tuning per user against generation. */
    MarkdownTable fineTuning() {
        MarkdownTable table =
                table(
                        "users",
                        "global userAuc",
                        "generated userAuc",
                        "fine-tuned userAuc",
                        "generated NDCG@10",
                        "fine-tuned NDCG@10",
                        "fine-tuning, s a user",
                        "generation, s a user",
                        "times faster");
        for (Group group : results.groups()) {
            if (group.cells().stream().allMatch(cell -> cell.quality().fineTuning() == null)) {
                continue;
            }
            List<String> row = names(group);
            row.add(count(tuned(group, FineTuningQuality::users)));
            row.add(quality(tuned(group, tuning -> tuning.global().userAuc())));
            row.add(quality(tuned(group, tuning -> tuning.personalized().userAuc())));
            row.add(quality(tuned(group, tuning -> tuning.fineTuned().userAuc())));
            row.add(quality(tuned(group, tuning -> tuning.personalized().ndcg10())));
            row.add(quality(tuned(group, tuning -> tuning.fineTuned().ndcg10())));
            row.add(mean(tuned(group, FineTuningQuality::secondsPerUser)));
            row.add(mean(tuned(group, FineTuningQuality::secondsPerGeneration)));
            row.add(
                    count(
                            tuned(
                                    group,
                                    tuning ->
                                            tuning.secondsPerUser()
                                                    / tuning.secondsPerGeneration())));
            table.row(row);
        }
        return table;
    }

    private static Optional<Spread> tuned(Group group, ToDoubleFunction<FineTuningQuality> number) {
        return group.spread(cell -> Measured.of(cell.quality().fineTuning(), number));
    }

    private static String mean(Optional<Spread> spread) {
        return spread.map(s -> ResultFormat.significant(s.mean())).orElse("");
    }

    /** Shows what trainings took. */
    MarkdownTable training() {
        MarkdownTable table =
                table(
                        "network, CPU s",
                        "network, s",
                        "generator, CPU s",
                        "generator, s",
                        "epochs in all");
        for (Group group : results.groups()) {
            List<String> row = names(group);
            row.add(seconds(group, cell -> cell.training().network(), Seconds::cpu));
            row.add(seconds(group, cell -> cell.training().network(), Seconds::elapsed));
            row.add(seconds(group, cell -> cell.training().generator(), Seconds::cpu));
            row.add(seconds(group, cell -> cell.training().generator(), Seconds::elapsed));
            row.add(decimal(group.spread(cell -> (double) cell.training().epochs().size()), 1));
            table.row(row);
        }
        return table;
    }

    private static String seconds(
            Group group,
            Function<CellResult, @Nullable Seconds> part,
            ToDoubleFunction<Seconds> number) {
        return decimal(group.spread(cell -> Measured.of(part.apply(cell), number)), 0);
    }

    private MarkdownTable table(String... columns) {
        List<String> header = new ArrayList<>(NAMES);
        header.addAll(List.of(columns));
        return MarkdownTable.of(results.caption(), header.toArray(String[]::new));
    }

    private static List<String> names(Group group) {
        return new ArrayList<>(List.of(group.data(), group.backbone(), group.variant()));
    }

    private static String rank(Group group) {
        int rank = group.first().options().path("rank").asInt();
        return rank == 0 ? "full" : String.valueOf(rank);
    }
}
