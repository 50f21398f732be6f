package duet.studies.experiment.report;

import duet.model.statistics.MeanInterval;
import duet.model.statistics.RatioInterval;
import duet.schemas.evaluation.UserRanking;
import duet.studies.experiment.cell.CellRankings;
import java.util.List;
import java.util.Optional;

/**
 * Holds a metric of each user, as the mean over the seeds of a group. Seeds rank for the same
 * users, so they are no further sample of them: they are averaged user by user before anything is
 * said about users, and the intervals are over users alone. How seeds differ among each other is
 * another question, which {@link Spread} answers.
 *
 * @param tasks hash of users and candidates
 * @param values one a user, in the order of the tasks
 */
record PooledUsers(String tasks, double[] values) {

    /**
     * Returns the means over seeds.
     *
     * @param seeds rankings of one seed each
     * @param way of ranking
     * @return empty if there is no seed, one did not rank so, or they ranked other tasks
     */
    static Optional<PooledUsers> of(List<CellRankings> seeds, String way, SummaryMetric metric) {
        if (seeds.isEmpty()) {
            return Optional.empty();
        }
        String tasks = seeds.get(0).tasks();
        double[] sums = null;
        for (CellRankings seed : seeds) {
            Optional<List<UserRanking>> rankings = seed.of(way);
            if (rankings.isEmpty() || !seed.tasks().equals(tasks)) {
                return Optional.empty();
            }
            if (sums == null) {
                sums = new double[rankings.get().size()];
            }
            if (sums.length != rankings.get().size()) {
                return Optional.empty();
            }
            for (int user = 0; user < sums.length; user++) {
                sums[user] += metric.of(rankings.get().get(user)) / seeds.size();
            }
        }
        return Optional.of(new PooledUsers(tasks, sums));
    }

    /** Returns whether users of both can be paired. */
    boolean pairsWith(PooledUsers other) {
        return tasks.equals(other.tasks) && values.length == other.values.length;
    }

    MeanInterval mean() {
        return MeanInterval.of(values);
    }

    /** Returns the mean of this minus another, user by user; both can be paired. */
    MeanInterval minus(PooledUsers other) {
        return MeanInterval.of(differences(other));
    }

    /**
     * Returns what part of the way from a base to a top this is; all can be paired.
     *
     * @return empty if the top is not above the base by more than its interval
     */
    Optional<RatioInterval> share(PooledUsers base, PooledUsers top) {
        return RatioInterval.of(differences(base), top.differences(base));
    }

    private double[] differences(PooledUsers other) {
        double[] differences = new double[values.length];
        for (int user = 0; user < differences.length; user++) {
            differences[user] = values[user] - other.values[user];
        }
        return differences;
    }
}
