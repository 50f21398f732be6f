package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import duet.schemas.bundle.Dimensions;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Computes the universal meta network: a backbone, the device's long memory where there is one, the
 * global classifier on top, and the item table that both ends share. Windows are [batch, L] item
 * indices, left-padded with 0; a position counts from the most recent item. Lend the parameters to
 * the manager of the windows before a call ({@link ParameterSet#lendTo}): every result then belongs
 * to that manager.
 */
public final class UniversalMetaNetwork {
    /** Names the item table, [items + 1, d]. */
    public static final String ITEMS = "item.embedding";

    private static final String ITEM_BIAS = "item.bias";

    private final Backbone backbone;
    private final Dimensions dimensions;
    private final ParameterSet parameters;
    private final StaticLayers layers;
    private final @Nullable DeviceMemory memory;

    /**
     * Makes a network over existing parameters.
     *
     * @param parameters the tensors of {@code device.safetensors}
     * @throws duet.schemas.InvalidInputException if the backbone and the dimensions do not fit
     */
    public UniversalMetaNetwork(Backbone backbone, Dimensions dimensions, ParameterSet parameters) {
        backbone.requireFits(dimensions);
        this.backbone = backbone;
        this.dimensions = dimensions;
        this.parameters = parameters;
        this.layers =
                switch (backbone) {
                    case SASREC -> new SasRec(dimensions, parameters);
                    case GRU4REC -> new Gru4Rec(dimensions, parameters);
                    case DIN -> new Din(dimensions, parameters);
                    case PERCEPTRON -> new Perceptron(parameters);
                };
        this.memory = readsHistory() ? new DeviceMemory(dimensions, parameters) : null;
    }

    /** Adds freshly drawn parameters of a network of these sizes to an empty set. */
    public static UniversalMetaNetwork initialise(
            Backbone backbone,
            Dimensions dimensions,
            ParameterSet parameters,
            SplittableRandom random) {
        int d = dimensions.width();
        NDArray items = parameters.normal(ITEMS, random, 0.02, dimensions.items() + 1, d);
        zeroFirstRow(items);
        parameters.zeros(ITEM_BIAS, dimensions.items() + 1);
        switch (backbone) {
            case SASREC -> SasRec.initialise(dimensions, parameters, random);
            case GRU4REC -> Gru4Rec.initialise(dimensions, parameters, random);
            case DIN -> Din.initialise(dimensions, parameters, random);
            case PERCEPTRON -> Perceptron.initialise(dimensions, parameters, random);
        }
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            NDArray layer = parameters.glorot(Dimensions.layerName(n), random, d + 1, d);
            layer.set(new NDIndex(d), 0f);
        }
        if (!dimensions.deviceMemoryDecays().isEmpty()) {
            DeviceMemory.initialise(dimensions, parameters, random);
        }
        return new UniversalMetaNetwork(backbone, dimensions, parameters);
    }

    /**
     * Returns whether training changes a parameter: all but the key biases, which nothing depends
     * on.
     */
    public static boolean isTrainable(String name) {
        return !name.endsWith(".key.bias");
    }

    public Backbone backbone() {
        return backbone;
    }

    public ParameterSet parameters() {
        return parameters;
    }

    /**
     * Returns whether a user state belongs to one candidate, so that {@link #state} needs the
     * candidates.
     */
    public boolean dependsOnCandidate() {
        return backbone.dependsOnCandidate();
    }

    /** Returns whether the device reads a long memory, so that {@link #state} needs the history. */
    public boolean readsHistory() {
        return !dimensions.deviceMemoryDecays().isEmpty();
    }

    /**
     * Returns the user state of each window.
     *
     * @param window [batch, L] int64; raw inputs [batch, inputs] for a backbone that reads those
     * @param history [batch, length] int64, left-padded with 0, the newest H interactions or fewer;
     *     read only if {@link #readsHistory()}, else null is allowed
     * @param candidates [batch, c] int64; read only if {@link #dependsOnCandidate()}, else null is
     *     allowed
     * @return [batch, d], or [batch, c, d] if the state depends on the candidate
     */
    public NDArray state(
            NDArray window,
            @Nullable NDArray history,
            @Nullable NDArray candidates,
            Dropout dropout) {
        NDArray state = layers.state(window, candidates, dropout);
        if (memory == null) {
            return state;
        }
        NDArray remembered = memory.of(history);
        return state.add(dependsOnCandidate() ? remembered.expandDims(1) : remembered);
    }

    /**
     * Applies the classifier with the global dynamic layers.
     *
     * @param states [..., d]
     * @return [..., d], to be multiplied with target items
     */
    public NDArray globalHead(NDArray states) {
        return head(states, n -> parameters.get(Dimensions.layerName(n)));
    }

    /**
     * Applies the classifier of each device: the global dynamic layers plus the device's deltas.
     *
     * @param states [batch, k, d]: k states that use the same weights
     * @param deltas per dynamic layer [batch, d+1, d]
     * @return [batch, k, d]
     */
    public NDArray personalizedHead(NDArray states, NDList deltas) {
        return head(
                states,
                n -> parameters.get(Dimensions.layerName(n)).expandDims(0).add(deltas.get(n - 1)));
    }

    private NDArray head(NDArray x, IntFunction<NDArray> layers) {
        long[] biasRow = {dimensions.width()};
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            NDArray layer = layers.apply(n);
            NDList parts = layer.split(biasRow, layer.getShape().dimension() - 2);
            x = x.matMul(parts.get(0)).add(parts.get(1));
            if (n < dimensions.dynamicLayers()) {
                x = x.tanh();
            }
        }
        return x;
    }

    /**
     * Scores candidate items; padding (index 0) scores 0.
     *
     * @param x output of a head: [..., d] for all candidates, or [..., c, d], one for each
     * @param candidates [..., c] int64
     * @return [..., c]
     */
    public NDArray score(NDArray x, NDArray candidates) {
        NDArray mask = Layers.mask(candidates);
        NDArray targets = Layers.embed(candidates, parameters.get(ITEMS)); // [..., c, d]
        NDArray bias =
                Layers.embed(candidates, parameters.get(ITEM_BIAS).expandDims(-1)).squeeze(-1);
        boolean perCandidate = x.getShape().dimension() > candidates.getShape().dimension();
        NDArray products =
                perCandidate
                        ? targets.mul(x).sum(new int[] {-1})
                        : targets.matMul(x.expandDims(-1)).squeeze(-1);
        return products.add(bias).mul(mask);
    }

    /** Clears the first row, as padding has no embedding. */
    static void zeroFirstRow(NDArray table) {
        table.set(new NDIndex(0), 0f);
    }
}
