package duet.schemas.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RankingMetricsPropertyTest {
    record User(float positive, float[] negatives) {}

    @Property
    void equalsTheDefinitionCountedOut(@ForAll("users") List<User> users) {
        RankingMetrics.Accumulator accumulator = new RankingMetrics.Accumulator();
        users.forEach(user -> accumulator.add(user.positive, user.negatives));
        RankingMetrics metrics = accumulator.result();
        assertThat(metrics.users()).isEqualTo(users.size());
        assertThat(metrics.auc()).isCloseTo(auc(users), within(1e-9));
        assertThat(metrics.userAuc())
                .isCloseTo(
                        users.stream()
                                .mapToDouble(user -> auc(List.of(user)))
                                .average()
                                .orElseThrow(),
                        within(1e-9));
        assertThat(metrics.hr5()).isCloseTo(hitRate(users, 5), within(1e-9));
        assertThat(metrics.hr10()).isCloseTo(hitRate(users, 10), within(1e-9));
        assertThat(metrics.hr20()).isCloseTo(hitRate(users, 20), within(1e-9));
        assertThat(metrics.ndcg5()).isCloseTo(ndcg(users, 5), within(1e-9));
        assertThat(metrics.ndcg10()).isCloseTo(ndcg(users, 10), within(1e-9));
        assertThat(metrics.ndcg20()).isCloseTo(ndcg(users, 20), within(1e-9));
    }

    private static double auc(List<User> users) {
        double won = 0;
        long pairs = 0;
        for (User one : users) {
            for (User other : users) {
                for (float negative : other.negatives) {
                    won += one.positive > negative ? 1 : one.positive == negative ? 0.5 : 0;
                    pairs++;
                }
            }
        }
        return won / pairs;
    }

    private static double hitRate(List<User> users, int k) {
        return users.stream().mapToDouble(user -> place(user) < k ? 1 : 0).average().orElseThrow();
    }

    private static double ndcg(List<User> users, int k) {
        return users.stream()
                .mapToDouble(
                        user -> {
                            int place = place(user);
                            return place < k ? Math.log(2) / Math.log(place + 2.0) : 0;
                        })
                .average()
                .orElseThrow();
    }

    /**
     * Where the positive stands, from 0, in a list sorted by score in which it comes last among
     * equals.
     */
    private static int place(User user) {
        record Item(float score, boolean positive) {}
        List<Item> items = new ArrayList<>();
        items.add(new Item(user.positive, true));
        for (float negative : user.negatives) {
            items.add(new Item(negative, false));
        }
        items.sort(
                Comparator.comparingDouble((Item item) -> -item.score)
                        .thenComparing(Item::positive));
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).positive) {
                return i;
            }
        }
        throw new AssertionError();
    }

    /** Few distinct scores, so that ties are common. */
    @Provide
    Arbitrary<List<User>> users() {
        Arbitrary<Float> scores = Arbitraries.of(-2.5f, -1f, 0f, 0.25f, 1f, 1e-30f, 3e38f);
        return Combinators.combine(scores, scores.array(float[].class).ofMinSize(1).ofMaxSize(30))
                .as(User::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }
}
