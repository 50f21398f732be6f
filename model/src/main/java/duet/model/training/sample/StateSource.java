package duet.model.training.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import duet.model.network.Dropout;
import duet.model.network.UniversalMetaNetwork;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gives user states of samples by a frozen network: looked up where a state depends on the window
 * alone and all of them fit a bound, computed each time otherwise. Both give the same up to the
 * order of sums.
 */
public final class StateSource {
    /** States are kept up to so many bytes of the engine's memory. */
    public static final long MOST_BYTES = 256L << 20;

    private static final int STATES_AT_ONCE = 2048;

    private final TrainingSet set;
    private final ModelInputs inputs;
    private final UniversalMetaNetwork network;
    private final @Nullable NDArray table; // [samples, d]

    /**
     * Prepares states by this network, which must not change from here on.
     *
     * @param owner owner of what is computed ahead
     * @param listener told how many samples' states are computed, where they are kept
     */
    public StateSource(
            NDManager owner,
            TrainingSet set,
            ModelInputs inputs,
            UniversalMetaNetwork network,
            Preparation.Listener listener) {
        this(owner, set, inputs, network, listener, MOST_BYTES);
    }

    /**
     * Prepares states within another bound.
     *
     * @param mostBytes states are kept where they take no more
     */
    StateSource(
            NDManager owner,
            TrainingSet set,
            ModelInputs inputs,
            UniversalMetaNetwork network,
            Preparation.Listener listener,
            long mostBytes) {
        this.set = set;
        this.inputs = inputs;
        this.network = network;
        boolean kept =
                !network.dependsOnCandidate()
                        && bytes(set.samples(), inputs.dimensions().width()) <= mostBytes;
        this.table = kept ? table(owner, listener) : null;
    }

    /** Returns how many bytes the states of so many samples take. */
    public static long bytes(long samples, int width) {
        return samples * width * Float.BYTES;
    }

    private StateSource(StateSource of, UniversalMetaNetwork network) {
        this.set = of.set;
        this.inputs = of.inputs;
        this.network = network;
        this.table = of.table;
    }

    /**
     * Returns a source of the same states for another thread.
     *
     * @param replica the same network over a replica of its parameters
     */
    public StateSource of(UniversalMetaNetwork replica) {
        return new StateSource(this, replica);
    }

    /**
     * Returns the states of samples.
     *
     * @param candidates [samples, c]
     * @return [samples, d] or [samples, c, d]
     */
    public NDArray of(NDManager step, int[] samples, NDArray candidates) {
        if (table == null) {
            return inputs.states(step, network, set.before(samples), candidates, Dropout.NONE);
        }
        NDArray rows = step.create(samples, new Shape(samples.length));
        return rows.getNDArrayInternal()
                .embedding(rows, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }

    private NDArray table(NDManager owner, Preparation.Listener listener) {
        NDArray states = owner.zeros(new Shape(set.samples(), inputs.dimensions().width()));
        for (int from = 0; from < set.samples(); from += STATES_AT_ONCE) {
            int to = Math.min(set.samples(), from + STATES_AT_ONCE);
            TrainingSet.Places places = set.before(IntStream.range(from, to).toArray());
            try (NDManager step = owner.newSubManager()) {
                network.parameters().lendTo(step);
                states.tempAttach(step);
                states.set(
                        new NDIndex("{}:{}", from, to),
                        inputs.states(step, network, places, null, Dropout.NONE));
            }
            listener.done(Preparation.STATES, to, set.samples());
        }
        return states;
    }
}
