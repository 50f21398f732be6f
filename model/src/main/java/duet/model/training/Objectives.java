package duet.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import duet.model.network.Dropout;
import duet.model.network.ParameterGenerator;
import duet.model.network.Scale;
import duet.model.network.UniversalMetaNetwork;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** What each phase of training minimises: binary cross-entropy of a positive and its sampled negatives. */
final class Objectives {
    private final TrainingSet set;
    private final NegativeSampler sampler;
    private final TrainingOptions options;
    private final int window;

    Objectives(TrainingSet set, NegativeSampler sampler, TrainingOptions options, int window) {
        this.set = set;
        this.sampler = sampler;
        this.options = options;
        this.window = window;
    }

    /** The global model scores every training positive from the window before it. */
    PhaseRunner.Objective network(UniversalMetaNetwork network) {
        Dropout dropout = new Dropout((float) options.network().dropout(), true);
        int negatives = options.network().negatives();
        return new PhaseRunner.Objective() {
            @Override
            public int[] epoch(SplittableRandom random) {
                return shuffled(set.samples(), random);
            }

            @Override
            public int scoredPerSample() {
                return 1;
            }

            @Override
            public NDArray loss(NDManager step, int[] samples, SplittableRandom random) {
                NDArray x = network.globalHead(network.state(windows(step, samples), dropout));
                NDArray candidates = candidates(step, samples, negatives, random);
                return crossEntropy(network.score(x, candidates));
            }
        };
    }

    /**
     * Deltas from one window score several later positives of its user, each from its own state: the window is then as old
     * as it will be on a device. The states are those of a frozen network, computed once.
     *
     * @param states [samples, d]
     */
    PhaseRunner.Objective generator(
            UniversalMetaNetwork network, ParameterGenerator generator, NDArray states) {
        Dropout dropout = new Dropout((float) options.generator().dropout(), true);
        int negatives = options.generator().negatives();
        int positions = options.positions();
        return new AgedObjective() {
            @Override
            public NDArray loss(NDManager step, int[] samples, SplittableRandom random) {
                network.parameters().lendTo(step);
                int[] scored = aged(samples, random);
                NDList deltas = generator.generate(windows(step, samples), dropout);
                NDArray rows = step.create(scored, new Shape(samples.length, positions));
                NDArray x = network.personalizedHead(rows(rows, states), deltas);
                NDArray candidates =
                        candidates(step, scored, negatives, random)
                                .reshape(samples.length, positions, negatives + 1L);
                return crossEntropy(network.score(x, candidates));
            }
        };
    }

    /** Both at once: the mean of the global model's loss and of the personalized one's over the same positives. */
    PhaseRunner.Objective joint(UniversalMetaNetwork network, ParameterGenerator generator) {
        Dropout dropout = new Dropout((float) options.network().dropout(), true);
        Dropout generatorDropout = new Dropout((float) options.generator().dropout(), true);
        int negatives = options.network().negatives();
        int positions = options.positions();
        return new AgedObjective() {
            @Override
            public NDArray loss(NDManager step, int[] samples, SplittableRandom random) {
                int[] scored = aged(samples, random);
                NDArray states =
                        network.state(windows(step, scored), dropout)
                                .reshape(samples.length, positions, -1);
                NDList deltas = generator.generate(windows(step, samples), generatorDropout);
                NDArray candidates =
                        candidates(step, scored, negatives, random)
                                .reshape(samples.length, positions, negatives + 1L);
                NDArray global =
                        crossEntropy(network.score(network.globalHead(states), candidates));
                NDArray personalized =
                        crossEntropy(
                                network.score(
                                        network.personalizedHead(states, deltas), candidates));
                return Scale.by(global.add(personalized), 0.5);
            }
        };
    }

    /** An objective whose windows each score several later positives of their user. */
    private abstract class AgedObjective implements PhaseRunner.Objective {
        /** A share of all samples as ends of windows, so that an epoch scores about as many positives as there are samples. */
        @Override
        public int[] epoch(SplittableRandom random) {
            int count = Math.max(1, set.samples() / options.positions());
            return Arrays.copyOf(shuffled(set.samples(), random), count);
        }

        @Override
        public int scoredPerSample() {
            return options.positions();
        }
    }

    /** Mean over all but the last dimension of the loss of a positive, in column 0, and its negatives. */
    static NDArray crossEntropy(NDArray scores) {
        int candidates = Math.toIntExact(scores.getShape().get(scores.getShape().dimension() - 1));
        float[] signs = new float[candidates];
        Arrays.fill(signs, 1);
        signs[0] = -1;
        NDArray signed = scores.mul(scores.getManager().create(signs));
        return Scale.by(signed.getNDArrayInternal().softPlus().mean(), candidates);
    }

    private int[] aged(int[] samples, SplittableRandom random) {
        int[] scored = new int[samples.length * options.positions()];
        for (int i = 0; i < scored.length; i++) {
            boolean fresh = random.nextDouble() < options.freshShare();
            int age = fresh ? 0 : random.nextInt(options.maxAge() + 1);
            scored[i] = set.later(samples[i / options.positions()], age);
        }
        return scored;
    }

    private NDArray windows(NDManager step, int[] samples) {
        return step.create(set.windows(samples), new Shape(samples.length, window));
    }

    private NDArray candidates(
            NDManager step, int[] samples, int negatives, SplittableRandom random) {
        return step.create(
                sampler.candidates(samples, negatives, random),
                new Shape(samples.length, negatives + 1L));
    }

    private static NDArray rows(NDArray indices, NDArray table) {
        return indices.getNDArrayInternal()
                .embedding(indices, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }

    private static int[] shuffled(int count, SplittableRandom random) {
        int[] order = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
