package duet.schemas.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class UserRankingTest {
    @Property
    void saysWhatTheScoresSay(
            @ForAll @IntRange(max = 4) int positive,
            @ForAll @Size(min = 1, max = 40) @IntRange(max = 4) int[] scores) {
        float[] negatives = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            negatives[i] = scores[i];
        }

        UserRanking ranking = UserRanking.of(positive, negatives);

        int rank = 1;
        double below = 0;
        for (float negative : negatives) {
            rank += negative >= positive ? 1 : 0;
            below += negative < positive ? 1 : negative == positive ? 0.5 : 0;
        }
        assertThat(ranking.rank()).isEqualTo(rank);
        assertThat(ranking.userAuc()).isCloseTo(below / negatives.length, within(1e-12));
        RankingMetrics.Accumulator scored = new RankingMetrics.Accumulator();
        scored.add(positive, negatives);
        RankingMetrics.Accumulator counted = new RankingMetrics.Accumulator();
        counted.add(ranking);
        assertThat(counted.result().at10()).isEqualTo(scored.result().at10());
        assertThat(counted.result().userAuc()).isEqualTo(scored.result().userAuc());
        assertThat(counted.result().auc()).isNaN();
    }

    @Test
    void zerosOfBothSignsTie() {
        UserRanking ranking = UserRanking.of(0.0f, new float[] {-0.0f});

        assertThat(ranking.userAuc()).isEqualTo(0.5);
        assertThat(ranking.rank()).isEqualTo(2);
    }

    @Test
    void nobodyIsRankedWithoutNegatives() {
        assertThatThrownBy(() -> new UserRanking(0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without negatives");
    }

    @Test
    void whatListsAreTooShortForIsNullInJson() throws Exception {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        metrics.add(new UserRanking(7, 0, 9));
        RankingMetrics ofTen = metrics.result().ofListsOf(10);
        ObjectMapper json = new ObjectMapper();

        JsonNode written = json.valueToTree(ofTen);

        assertThat(written.get("hr5").doubleValue()).isEqualTo(1);
        assertThat(written.get("ndcg5").isNumber()).isTrue();
        assertThat(written.get("auc").isNull()).isTrue();
        assertThat(written.get("hr10").isNull()).isTrue();
        assertThat(written.get("ndcg10").isNull()).isTrue();
        assertThat(written.get("hr20").isNull()).isTrue();
        assertThat(json.treeToValue(written, RankingMetrics.class)).isEqualTo(ofTen);
    }
}
