package duet.jobs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.generation.UnusableDeltaException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
    private final List<Candidate> asked = new ArrayList<>();
    private final Gate gate =
            new Gate(
                    candidate -> {
                        asked.add(candidate);
                        return candidate.windows() > 1;
                    });

    private static SentDelta sent(float... embedding) {
        return SentDelta.of("v1", embedding, 1_000);
    }

    @Test
    void asksThePolicyWithDriftTimeAndWindows() throws Exception {
        Gate.Decision decision = gate.decide(sent(1, 0), "v1", new float[] {0, 2}, 3, 1_500);

        assertThat(asked).containsExactly(new Candidate(1, 500, 3));
        assertThat(decision.sends()).isTrue();
        assertThat(decision.drift()).isEqualTo(1);
        assertThat(decision.after()).isEqualTo(SentDelta.of("v1", new float[] {0, 2}, 1_500));
    }

    @Test
    void doesAsThePolicySays() throws Exception {
        assertThat(gate.decide(sent(1, 0), "v1", new float[] {0, 2}, 1, 1_500).sends()).isFalse();
    }

    @Test
    void knowsADeviceThatGotNothingYet() throws Exception {
        gate.decide(null, "v1", new float[] {1, 2}, 1, 0);
        gate.decide(sent(1, 2), "v2", new float[] {1, 2}, 1, 2_000);

        assertThat(asked)
                .containsExactly(
                        new Candidate(Double.NaN, Long.MAX_VALUE, 1),
                        new Candidate(Double.NaN, Long.MAX_VALUE, 1));
    }

    @Test
    void takesATimeBeforeTheLastDeltaForNoTime() throws Exception {
        gate.decide(sent(1, 2), "v1", new float[] {1, 2}, 1, 400);

        assertThat(asked).containsExactly(new Candidate(0, 0, 1));
    }

    @Test
    void saysOfWhichModelAnEmbeddingIsNotFinite() {
        assertThatThrownBy(() -> gate.decide(null, "v1", new float[] {1, Float.NaN}, 1, 0))
                .isInstanceOf(UnusableDeltaException.class)
                .hasMessageContaining("v1")
                .hasMessageContaining("NaN");
    }

    @Test
    void isOpenWhereEverythingIsSent() {
        assertThat(new Gate(new Always()).isOpen()).isTrue();
        assertThat(gate.isOpen()).isFalse();
    }

    @Nested
    class Drift {
        @ParameterizedTest
        @CsvSource({
            "1, 2, 2, 4, 0",
            "1, 0, 0, 1, 1",
            "1, 1, -1, -1, 2",
            "0, 0, 0, 0, 0",
            "0, 0, 1, 0, 1"
        })
        void isTheCosineDistance(float a, float b, float c, float d, double drift) {
            assertThat(sent(a, b).drift(sent(c, d))).isCloseTo(drift, Offset.offset(1e-4));
        }

        @Test
        void ofTheSameEmbeddingIsExactlyNone() {
            SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < 1_000; i++) {
                float[] embedding = embedding(random);
                assertThat(sent(embedding).drift(sent(embedding))).isZero();
            }
        }

        @Test
        void inBytesIsCloseToTheExactOne() {
            SplittableRandom random = new SplittableRandom(4);
            for (int i = 0; i < 1_000; i++) {
                float[] first = embedding(random);
                float[] second = embedding(random);
                double share = random.nextDouble();
                for (int k = 0; k < first.length; k++) {
                    second[k] = (float) (share * second[k] + (1 - share) * first[k]);
                }

                assertThat(sent(first).drift(sent(second)))
                        .isCloseTo(cosineDistance(first, second), Offset.offset(5e-3));
            }
        }

        @Test
        void ofOtherVersionsOrWidthsIsNone() {
            assertThat(sent(1, 2).drift(SentDelta.of("v2", new float[] {1, 2}, 0))).isNaN();
            assertThat(sent(1, 2).drift(sent(1, 2, 3))).isNaN();
        }

        private static float[] embedding(SplittableRandom random) {
            float[] embedding = new float[64];
            for (int i = 0; i < embedding.length; i++) {
                embedding[i] = (float) random.nextGaussian();
            }
            return embedding;
        }

        private static double cosineDistance(float[] a, float[] b) {
            double product = 0;
            double squareA = 0;
            double squareB = 0;
            for (int i = 0; i < a.length; i++) {
                product += a[i] * b[i];
                squareA += a[i] * a[i];
                squareB += b[i] * b[i];
            }
            return 1 - product / Math.sqrt(squareA * squareB);
        }
    }
}
