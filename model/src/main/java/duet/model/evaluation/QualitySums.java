package duet.model.evaluation;

import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.UserRanking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the rankings of one model. */
final class QualitySums {
    private final RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
    private final MetricIntervals.Sums intervals = new MetricIntervals.Sums();

    /** Adds users by the scores of their candidates, the positive first. */
    List<UserRanking> addScores(List<float[]> scores) {
        List<UserRanking> rankings = new ArrayList<>(scores.size());
        for (float[] user : scores) {
            UserRanking ranking = metrics.add(user[0], Arrays.copyOfRange(user, 1, user.length));
            intervals.add(ranking);
            rankings.add(ranking);
        }
        return rankings;
    }

    /** Adds users whose scores are too many to be kept. */
    List<UserRanking> addRankings(List<UserRanking> rankings) {
        rankings.forEach(metrics::add);
        rankings.forEach(intervals::add);
        return rankings;
    }

    RankingMetrics metrics() {
        return metrics.result();
    }

    MetricIntervals intervals() {
        return intervals.result();
    }
}
