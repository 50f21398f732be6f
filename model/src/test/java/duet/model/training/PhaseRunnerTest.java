package duet.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import duet.model.network.MersenneTwister;
import duet.model.network.ParameterSet;
import duet.model.network.Scale;
import duet.model.training.options.AdamOptions;
import duet.model.training.options.PhaseOptions;
import duet.model.training.step.Learner;
import duet.model.training.step.Objective;
import duet.schemas.bundle.Tensor;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Phases over a single parameter w with a loss that is easy to follow. */
class PhaseRunnerTest {
    private static final double RATE = 0.1;

    private static PhaseOptions options(int epochs, double clip, double averaging) {
        return new PhaseOptions(epochs, 2, 1, 1, new AdamOptions(RATE, 0, clip), 0, averaging);
    }

    private static PhaseRunner.Outcome run(
            PhaseOptions options, float start, int samples, UnaryOperator<NDArray> loss) {
        return run(options, start, samples, loss, TrainingListener.NONE, PhaseMemory.NONE);
    }

    private static PhaseRunner.Outcome run(
            PhaseOptions options,
            float start,
            int samples,
            UnaryOperator<NDArray> loss,
            TrainingListener listener,
            PhaseMemory memory) {
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            Map<String, Tensor> initial = Map.of("w", Tensor.of(new float[] {start}, 1));
            ParameterSet trained = ParameterSet.of(manager, initial);
            ParameterSet averaged = ParameterSet.of(manager, initial);
            ParameterSet learned = trained.replica(name -> true);
            Objective objective =
                    new Objective() {
                        @Override
                        public int[] epoch(SplittableRandom random) {
                            return new int[samples];
                        }

                        @Override
                        public int scoredPerSample() {
                            return 1;
                        }

                        @Override
                        public Objective.Draw draw(int[] part, SplittableRandom random) {
                            return step -> loss.apply(learned.get("w"));
                        }
                    };
            return new PhaseRunner(
                            TrainingPhase.NETWORK, options, listener, System::nanoTime, memory)
                    .run(
                            manager,
                            List.of(trained),
                            List.of(averaged),
                            List.of(
                                    new Learner(
                                            List.of(learned), objective, new MersenneTwister(1))),
                            () ->
                                    new PhaseRunner.Validation(
                                            new RankingMetrics.Accumulator().result(),
                                            // Best where the averaged weight is near 3.
                                            -Math.abs(averaged.get("w").getFloat() - 3)),
                            new SplittableRandom(1));
        }
    }

    private static float best(PhaseRunner.Outcome outcome) {
        return outcome.best().get(0).get("w").values()[0];
    }

    @Test
    void aFirstStepOfAdamIsAsLongAsTheLearningRate() {
        PhaseRunner.Outcome outcome = run(options(1, 0, 0), 5, 1, w -> w.square().sum());

        assertThat((double) best(outcome)).isEqualTo(5 - RATE, within(1e-5));
        assertThat(outcome.epochs().get(0).loss()).isEqualTo(25);
    }

    @Test
    void gradientsDoNotPileUpFromStepToStep() {
        // On a constant slope every step of Adam has the same length; gradients that pile up change
        // it.
        PhaseRunner.Outcome outcome = run(options(1, 0, 0), 5, 10, w -> Scale.by(w, 2).sum());

        assertThat((double) best(outcome)).isEqualTo(5 - 10 * RATE, within(1e-4));
    }

    @Test
    void aLimitOnTheNormHoldsForFallingAndRisingSlopes() {
        // Two steps, slope 1 and then -1000: unlimited, the second turns w back by almost a full
        // rate.
        for (int sign : new int[] {1, -1}) {
            int[] call = {0};
            PhaseRunner.Outcome outcome =
                    run(
                            options(1, 1, 0),
                            0,
                            2,
                            w -> Scale.by(w, call[0]++ == 0 ? sign : -1000.0 * sign).sum());

            // First moments .1 and .9*.1-.1, second .001 and .999*.001+.001, corrected by Adam's
            // own factors.
            double mean = (0.9 * 0.1 - 0.1) / (1 - 0.81);
            double variance = (0.999 * 0.001 + 0.001) / (1 - 0.999 * 0.999);
            double expected = -sign * RATE * (1 + mean / Math.sqrt(variance));
            assertThat((double) best(outcome)).isEqualTo(expected, within(1e-4));
        }
    }

    @Test
    void theBestEpochsWeightsAreGivenBackAndPatienceEnds() {
        // w falls from 5 by .5 an epoch: nearest to 3 after the fourth, worse after, patience 2.
        PhaseRunner.Outcome outcome = run(options(50, 0, 0), 5, 5, w -> w.sum());

        assertThat(outcome.epochs()).hasSize(6);
        assertThat(outcome.epochs()).extracting(EpochMetrics::best).endsWith(true, false, false);
        assertThat((double) best(outcome)).isEqualTo(3, within(1e-3));
    }

    @Test
    void theAverageFollowsBehindTheWeights() {
        float last = best(run(options(1, 0, 0), 5, 10, w -> w.sum()));
        float averaged = best(run(options(1, 0, 0.99), 5, 10, w -> w.sum()));

        assertThat(averaged).isGreaterThan(last).isLessThan(5);
    }

    @Nested
    class NumbersThatAreNotFinite {
        /** Losses of w, but for what the step of that number gives, counted over all epochs. */
        private UnaryOperator<NDArray> failingAt(int step, UnaryOperator<NDArray> failing) {
            int[] taken = {0};
            return w -> ++taken[0] == step ? failing.apply(w) : w.sum();
        }

        private NDArray nan(NDArray w) {
            return Scale.by(w.sub(w), Double.NaN).sum();
        }

        @Test
        void endATrainingWithoutASoundEpoch() {
            assertThatThrownBy(() -> run(options(3, 0, 0), -1, 2, w -> w.log().sum()))
                    .isInstanceOf(TrainingDivergedException.class)
                    .hasMessageContaining("the loss is NaN at step 1 of epoch 1 (network)")
                    .hasMessageContaining("a lower learning rate may help");
        }

        @Test
        void endAPhaseWithTheBestOfTheEpochsBefore() {
            List<String> told = new ArrayList<>();
            // w falls from 5 by .5 an epoch: nearest to 3 after the fourth.
            PhaseRunner.Outcome outcome =
                    run(
                            options(50, 0, 0),
                            5,
                            5,
                            failingAt(5 * 5 + 3, this::nan),
                            new TrainingListener() {
                                @Override
                                public void onDivergence(EpochMetrics kept, Divergence divergence) {
                                    told.add(kept.epoch() + ": " + divergence.line());
                                }
                            },
                            PhaseMemory.NONE);

            assertThat(told).containsExactly("4: the loss is NaN at step 3 of epoch 6");
            assertThat(outcome.epochs())
                    .extracting(EpochMetrics::divergence)
                    .containsExactly(
                            null, null, null, null, new Divergence(6, 3, "the loss is NaN"));
            assertThat((double) best(outcome)).isEqualTo(3, within(1e-3));
        }

        @Test
        void areFoundInWeightsWhoseLossWasSound() {
            // The slope of a root is infinite at 0, the root itself is not.
            assertThatThrownBy(() -> run(options(1, 0, 0), 0, 1, w -> w.sqrt().sum()))
                    .isInstanceOf(TrainingDivergedException.class)
                    .hasMessageContaining("the weights w are not finite at step 1 of epoch 1");
        }

        @Test
        void areNeverKeptForAnotherTraining() {
            List<PhaseState> kept = new ArrayList<>();
            PhaseMemory memory =
                    new PhaseMemory() {
                        @Override
                        public Optional<PhaseState> recall(TrainingPhase phase) {
                            return kept.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(kept.get(kept.size() - 1));
                        }

                        @Override
                        public void keep(TrainingPhase phase, PhaseState state) {
                            kept.add(state);
                        }
                    };

            PhaseRunner.Outcome first =
                    run(
                            options(50, 0, 0),
                            5,
                            5,
                            failingAt(2 * 5 + 1, this::nan),
                            TrainingListener.NONE,
                            memory);

            assertThat(kept).hasSize(2);
            assertThat(kept.get(1).epochs())
                    .extracting(EpochMetrics::divergence)
                    .containsOnlyNulls();
            // Who resumes it finds the same, once, and ends there.
            PhaseRunner.Outcome resumed =
                    run(
                            options(50, 0, 0),
                            5,
                            5,
                            failingAt(1, this::nan),
                            TrainingListener.NONE,
                            memory);
            assertThat(resumed.epochs()).isEqualTo(first.epochs());
            assertThat(resumed.best()).hasSize(1);
            assertThat(best(resumed)).isEqualTo(best(first));
            assertThat(kept).hasSize(2);
        }
    }
}
