package duet.studies.experiment.report;

import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.UserRanking;
import java.util.function.ToDoubleFunction;

/** The summary is made of these metrics, each a mean over users. */
enum SummaryMetric {
    USER_AUC("userAuc", UserRanking::userAuc, RankingMetrics::userAuc),
    NDCG_10("ndcg10", user -> user.ndcg(10), RankingMetrics::ndcg10);

    private final String id;
    private final ToDoubleFunction<UserRanking> ofUser;
    private final ToDoubleFunction<RankingMetrics> ofAll;

    SummaryMetric(
            String id,
            ToDoubleFunction<UserRanking> ofUser,
            ToDoubleFunction<RankingMetrics> ofAll) {
        this.id = id;
        this.ofUser = ofUser;
        this.ofAll = ofAll;
    }

    /** Returns the name that it has in JSON. */
    String id() {
        return id;
    }

    double of(UserRanking user) {
        return ofUser.applyAsDouble(user);
    }

    double of(RankingMetrics metrics) {
        return ofAll.applyAsDouble(metrics);
    }
}
