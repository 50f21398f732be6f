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
    private static final double RIGHT_ANGLE = sent(1, 0).driftFrom(sent(0, 1));

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
        Gate.Decision decision = gate.decide(sent(1, 0), "v1", new float[] {0, 1}, 3, 1_500);

        assertThat(asked).containsExactly(new Candidate(RIGHT_ANGLE, 500, 3));
        assertThat(decision.sends()).isTrue();
        assertThat(decision.drift()).isEqualTo(RIGHT_ANGLE);
        assertThat(decision.after()).isEqualTo(SentDelta.of("v1", new float[] {0, 1}, 1_500));
    }

    @Test
    void doesAsThePolicySays() throws Exception {
        assertThat(gate.decide(sent(1, 0), "v1", new float[] {0, 1}, 1, 1_500).sends()).isFalse();
    }

    @Test
    void takesADeviceWithoutADeltaForOneThatHoldsTheGlobalModel() throws Exception {
        gate.decide(null, "v1", new float[] {0.6f, 0.8f}, 1, 0);
        gate.decide(sent(0.6f, 0.8f), "v2", new float[] {0.6f, 0.8f}, 1, 2_000);
        gate.decide(null, "v1", new float[] {0, 0}, 1, 0);

        assertThat(asked).extracting(Candidate::millisSinceSent).containsOnly(Long.MAX_VALUE);
        assertThat(asked.get(0).drift()).isCloseTo(Math.sqrt(0.5), Offset.offset(0.01));
        assertThat(asked.get(1)).isEqualTo(asked.get(0));
        assertThat(asked.get(2).drift()).isZero();
    }

    @Test
    void takesATimeBeforeTheLastDeltaForNoTime() throws Exception {
        gate.decide(sent(0.5f, 1), "v1", new float[] {0.5f, 1}, 1, 400);

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
            "1, 1, 1, 1, 0",
            "1, 1, -1, -1, 2",
            "1, 1, 0, 0, 1",
            "0, 0, 1, 1, 1",
            "0, 0, 0, 0, 0",
            "0.5, 0.5, 1, 1, 0.5",
            "1, 0, 0, 1, 1",
            "9, 9, -9, -9, 2"
        })
        void isTheRootMeanSquareOfTheDifference(float a, float b, float c, float d, double drift) {
            assertThat(sent(c, d).driftFrom(sent(a, b))).isCloseTo(drift, Offset.offset(1e-6));
        }

        @Test
        void ofTheSameEmbeddingIsExactlyNone() {
            SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < 1_000; i++) {
                float[] embedding = embedding(random);
                assertThat(sent(embedding).driftFrom(sent(embedding))).isZero();
            }
        }

        @Test
        void inBytesIsCloseToTheExactOne() {
            SplittableRandom random = new SplittableRandom(4);
            for (int i = 0; i < 1_000; i++) {
                float[] first = embedding(random);
                float[] second = embedding(random);
                double share = random.nextDouble();
                double sum = 0;
                for (int k = 0; k < first.length; k++) {
                    second[k] = (float) (share * second[k] + (1 - share) * first[k]);
                    sum += (second[k] - first[k]) * (second[k] - first[k]);
                }

                assertThat(sent(second).driftFrom(sent(first)))
                        .isCloseTo(Math.sqrt(sum / first.length), Offset.offset(5e-3));
            }
        }

        @Test
        void fromAnotherVersionOrWidthIsThatFromTheGlobalModel() {
            assertThat(sent(0.5f, 1).driftFrom(SentDelta.of("v2", new float[] {0.5f, 1}, 0)))
                    .isEqualTo(sent(0.5f, 1).driftFrom(null));
            assertThat(sent(0.5f, 1).driftFrom(sent(0.5f, 1, 1)))
                    .isEqualTo(sent(0.5f, 1).driftFrom(null));
        }

        private static float[] embedding(SplittableRandom random) {
            float[] embedding = new float[64];
            for (int i = 0; i < embedding.length; i++) {
                embedding[i] = (float) Math.tanh(random.nextGaussian());
            }
            return embedding;
        }
    }
}
