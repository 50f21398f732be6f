package duet.studies.experiment.report;

import duet.model.evaluation.RankingListener;
import duet.schemas.evaluation.RankingMetrics;
import duet.studies.experiment.cell.CellRankings;
import duet.studies.experiment.cell.CellResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A side of a group is one of the ways in which its trainings rank: one training has a global model
 * and deltas on top of it, and may so serve several columns.
 *
 * @param plan that the group belongs to
 * @param group cells that differ in their seed
 * @param way as {@link RankingListener} names it
 */
record Side(PlanResults plan, Group group, String way) {

    /**
     * Returns the mean over seeds; empty if it was not measured in one of them or is not a number.
     */
    OptionalDouble mean(SummaryMetric metric) {
        double sum = 0;
        for (CellResult cell : group.cells()) {
            RankingMetrics metrics = metrics(cell);
            if (metrics == null || Double.isNaN(metric.of(metrics))) {
                return OptionalDouble.empty();
            }
            sum += metric.of(metrics);
        }
        return OptionalDouble.of(sum / group.cells().size());
    }

    private @Nullable RankingMetrics metrics(CellResult cell) {
        CellResult.Quality quality = cell.quality();
        if (way.equals(RankingListener.GLOBAL)) {
            return quality.global();
        }
        if (way.equals(RankingListener.OTHER_DEVICE)) {
            return quality.controls() == null ? null : quality.controls().otherDevice();
        }
        if (way.equals(RankingListener.MEAN_DELTA)) {
            return quality.controls() == null ? null : quality.controls().mean();
        }
        return quality.personalizedByAge().entrySet().stream()
                .filter(entry -> RankingListener.age(entry.getKey()).equals(way))
                .findFirst()
                .map(entry -> entry.getValue())
                .orElse(null);
    }

    /** Returns the users' values; empty if they were not kept of every seed. */
    Optional<PooledUsers> users(SummaryMetric metric) {
        return rankings().flatMap(seeds -> PooledUsers.of(seeds, way, metric));
    }

    /** Returns the mean userAuc of the validation items; empty if a seed has none. */
    OptionalDouble validation() {
        Optional<List<CellRankings>> seeds = rankings();
        if (seeds.isEmpty()
                || seeds.get().stream().anyMatch(seed -> !seed.validation().containsKey(way))) {
            return OptionalDouble.empty();
        }
        return seeds.get().stream().mapToDouble(seed -> seed.validation().get(way)).average();
    }

    private Optional<List<CellRankings>> rankings() {
        List<CellRankings> seeds =
                group.cells().stream()
                        .map(cell -> plan.rankings().get(cell.origin()))
                        .filter(rankings -> rankings != null)
                        .toList();
        return seeds.size() == group.cells().size() ? Optional.of(seeds) : Optional.empty();
    }
}
