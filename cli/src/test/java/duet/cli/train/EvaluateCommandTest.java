package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.evaluation.MetricIntervals;
import duet.model.statistics.MeanInterval;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("duet evaluate")
class EvaluateCommandTest {

    @Test
    @DisplayName("says of the model that it is below popularity only where its interval is")
    void popularity() {
        RankingMetrics popularity =
                new RankingMetrics(
                        9,
                        0.7,
                        0.75,
                        new RankingMetrics.Within(0.2, 0.2),
                        new RankingMetrics.Within(0.25, 0.3),
                        new RankingMetrics.Within(0.3, 0.4));

        assertThat(EvaluateCommand.inWords(popularity, model(0.70, 0.24)))
                .isEqualTo("popularity alone: userAuc 0.7500, ndcg10 0.2500");
        assertThat(EvaluateCommand.inWords(popularity, model(0.68, 0.18)))
                .isEqualTo(
                        "popularity alone: userAuc 0.7500, ndcg10 0.2500; the model is below it");
        assertThat(EvaluateCommand.inWords(popularity, model(0.80, 0.18)))
                .endsWith("; the model's ndcg10 is below it");
        assertThat(EvaluateCommand.inWords(popularity.ofListsOf(10), model(0.68, 0.18)))
                .isEqualTo("popularity alone: userAuc 0.7500; the model is below it");
        assertThat(
                        EvaluateCommand.inWords(
                                popularity,
                                new MetricIntervals(
                                        Map.of(
                                                "userAuc",
                                                new MeanInterval(0.1, Double.NaN),
                                                "ndcg10",
                                                new MeanInterval(0.1, Double.NaN)))))
                .doesNotContain("below");
    }

    /** Intervals of the model, each 0.06 on either side. */
    private static MetricIntervals model(double userAuc, double ndcg10) {
        return new MetricIntervals(
                Map.of(
                        "userAuc",
                        new MeanInterval(userAuc, 0.06),
                        "ndcg10",
                        new MeanInterval(ndcg10, 0.06)));
    }

    @Test
    @DisplayName("says of a difference whether it may be noise, or is none at all")
    void judges() {
        assertThat(EvaluateCommand.judged(new MeanInterval(0.2, 0.1))).isEmpty();
        assertThat(EvaluateCommand.judged(new MeanInterval(-0.2, 0.1))).isEmpty();
        assertThat(EvaluateCommand.judged(new MeanInterval(0.1, 0.2))).contains("may be noise");
        assertThat(EvaluateCommand.judged(new MeanInterval(0, 0.2))).contains("may be noise");
        assertThat(EvaluateCommand.judged(new MeanInterval(0, 0)))
                .isEqualTo(": both rank alike for every user");
        assertThat(EvaluateCommand.judged(new MeanInterval(-0.0, 0)))
                .isEqualTo(": both rank alike for every user");
    }
}
