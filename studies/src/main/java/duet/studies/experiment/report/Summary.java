package duet.studies.experiment.report;

import duet.model.evaluation.FineTuningQuality;
import duet.model.evaluation.RankingListener;
import duet.model.statistics.MeanInterval;
import duet.model.statistics.RatioInterval;
import duet.schemas.evaluation.RankingMetrics;
import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.Contents;
import duet.studies.experiment.plan.Role;
import duet.studies.experiment.report.SummaryRow.Bytes;
import duet.studies.experiment.report.SummaryRow.Controls;
import duet.studies.experiment.report.SummaryRow.Difference;
import duet.studies.experiment.report.SummaryRow.Figure;
import duet.studies.experiment.report.SummaryRow.FineTuned;
import duet.studies.experiment.report.SummaryRow.Key;
import duet.studies.experiment.report.SummaryRow.Share;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the table that the page begins with: every default beside what else a device could do, and
 * beside the ceiling. Whatever is not finished is left out of its row.
 */
final class Summary {
    /** A delta in use is some interactions old, so one of this age is judged where it can be. */
    private static final int JUDGED_AGE = 10;

    private final List<PlanResults> plans;
    private final SummaryMetric metric;

    private Summary(List<PlanResults> plans, SummaryMetric metric) {
        this.plans = plans;
        this.metric = metric;
    }

    /** Returns a row for each default of the plans, in their order. */
    static List<SummaryRow> of(List<PlanResults> plans, SummaryMetric metric) {
        Summary summary = new Summary(plans, metric);
        List<SummaryRow> rows = new ArrayList<>();
        for (PlanResults plan : plans) {
            for (Group group : plan.groups()) {
                if (plan.variant(group).plays(Role.DEFAULT)) {
                    rows.add(summary.row(plan, group));
                }
            }
        }
        // By data set and backbone, with the widths beneath each other.
        List<String> data = rows.stream().map(row -> row.of().data()).distinct().toList();
        List<String> backbones = rows.stream().map(row -> row.of().backbone()).distinct().toList();
        rows.sort(
                Comparator.comparingInt((SummaryRow row) -> data.indexOf(row.of().data()))
                        .thenComparingInt(row -> backbones.indexOf(row.of().backbone()))
                        .thenComparingInt(row -> row.of().width()));
        return rows;
    }

    private SummaryRow row(PlanResults plan, Group group) {
        Key key =
                new Key(
                        group.plan(),
                        group.data(),
                        group.backbone(),
                        group.first().cost().deviceWidth(),
                        group.variant());
        Side global = new Side(plan, group, RankingListener.GLOBAL);
        Optional<Side> memory = best(globals(key, Role.DEVICE_MEMORY).toList());
        Optional<Side> both = globals(key, Role.BOTH).findFirst();
        Optional<Side> bigger = best(globals(key, Role.BIGGER_DEVICE).toList());
        List<Side> ceilings = sides(key, Role.CEILING, false).toList();
        Optional<Side> ceiling = best(ceilings);
        SortedMap<Integer, Figure> delta = byAge(global, global);
        SortedMap<Integer, Share> share = new TreeMap<>();
        delta.keySet()
                .forEach(
                        age ->
                                share.put(
                                        age,
                                        share(
                                                of(global, RankingListener.age(age)),
                                                global,
                                                ceiling,
                                                !ceilings.isEmpty())));
        return new SummaryRow(
                key,
                metric.id(),
                figure(global, global),
                delta,
                new Controls(
                        figure(of(global, RankingListener.OTHER_DEVICE), global),
                        figure(of(global, RankingListener.MEAN_DELTA), global),
                        fineTuned(key),
                        memory.map(side -> figure(side, global)).orElse(null),
                        bigger.map(side -> figure(side, global)).orElse(null),
                        both.map(side -> byAge(side, global)).orElseGet(TreeMap::new),
                        memory.flatMap(side -> difference(side, of(global, RankingListener.age(0))))
                                .orElse(null),
                        memory.flatMap(
                                        side ->
                                                both.flatMap(
                                                        other ->
                                                                difference(
                                                                        of(
                                                                                other,
                                                                                RankingListener.age(
                                                                                        0)),
                                                                        side)))
                                .orElse(null)),
                ceiling.map(side -> figure(side, global)).orElse(null),
                share,
                bytes(group, memory, both, bigger),
                verdict(global, memory, both));
    }

    private static Side of(Side side, String way) {
        return new Side(side.plan(), side.group(), way);
    }

    private static boolean isGlobal(Side side) {
        return side.way().equals(RankingListener.GLOBAL);
    }

    /** Returns the sides that play a role in a row, those of the row's own plan first. */
    private Stream<Side> sides(Key key, Role role, boolean ofWidth) {
        return plans.stream()
                .sorted(Comparator.comparing(plan -> !plan.contents().plan().equals(key.plan())))
                .flatMap(
                        plan ->
                                plan.groups().stream()
                                        .filter(group -> plays(plan, group, key, role, ofWidth))
                                        .flatMap(group -> sides(plan, group)));
    }

    private static boolean plays(
            PlanResults plan, Group group, Key key, Role role, boolean ofWidth) {
        Contents.VariantEntry variant = plan.variant(group);
        Integer width =
                variant.ofWidth() == null
                        ? Integer.valueOf(group.first().cost().deviceWidth())
                        : variant.ofWidth();
        return group.data().equals(key.data())
                && group.backbone().equals(key.backbone())
                && variant.plays(role)
                && (!ofWidth || width == key.width());
    }

    private static Stream<Side> sides(PlanResults plan, Group group) {
        Side global = new Side(plan, group, RankingListener.GLOBAL);
        return group.first().quality().personalizedByAge().containsKey(0)
                ? Stream.of(global, of(global, RankingListener.age(0)))
                : Stream.of(global);
    }

    private Stream<Side> globals(Key key, Role role) {
        return sides(key, role, true).filter(Summary::isGlobal);
    }

    /**
     * Returns the side that ranks the validation items best; never by what it is compared by. One
     * without rivals needs none.
     */
    static Optional<Side> best(List<Side> sides) {
        if (sides.size() == 1) {
            return Optional.of(sides.get(0));
        }
        return sides.stream()
                .filter(side -> side.validation().isPresent())
                .max(Comparator.comparingDouble(side -> side.validation().getAsDouble()));
    }

    private SortedMap<Integer, Figure> byAge(Side side, Side global) {
        SortedMap<Integer, Figure> figures = new TreeMap<>();
        for (int age : new TreeSet<>(side.group().first().quality().personalizedByAge().keySet())) {
            Figure figure = figure(of(side, RankingListener.age(age)), global);
            if (figure != null) {
                figures.put(age, figure);
            }
        }
        return figures;
    }

    private @Nullable Figure figure(Side side, Side global) {
        OptionalDouble mean = side.mean(metric);
        if (mean.isEmpty()) {
            return null;
        }
        boolean isBase = side.equals(global);
        OptionalDouble base = global.mean(metric);
        Optional<Difference> gain = isBase ? Optional.empty() : difference(side, global);
        return new Figure(
                side.group().variant(),
                side.way(),
                side.group().cells().size(),
                mean.getAsDouble(),
                side.users(metric).map(PooledUsers::mean).map(Summary::known).orElse(null),
                isBase || base.isEmpty() ? null : mean.getAsDouble() - base.getAsDouble(),
                gain.map(Difference::halfWidth).orElse(null));
    }

    /** Returns half the width of an interval, null if it is unknown. */
    private static @Nullable Double known(MeanInterval interval) {
        return Double.isNaN(interval.halfWidth()) ? null : interval.halfWidth();
    }

    private @Nullable FineTuned fineTuned(Key key) {
        return Stream.concat(globals(key, Role.FINE_TUNING), globals(key, Role.DEFAULT))
                .map(Side::group)
                .map(this::fineTuned)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
    }

    private Optional<FineTuned> fineTuned(Group group) {
        List<FineTuningQuality> seeds =
                group.cells().stream()
                        .map(cell -> cell.quality().fineTuning())
                        .filter(Objects::nonNull)
                        .filter(tuning -> !Double.isNaN(metric.of(tuning.fineTuned())))
                        .toList();
        return seeds.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new FineTuned(
                                seeds.get(0).users(),
                                seeds.size(),
                                mean(seeds, FineTuningQuality::global),
                                mean(seeds, FineTuningQuality::personalized),
                                mean(seeds, FineTuningQuality::fineTuned)));
    }

    private double mean(
            List<FineTuningQuality> seeds, Function<FineTuningQuality, RankingMetrics> part) {
        return seeds.stream()
                .mapToDouble(seed -> metric.of(part.apply(seed)))
                .average()
                .getAsDouble();
    }

    private Optional<Difference> difference(Side one, Side other) {
        Optional<PooledUsers> first = one.users(metric);
        Optional<PooledUsers> second = other.users(metric);
        if (first.isEmpty() || second.isEmpty() || !first.get().pairsWith(second.get())) {
            return Optional.empty();
        }
        MeanInterval interval = first.get().minus(second.get());
        return Optional.ofNullable(known(interval))
                .map(halfWidth -> new Difference(interval.mean(), halfWidth));
    }

    private Share share(Side delta, Side global, Optional<Side> ceiling, boolean anyCeiling) {
        if (ceiling.isEmpty()) {
            return Share.none(
                    anyCeiling
                            ? "no ceiling can be chosen, validation items were not ranked"
                            : "no ceiling is finished");
        }
        List<PooledUsers> users =
                Stream.of(delta, global, ceiling.get())
                        .map(side -> side.users(metric))
                        .flatMap(Optional::stream)
                        .toList();
        if (users.size() < 3) {
            return Share.none("cells of an older version kept no users");
        }
        if (!users.get(0).pairsWith(users.get(2)) || !users.get(1).pairsWith(users.get(2))) {
            return Share.none("the ceiling was measured on other users or candidates");
        }
        Optional<RatioInterval> share = users.get(0).share(users.get(1), users.get(2));
        if (share.isEmpty()) {
            MeanInterval above = users.get(2).minus(users.get(1));
            return Share.none(
                    String.format(
                                    Locale.ROOT,
                                    "the ceiling is not above the global model by more than its"
                                            + " interval, %+.4f ± %.4f",
                                    above.mean(),
                                    above.halfWidth())
                            .replace("-", "−"));
        }
        return new Share(share.get().ratio(), share.get().low(), share.get().high(), null);
    }

    private Verdict verdict(Side global, Optional<Side> memory, Optional<Side> both) {
        SortedMap<Integer, ?> ages = global.group().first().quality().personalizedByAge();
        String judged = RankingListener.age(ages.containsKey(JUDGED_AGE) ? JUDGED_AGE : 0);
        Map<Verdict.Choice, Side> sides = new EnumMap<>(Verdict.Choice.class);
        sides.put(Verdict.Choice.GLOBAL, global);
        sides.put(Verdict.Choice.DELTA, of(global, judged));
        memory.ifPresent(side -> sides.put(Verdict.Choice.DEVICE_MEMORY, side));
        both.ifPresent(side -> sides.put(Verdict.Choice.BOTH, of(side, judged)));
        return new Verdict(
                Verdict.choose(
                        (one, other) ->
                                sides.containsKey(one)
                                        ? difference(sides.get(one), sides.get(other))
                                        : Optional.empty()),
                ages.keySet().stream()
                        .filter(
                                age ->
                                        difference(of(global, RankingListener.age(age)), global)
                                                .filter(Difference::isBelow)
                                                .isPresent())
                        .findFirst()
                        .orElse(null));
    }

    private static Bytes bytes(
            Group group, Optional<Side> memory, Optional<Side> both, Optional<Side> bigger) {
        CellResult.Cost cost = group.first().cost();
        Long history =
                memory.or(() -> both)
                        .map(side -> side.group().first().cost().historyBytes())
                        .orElse(null);
        return new Bytes(
                total(cost, true),
                memory.map(side -> total(side, false)).orElse(null),
                both.map(side -> total(side, true)).orElse(null),
                bigger.map(side -> total(side, false)).orElse(null),
                cost.deltaBytes() == null || history == null
                        ? null
                        : cost.deviceBytes() + cost.deltaBytes() + history);
    }

    private static @Nullable Long total(Side side, boolean withDelta) {
        return total(side.group().first().cost(), withDelta);
    }

    private static @Nullable Long total(CellResult.Cost cost, boolean withDelta) {
        Long delta = withDelta ? cost.deltaBytes() : Long.valueOf(0);
        return delta == null || cost.historyBytes() == null
                ? null
                : cost.deviceBytes() + delta + Objects.requireNonNull(cost.historyBytes());
    }
}
