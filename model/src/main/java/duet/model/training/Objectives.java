package duet.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.network.Dropout;
import duet.model.network.GeneratorInput;
import duet.model.network.MersenneTwister;
import duet.model.network.ParameterGenerator;
import duet.model.network.Scale;
import duet.model.network.UniversalMetaNetwork;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.model.training.sample.AgedHistories;
import duet.model.training.sample.ModelInputs;
import duet.model.training.sample.NegativeSampler;
import duet.model.training.sample.PersonalizedScores;
import duet.model.training.sample.ShuffledOrder;
import duet.model.training.sample.StateSource;
import duet.model.training.sample.TrainingSet;
import duet.model.training.step.Objective;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Defines what each phase of training minimises: binary cross-entropy of a positive and its sampled
 * negatives.
 */
public final class Objectives {
    private final TrainingSet set;
    private final ModelInputs inputs;
    private final NegativeSampler sampler;
    private final TrainingOptions options;

    Objectives(
            TrainingSet set, ModelInputs inputs, NegativeSampler sampler, TrainingOptions options) {
        this.set = set;
        this.inputs = inputs;
        this.sampler = sampler;
        this.options = options;
    }

    /**
     * Returns the network's objective: the global model scores every training positive from the
     * window before it.
     */
    Objective network(UniversalMetaNetwork network, MersenneTwister chance) {
        Dropout dropout = new Dropout((float) options.network().dropout(), chance);
        int negatives = options.network().negatives();
        return new Objective() {
            @Override
            public int[] epoch(SplittableRandom random) {
                return ShuffledOrder.first(
                        options.network().epochSamples(set.samples()), set.samples(), random);
            }

            @Override
            public int scoredPerSample() {
                return 1;
            }

            @Override
            public Objective.Draw draw(int[] samples, SplittableRandom random) {
                long[] drawn = sampler.candidates(samples, negatives, random);
                return step -> {
                    NDArray candidates = candidates(step, drawn, negatives);
                    NDArray states =
                            inputs.states(step, network, set.before(samples), candidates, dropout);
                    return crossEntropy(network.score(network.globalHead(states), candidates));
                };
            }
        };
    }

    /**
     * Returns the generator's objective: deltas from one history score several later positives of
     * its user, each from its own state. The history is then as old as it will be on a device.
     *
     * @param network frozen
     * @param states of the same network
     * @param chance what dropout draws with
     */
    Objective generator(
            UniversalMetaNetwork network,
            ParameterGenerator generator,
            StateSource states,
            MersenneTwister chance) {
        Dropout dropout = new Dropout((float) options.generator().dropout(), chance);
        return new AgedObjective(options.generator()) {
            @Override
            NDArray loss(
                    NDManager step, int[] scored, NDArray candidates, GeneratorInput histories) {
                NDArray x = states.of(step, scored, candidates);
                NDList deltas = generator.generateUnweighted(histories, dropout);
                return penalized(personalized(network, x, deltas, candidates), deltas);
            }
        };
    }

    /**
     * Returns the objective of both at once: a share of the global model's loss and the rest of the
     * personalized one's, over the same positives.
     *
     * @param chance what dropout draws with
     */
    Objective joint(
            UniversalMetaNetwork network, ParameterGenerator generator, MersenneTwister chance) {
        Dropout dropout = new Dropout((float) options.network().dropout(), chance);
        Dropout generatorDropout = new Dropout((float) options.generator().dropout(), chance);
        return new AgedObjective(options.network()) {
            @Override
            NDArray loss(
                    NDManager step, int[] scored, NDArray candidates, GeneratorInput histories) {
                NDArray states =
                        inputs.states(step, network, set.before(scored), candidates, dropout);
                NDList deltas = generator.generateUnweighted(histories, generatorDropout);
                NDArray global =
                        crossEntropy(network.score(network.globalHead(states), candidates));
                NDArray personalized = personalized(network, states, deltas, candidates);
                double share = options.objective().globalShare();
                return penalized(
                        Scale.by(global, share).add(Scale.by(personalized, 1 - share)), deltas);
            }
        };
    }

    /** Defines an objective whose histories each score several later positives of their user. */
    private abstract class AgedObjective implements Objective {
        private final PhaseOptions phase;

        AgedObjective(PhaseOptions phase) {
            this.phase = phase;
        }

        /**
         * Draws the first positive of each history, every positive as likely as any other, so many
         * that an epoch scores about as many as there are.
         */
        @Override
        public int[] epoch(SplittableRandom random) {
            int count =
                    Math.max(
                            1, phase.epochSamples(set.samples()) / options.objective().positions());
            return ShuffledOrder.first(count, set.samples(), random);
        }

        @Override
        public int scoredPerSample() {
            return options.objective().positions();
        }

        @Override
        public Objective.Draw draw(int[] samples, SplittableRandom random) {
            AgedHistories aged = AgedHistories.draw(set, samples, options.objective(), random);
            long[] drawn = sampler.candidates(aged.scored(), phase.negatives(), random);
            Function<NDManager, GeneratorInput> histories =
                    inputs.histories(
                            set.before(aged.ends()),
                            item -> random.nextDouble() < options.objective().historyDropout());
            return step ->
                    loss(
                            step,
                            aged.scored(),
                            candidates(step, drawn, phase.negatives()),
                            histories.apply(step));
        }

        /**
         * Returns the loss.
         *
         * @param scored the samples scored, several for each history
         * @param candidates of each scored sample, [scored, c]
         * @param histories as many as there are samples
         */
        abstract NDArray loss(
                NDManager step, int[] scored, NDArray candidates, GeneratorInput histories);
    }

    /**
     * Returns the mean over all but the last dimension of the loss of a positive, in column 0, and
     * its negatives.
     */
    public static NDArray crossEntropy(NDArray scores) {
        int candidates = Math.toIntExact(scores.getShape().get(scores.getShape().dimension() - 1));
        float[] signs = new float[candidates];
        Arrays.fill(signs, 1);
        signs[0] = -1;
        NDArray signed = scores.mul(scores.getManager().create(signs));
        return Scale.by(signed.getNDArrayInternal().softPlus().mean(), candidates);
    }

    /**
     * Returns the loss and, where there is a penalty, the mean over devices of their residuals' sum
     * of squares.
     */
    private NDArray penalized(NDArray loss, NDList deltas) {
        if (options.objective().residualPenalty() == 0) {
            return loss;
        }
        NDArray penalized = loss;
        for (NDArray delta : deltas) {
            double factor = options.objective().residualPenalty() / delta.getShape().get(0);
            penalized = penalized.add(Scale.by(delta.square().sum(), factor));
        }
        return penalized;
    }

    /**
     * Returns the loss of candidates that are scored with deltas, several positions to each of the
     * devices.
     */
    private NDArray personalized(
            UniversalMetaNetwork network, NDArray states, NDList deltas, NDArray candidates) {
        int devices = Math.toIntExact(deltas.get(0).getShape().get(0));
        return crossEntropy(
                PersonalizedScores.of(
                        network,
                        byPosition(states, devices),
                        deltas,
                        byPosition(candidates, devices)));
    }

    /** Reshapes [samples * positions, ...] to [samples, positions, ...]. */
    private NDArray byPosition(NDArray scored, int samples) {
        long[] shape = scored.getShape().getShape();
        long[] split = new long[shape.length + 1];
        split[0] = samples;
        split[1] = options.objective().positions();
        System.arraycopy(shape, 1, split, 2, shape.length - 1);
        return scored.reshape(new Shape(split));
    }

    private static NDArray candidates(NDManager step, long[] drawn, int negatives) {
        int width = negatives + 1;
        return step.create(drawn, new Shape(drawn.length / width, width));
    }
}
