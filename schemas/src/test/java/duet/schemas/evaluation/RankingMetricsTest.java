package duet.schemas.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RankingMetricsTest {
    private static final Offset<Double> EXACT = within(1e-12);

    private final RankingMetrics.Accumulator accumulator = new RankingMetrics.Accumulator();

    private static float[] negatives(int above, int equal, int below) {
        float[] scores = new float[above + equal + below];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = i < above ? 2 : i < above + equal ? 1 : 0;
        }
        return scores;
    }

    @Nested
    class OverUsers {
        @Test
        void knownValues() {
            accumulator.add(1, negatives(0, 0, 99)); // rank 1
            accumulator.add(1, negatives(4, 0, 95)); // rank 5
            accumulator.add(1, negatives(2, 3, 94)); // rank 6: three ties against it
            accumulator.add(1, negatives(19, 0, 80)); // rank 20
            RankingMetrics metrics = accumulator.result();
            double at5 = 1 / 2.584962500721156; // log2(6)
            double at6 = 1 / 2.807354922057604; // log2(7)
            double at20 = 1 / 4.392317422778761; // log2(21)
            assertThat(metrics.users()).isEqualTo(4);
            assertThat(metrics.hr5()).isEqualTo(0.5);
            assertThat(metrics.hr10()).isEqualTo(0.75);
            assertThat(metrics.hr20()).isEqualTo(1);
            assertThat(metrics.ndcg5()).isCloseTo((1 + at5) / 4, EXACT);
            assertThat(metrics.ndcg10()).isCloseTo((1 + at5 + at6) / 4, EXACT);
            assertThat(metrics.ndcg20()).isCloseTo((1 + at5 + at6 + at20) / 4, EXACT);
            assertThat(metrics.userAuc()).isCloseTo((99 + 95 + (94 + 1.5) + 80) / 99.0 / 4, EXACT);
            // every positive scores 1: of 396 negatives 25 are above, 3 equal
            assertThat(metrics.auc()).isCloseTo((368 + 1.5) / 396, EXACT);
        }

        @Test
        void aucComparesAcrossUsers() {
            accumulator.add(1, new float[] {0});
            accumulator.add(11, new float[] {10});
            assertThat(accumulator.result().userAuc()).isEqualTo(1);
            assertThat(accumulator.result().auc()).isEqualTo(0.75); // 1 against 10 is lost
        }

        @Test
        void zerosOfBothSignsAreEqual() {
            accumulator.add(0.0f, new float[] {-0.0f, 0.0f, -1});
            accumulator.add(-0.0f, new float[] {-0.0f, 0.0f, 1});
            assertThat(accumulator.result().auc()).isEqualTo((1 + 4 * 0.5 + 1 + 4 * 0.5 - 0) / 12);
        }

        @Test
        void infiniteScoresAreOrdered() {
            accumulator.add(
                    Float.POSITIVE_INFINITY,
                    new float[] {Float.POSITIVE_INFINITY, 1, Float.NEGATIVE_INFINITY});
            assertThat(accumulator.result().auc()).isCloseTo(2.5 / 3, EXACT);
            assertThat(accumulator.result().userAuc()).isCloseTo(2.5 / 3, EXACT);
        }

        @Test
        void usersMayHaveDifferentlyManyNegatives() {
            for (int i = 1; i <= 300; i++) {
                accumulator.add(1, negatives(0, 0, i));
            }
            assertThat(accumulator.users()).isEqualTo(300);
            assertThat(accumulator.result().auc()).isEqualTo(1);
        }

        @Test
        void resultsMayBeReadInBetween() {
            accumulator.add(1, negatives(0, 0, 4));
            assertThat(accumulator.result().auc()).isEqualTo(1);
            accumulator.add(1, negatives(4, 0, 0));
            assertThat(accumulator.result().auc()).isEqualTo(0.5);
        }

        @Test
        void scoresThatAreTooManyToBeKeptCostTheAucAlone() {
            RankingMetrics.Accumulator few = new RankingMetrics.Accumulator(10);
            for (int i = 0; i < 2; i++) {
                few.add(1, negatives(1, 0, 4));
                accumulator.add(1, negatives(1, 0, 4));
            }
            assertThat(few.result()).isEqualTo(accumulator.result());

            few.add(1, negatives(1, 0, 4));
            accumulator.add(1, negatives(1, 0, 4));

            assertThat(few.result().auc()).isNaN();
            assertThat(few.result().userAuc()).isEqualTo(accumulator.result().userAuc());
            assertThat(few.result().at5()).isEqualTo(accumulator.result().at5());
            assertThat(few.users()).isEqualTo(3);
        }

        @Test
        void nobodyGivesNoNumbers() {
            RankingMetrics metrics = accumulator.result();
            assertThat(metrics.users()).isZero();
            assertThat(
                            new double[] {
                                metrics.auc(),
                                metrics.userAuc(),
                                metrics.ndcg5(),
                                metrics.hr5(),
                                metrics.ndcg10(),
                                metrics.hr10(),
                                metrics.ndcg20(),
                                metrics.hr20()
                            })
                    .containsOnly(Double.NaN);
        }
    }

    @Nested
    class Refuses {
        @Test
        void whatIsNotANumberAndChangesNothing() {
            accumulator.add(1, negatives(0, 0, 4));
            RankingMetrics before = accumulator.result();
            assertThatThrownBy(() -> accumulator.add(Float.NaN, negatives(0, 0, 4)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> accumulator.add(1, new float[] {0, Float.NaN}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(accumulator.result()).isEqualTo(before);
        }

        @Test
        void aUserWithoutNegatives() {
            assertThatThrownBy(() -> accumulator.add(1, new float[0]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("without negatives");
        }
    }

    @Test
    void areReadAsTheyWereWritten() throws Exception {
        accumulator.add(1, negatives(0, 2, 4));
        accumulator.add(1, negatives(0, 0, 4));
        RankingMetrics written = accumulator.result();
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(written), RankingMetrics.class))
                .isEqualTo(written);
    }

    @Test
    void namesInJsonAreThePromisedOnes() throws Exception {
        accumulator.add(1, negatives(0, 0, 4));
        assertThat(new ObjectMapper().writeValueAsString(accumulator.result()))
                .isEqualTo(
                        "{\"users\":1,\"auc\":1.0,\"userAuc\":1.0,\"ndcg5\":1.0,\"hr5\":1.0,"
                                + "\"ndcg10\":1.0,\"hr10\":1.0,\"ndcg20\":1.0,\"hr20\":1.0}");
    }
}
