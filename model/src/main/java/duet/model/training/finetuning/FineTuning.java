package duet.model.training.finetuning;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.bundle.ModelTensors;
import duet.model.data.UserHistory;
import duet.model.network.Backbone;
import duet.model.network.Dropout;
import duet.model.network.MersenneTwister;
import duet.model.network.ParameterSet;
import duet.model.network.UniversalMetaNetwork;
import duet.model.training.Objectives;
import duet.model.training.Trainer;
import duet.model.training.TrainingDivergedException;
import duet.model.training.options.AdamOptions;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Trains what generation is compared with: the global model, trained further on the interactions of
 * one user, all of the device model's weights. Needs DJL's PyTorch engine on the class path and one
 * training in the JVM at a time; the same user, seed and options give the same weights.
 */
public final class FineTuning implements AutoCloseable {
    /** A user who knows nearly every item gets, after so many draws, whatever comes. */
    private static final int ATTEMPTS = 50;

    private final Engine engine;
    private final NDManager manager;
    private final Backbone backbone;
    private final Dimensions dimensions;
    private final Vocabulary vocabulary;
    private final String modelVersion;
    private final Map<String, Tensor> global;
    private final long seed;
    private final LongSupplier nanoClock;

    private FineTuning(ModelBundle bundle, long seed, LongSupplier nanoClock) {
        this.engine = Trainer.engine();
        this.manager = engine.newBaseManager();
        this.backbone = Backbone.of(bundle.manifest().backbone());
        this.dimensions = bundle.dimensions();
        this.vocabulary = bundle.vocabulary();
        this.modelVersion = bundle.modelVersion();
        this.global = ModelTensors.of(bundle).device();
        this.seed = seed;
        this.nanoClock = nanoClock;
    }

    /**
     * Loads a bundle's global model for fine-tuning.
     *
     * @throws InvalidInputException if a tensor does not fit the manifest, or the model reads input
     *     vectors
     * @throws IllegalStateException if the PyTorch engine is missing
     */
    public static FineTuning load(ModelBundle bundle, long seed) {
        return load(bundle, seed, System::nanoTime);
    }

    /**
     * Does what {@link #load(ModelBundle, long)} does, with a clock of its own.
     *
     * @param nanoClock elapsed nanoseconds
     */
    public static FineTuning load(ModelBundle bundle, long seed, LongSupplier nanoClock) {
        if (Backbone.of(bundle.manifest().backbone()).readsInputs()) {
            throw new InvalidInputException(
                    "model "
                            + bundle.modelVersion()
                            + " reads input vectors, it has no interactions to be tuned on");
        }
        return new FineTuning(bundle, seed, nanoClock);
    }

    /**
     * Trains a copy of the global model on a user's first interactions: each but the first is a
     * positive, with sampled negatives and the window before it. Later ones are never seen.
     *
     * @param end how many interactions are trained on
     * @param epochs passes over the positives
     * @param batch positives of a step
     * @param learningRate Adam's
     * @throws InvalidInputException if a number is out of range
     * @throws TrainingDivergedException if the loss is no longer a number
     */
    public Tuned tune(UserHistory user, int end, int epochs, int batch, double learningRate) {
        PhaseOptions defaults = TrainingOptions.defaults().network();
        PhaseOptions options =
                new PhaseOptions(
                        epochs,
                        epochs,
                        batch,
                        defaults.negatives(),
                        new AdamOptions(learningRate, 0, defaults.adam().gradientClip()),
                        defaults.dropout(),
                        0);
        long start = nanoClock.getAsLong();
        int[] items =
                Arrays.stream(user.itemsBefore(end))
                        .mapToInt(vocabulary::indexOf)
                        .filter(index -> index != 0)
                        .toArray();
        SplittableRandom random = new SplittableRandom(seed ^ user.user().hashCode());
        MersenneTwister chance = new MersenneTwister(random.nextInt());
        NDManager own = manager.newSubManager();
        try {
            UniversalMetaNetwork network =
                    new UniversalMetaNetwork(backbone, dimensions, ParameterSet.of(own, global));
            train(
                    own,
                    network,
                    items,
                    options,
                    random,
                    new Dropout((float) options.dropout(), chance));
            return new Tuned(own, network, nanoClock.getAsLong() - start);
        } catch (RuntimeException e) {
            own.close();
            throw e;
        }
    }

    private void train(
            NDManager own,
            UniversalMetaNetwork network,
            int[] items,
            PhaseOptions options,
            SplittableRandom random,
            Dropout dropout) {
        BitSet known = new BitSet();
        Arrays.stream(items).forEach(known::set);
        new FineTuningSteps(own, network, UniversalMetaNetwork::isTrainable, options)
                .take(
                        Math.max(0, items.length - 1),
                        random,
                        (step, samples) -> {
                            // Every position that has something before it.
                            int[] positions = Arrays.stream(samples).map(s -> s + 1).toArray();
                            NDArray candidates =
                                    candidates(
                                            step,
                                            items,
                                            positions,
                                            known,
                                            options.negatives(),
                                            random);
                            NDArray states =
                                    states(step, network, items, positions, candidates, dropout);
                            return Objectives.crossEntropy(
                                    network.score(network.globalHead(states), candidates));
                        });
    }

    private NDArray candidates(
            NDManager step,
            int[] items,
            int[] positions,
            BitSet known,
            int negatives,
            SplittableRandom random) {
        long[] candidates = new long[positions.length * (negatives + 1)];
        int at = 0;
        for (int position : positions) {
            candidates[at++] = items[position];
            for (int k = 0; k < negatives; k++) {
                int item = random.nextInt(1, vocabulary.size() + 1);
                for (int attempt = 1; attempt < ATTEMPTS && known.get(item); attempt++) {
                    item = random.nextInt(1, vocabulary.size() + 1);
                }
                candidates[at++] = item;
            }
        }
        return step.create(candidates, new Shape(positions.length, negatives + 1L));
    }

    /** Returns the user states before positions of a history of item indices. */
    private NDArray states(
            NDManager step,
            UniversalMetaNetwork network,
            int[] items,
            int[] positions,
            NDArray candidates,
            Dropout dropout) {
        NDArray history =
                network.readsHistory()
                        ? windows(step, items, positions, dimensions.history())
                        : null;
        NDArray window = windows(step, items, positions, dimensions.window());
        return network.state(window, history, candidates, dropout);
    }

    private static NDArray windows(NDManager step, int[] items, int[] ends, int length) {
        long[] windows = new long[Math.multiplyExact(ends.length, length)];
        for (int i = 0; i < ends.length; i++) {
            int count = Math.min(ends[i], length);
            for (int j = 0; j < count; j++) {
                windows[(i + 1) * length - count + j] = items[ends[i] - count + j];
            }
        }
        return step.create(windows, new Shape(ends.length, length));
    }

    /** Frees everything, the tuned models too. */
    @Override
    public void close() {
        manager.close();
    }

    /** Holds a model that was tuned for one user. */
    public final class Tuned implements AutoCloseable {
        private final NDManager own;
        private final UniversalMetaNetwork network;
        private final long nanos;

        private Tuned(NDManager own, UniversalMetaNetwork network, long nanos) {
            this.own = own;
            this.network = network;
            this.nanos = nanos;
        }

        /**
         * Returns how many seconds the tuning took, from the user's raw history to the tuned
         * weights.
         */
        public double seconds() {
            return nanos / 1e9;
        }

        /** Returns the tuned tensors of {@code device.safetensors}. */
        public Map<String, Tensor> device() {
            return network.parameters().tensors();
        }

        /**
         * Scores candidates with the tuned weights.
         *
         * @param history raw item ids, oldest first; unknown ones are skipped
         * @param candidates raw item ids
         * @return in the order of the candidates
         * @throws InvalidInputException on a candidate the model does not know
         */
        public float[] scores(long[] history, long[] candidates) {
            if (candidates.length == 0) {
                return new float[0];
            }
            int[] items =
                    Arrays.stream(history)
                            .mapToInt(vocabulary::indexOf)
                            .filter(index -> index != 0)
                            .toArray();
            long[] indices = Arrays.stream(candidates).map(this::knownIndex).toArray();
            try (NDManager step = own.newSubManager()) {
                network.parameters().lendTo(step);
                NDArray targets = step.create(indices, new Shape(1, indices.length));
                NDArray states =
                        states(
                                step,
                                network,
                                items,
                                new int[] {items.length},
                                targets,
                                Dropout.NONE);
                return network.score(network.globalHead(states), targets).toFloatArray();
            }
        }

        private long knownIndex(long item) {
            int index = vocabulary.indexOf(item);
            if (index == 0) {
                throw new InvalidInputException(
                        "model "
                                + modelVersion
                                + " does not know the candidate item "
                                + vocabulary.names().shown(item));
            }
            return index;
        }

        @Override
        public void close() {
            own.close();
        }
    }
}
