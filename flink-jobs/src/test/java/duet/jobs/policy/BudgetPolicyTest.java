package duet.jobs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetPolicyTest {
    private static Candidate drifted(double drift) {
        return new Candidate(drift, 1, 1);
    }

    /**
     * Mean drift of what a policy answers of candidates whose drift is uniform in [0, 1], and how
     * many it answers.
     */
    private record Answered(int count, double meanDrift) {
        static Answered by(GenerationPolicy policy, int candidates) {
            SplittableRandom random = new SplittableRandom(5);
            int count = 0;
            double sum = 0;
            for (int i = 0; i < candidates; i++) {
                double drift = random.nextDouble();
                if (policy.sends(drifted(drift))) {
                    count++;
                    sum += drift;
                }
            }
            return new Answered(count, sum / count);
        }
    }

    @Nested
    class SpendsWhereDriftIsLargest {
        @ParameterizedTest
        @ValueSource(doubles = {0.05, 0.1, 0.25, 0.5})
        void asAThresholdAtTheQuantileWould(double share) {
            Answered answered = Answered.by(new BudgetPolicy(share, 0, 1), 20_000);

            assertThat((double) answered.count()).isCloseTo(share * 20_000, Offset.offset(32.0));
            // The mean of the largest is 1 - share / 2.
            assertThat(answered.meanDrift()).isGreaterThan(1 - share / 2 - 0.05);
        }

        @Test
        void farFromWhatChanceDoes() {
            assertThat(Answered.by(new RandomPolicy(0.1, 0, 1), 20_000).meanDrift())
                    .isBetween(0.45, 0.55);
        }

        @Test
        void alsoAfterAllDriftHasBecomeAHundredTimesAsLarge() {
            BudgetPolicy policy = new BudgetPolicy(0.1, 0, 1);
            SplittableRandom random = new SplittableRandom(2);
            for (int i = 0; i < 20_000; i++) {
                policy.sends(drifted(0.01 * random.nextDouble()));
            }
            for (int i = 0; i < 5_000; i++) {
                policy.sends(drifted(random.nextDouble()));
            }

            assertThat(Answered.by(policy, 10_000).meanDrift()).isGreaterThan(0.9);
        }
    }

    @Test
    void manyNewDevicesWaitForTheirTurn() {
        BudgetPolicy policy = new BudgetPolicy(0.1, 0, 1);
        int sent = 0;
        for (int i = 0; i < 1_000; i++) {
            sent += policy.sends(new Candidate(0.5, Long.MAX_VALUE, 1)) ? 1 : 0;
        }

        assertThat(sent).isBetween(68, 100);
    }

    @Test
    void whatHasNotDriftedIsNotAnswered() {
        BudgetPolicy policy = new BudgetPolicy(1, 0, 1);

        assertThat(policy.sends(drifted(0))).isFalse();
        assertThat(policy.sends(drifted(1e-9))).isTrue();
    }

    @Test
    void aWholeBudgetAnswersEveryDrift() {
        assertThat(Answered.by(new BudgetPolicy(1, 0, 1), 1_000).count()).isEqualTo(1_000);
        assertThat(Answered.by(new RandomPolicy(1, 0, 1), 1_000).count()).isEqualTo(1_000);
    }

    @Test
    void aBudgetIsAShare() {
        for (double share : new double[] {0, -0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new BudgetPolicy(share, 0, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(Double.toString(share));
        }
    }
}
