package duet.model.training.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import duet.model.network.Dropout;
import duet.model.network.UniversalMetaNetwork;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gives user states of samples by a frozen network: looked up where a state depends on the window
 * alone, computed each time where it depends on the candidate too.
 */
public final class StateSource {
    private static final int STATES_AT_ONCE = 2048;

    private final TrainingSet set;
    private final ModelInputs inputs;
    private final UniversalMetaNetwork network;
    private final @Nullable NDArray table; // [samples, d]

    /**
     * Prepares states by this network, which must not change from here on.
     *
     * @param owner owner of what is computed ahead
     */
    public StateSource(
            NDManager owner, TrainingSet set, ModelInputs inputs, UniversalMetaNetwork network) {
        this.set = set;
        this.inputs = inputs;
        this.network = network;
        this.table = network.dependsOnCandidate() ? null : table(owner);
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

    private NDArray table(NDManager owner) {
        float[] states = null;
        int width = 0;
        for (int from = 0; from < set.samples(); from += STATES_AT_ONCE) {
            int to = Math.min(set.samples(), from + STATES_AT_ONCE);
            TrainingSet.Places places = set.before(IntStream.range(from, to).toArray());
            try (NDManager step = owner.newSubManager()) {
                network.parameters().lendTo(step);
                float[] part =
                        inputs.states(step, network, places, null, Dropout.NONE).toFloatArray();
                if (states == null) {
                    width = part.length / places.size();
                    states = new float[Math.multiplyExact(set.samples(), width)];
                }
                System.arraycopy(part, 0, states, from * width, part.length);
            }
        }
        return owner.create(states, new Shape(set.samples(), width));
    }
}
