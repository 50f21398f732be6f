package duet.device;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.delta.CorruptDeltaException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A device model is what all devices of a model version share: static layers, item table and global
 * classifier. It is immutable and thread-safe; a whole fleet in one process holds it once.
 */
public final class DeviceModel {
    private static final String PERCEPTRON = "perceptron";

    private final String version;
    private final String backbone;
    private final Dimensions dimensions;
    private final Vocabulary vocabulary;
    private final @Nullable StaticLayers staticLayers; // null where the device reads raw inputs
    private final @Nullable Perceptron perceptron; // null where the device reads histories
    private final @Nullable LongMemory memory; // null where there is none
    private final ItemTable items;
    private final float[] itemBias;
    private final DynamicLayers globalLayers;
    private final long weightBytes;
    private final Holding untouched = Holding.of(this);

    /**
     * Holds the layers of the device that a thread ranked for last, so that whoever ranks again
     * need not decode again.
     */
    private final ThreadLocal<@Nullable Decoded> lastRanked = new ThreadLocal<>();

    /** Holds the array on which a thread checks deltas. */
    private final ThreadLocal<float[]> scratch;

    /** Holds a delta and the layers that it leads to. */
    private record Decoded(EncodedLayers delta, DynamicLayers layers) {}

    private DeviceModel(ModelBundle bundle, TensorReader tensors) {
        this.version = bundle.modelVersion();
        this.backbone = bundle.manifest().backbone();
        this.dimensions = bundle.dimensions();
        this.vocabulary = bundle.vocabulary();
        requireReadable();
        int width = dimensions.width();
        this.items = ItemTable.of(dimensions, tensors);
        this.itemBias = tensors.take("item.bias", dimensions.items() + 1);
        SequenceEmbedding sequence = new SequenceEmbedding(dimensions, items);
        this.staticLayers =
                switch (backbone) {
                    case "sasrec" -> new SasRec(dimensions, sequence, tensors);
                    case "gru4rec" -> new Gru4Rec(dimensions, sequence, tensors);
                    case "din" -> new Din(dimensions, sequence, tensors);
                    case PERCEPTRON -> null;
                    default ->
                            throw new InvalidInputException(
                                    "bundle "
                                            + bundle.directory()
                                            + " has the backbone '"
                                            + backbone
                                            + "', devices run sasrec, gru4rec, din and perceptron");
                };
        this.perceptron = staticLayers == null ? new Perceptron(dimensions, tensors) : null;
        float[][] layers = new float[dimensions.dynamicLayers()][];
        for (int n = 1; n <= layers.length; n++) {
            layers[n - 1] = tensors.take(Dimensions.layerName(n), dimensions.layerRows(), width);
        }
        this.globalLayers = new DynamicLayers(layers, width);
        this.scratch = ThreadLocal.withInitial(() -> new float[dimensions.layerRows() * width]);
        this.memory =
                dimensions.deviceMemoryDecays().isEmpty()
                        ? null
                        : new LongMemory(dimensions, items, tensors);
        this.weightBytes = tensors.bytes();
        tensors.requireNothingLeft();
    }

    /** Checks that what a backbone reads is what the dimensions say. */
    private void requireReadable() {
        int features = dimensions.features();
        if (backbone.equals(PERCEPTRON)) {
            if (features != dimensions.width() || !dimensions.deviceMemoryDecays().isEmpty()) {
                throw new InvalidInputException(
                        "the backbone perceptron needs features as wide as the model, "
                                + dimensions.width()
                                + ", and no long memory on the device; features are "
                                + features);
            }
        } else if (features != 0) {
            throw new InvalidInputException(
                    "the backbone "
                            + backbone
                            + " reads histories of items, the bundle's dimensions have "
                            + features
                            + " features");
        }
    }

    /**
     * Loads what a device needs out of a bundle, {@link ModelBundle#DEVICE_WEIGHTS} and the
     * vocabulary, nothing else.
     *
     * @throws InvalidInputException if the backbone is unknown, or a tensor is missing, not needed,
     *     of another shape than the manifest's dimensions say, or not finite; the message names it
     */
    public static DeviceModel load(ModelBundle bundle) {
        return new DeviceModel(
                bundle, new TensorReader(bundle.storedTensors(ModelBundle.DEVICE_WEIGHTS)));
    }

    /** Returns the model version; only deltas of this version apply. */
    public String version() {
        return version;
    }

    public Dimensions dimensions() {
        return dimensions;
    }

    /** Returns the items that can be ranked. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * Returns the number by which an item travels and is ranked, which is what windows, histories
     * and candidates hold: the id itself where the model's items have numbers for ids, else its
     * hash. It does not matter whether the model knows the item; one that it does not know yet
     * belongs in windows all the same.
     *
     * @param id as the team's log has it, well-formed Unicode
     */
    public long itemOf(String id) {
        return vocabulary.names().rule().of(id);
    }

    /** Returns {@link #itemOf} of each id. */
    public long[] itemsOf(List<String> ids) {
        return ids.stream().mapToLong(this::itemOf).toArray();
    }

    /**
     * Returns the id of an item as the team's log has it, whatever characters it holds; {@code #}
     * and the hash in hexadecimal where the model does not know the item.
     */
    public String nameOf(long item) {
        return vocabulary.names().of(item);
    }

    /**
     * Returns how many bytes the model's weights take as they are held: float32, and the item table
     * as the bundle stores it; a device's own layers come on top.
     */
    public long weightBytes() {
        return weightBytes;
    }

    /** Returns whether devices of this model read raw inputs instead of histories. */
    public boolean readsInputs() {
        return perceptron != null;
    }

    DynamicLayers globalLayers() {
        return globalLayers;
    }

    /** Returns what every device of this model holds that has taken no delta yet. */
    Holding untouched() {
        return untouched;
    }

    /**
     * Decodes a delta once, so that who holds it knows it to be whole.
     *
     * @throws CorruptDeltaException if it does not hold together or fit the layers, or leads to
     *     weights that are not finite
     */
    void check(EncodedLayers delta) throws CorruptDeltaException {
        globalLayers.check(delta.layers(dimensions), scratch.get());
    }

    /**
     * Returns the layers that a delta leads to.
     *
     * @param delta one that was checked before; null for the global layers
     */
    DynamicLayers layers(@Nullable EncodedLayers delta) {
        if (delta == null) {
            return globalLayers;
        }
        Decoded last = lastRanked.get();
        if (last == null || last.delta != delta) {
            try {
                last = new Decoded(delta, globalLayers.plus(delta.layers(dimensions)));
            } catch (CorruptDeltaException e) {
                throw new IllegalStateException(
                        "a delta does not decode as when it was checked", e);
            }
            lastRanked.set(last);
        }
        return last.layers;
    }

    /**
     * Returns the user states of a history of raw item ids, oldest first; unknown items are left
     * out.
     */
    UserStates states(long[] history) {
        if (staticLayers == null) {
            throw new IllegalStateException("model " + version + " reads raw inputs, no histories");
        }
        UserStates states = staticLayers.states(vocabulary.window(history, dimensions.window()));
        return memory == null
                ? states
                : states.plus(memory.of(vocabulary.window(history, dimensions.history())));
    }

    /**
     * Returns the features of a raw input, which are its user state [d].
     *
     * @throws InvalidInputException on an input of another length, or a number that is not finite
     */
    float[] features(float[] input) {
        if (perceptron == null) {
            throw new IllegalStateException("model " + version + " reads histories, no raw inputs");
        }
        if (input.length != dimensions.inputs()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the input has %d numbers, model %s reads %d",
                            input.length,
                            version,
                            dimensions.inputs()));
        }
        for (int i = 0; i < input.length; i++) {
            if (!Float.isFinite(input[i])) {
                throw new InvalidInputException("the input has the value " + input[i] + " at " + i);
            }
        }
        return perceptron.features(input);
    }

    /**
     * Returns {@code <x, item embedding> + item bias} of each item, with x from each of these sets
     * of dynamic layers. A user state is computed once for all of them, and once for all items
     * where it does not depend on the item.
     *
     * @param candidates indices
     * @return per set of layers a score per candidate
     */
    float[][] scores(UserStates states, int[] candidates, DynamicLayers... heads) {
        float[][] scores = new float[heads.length][candidates.length];
        if (candidates.length > 0 && states.same()) {
            float[] state = states.of(candidates[0]);
            for (int h = 0; h < heads.length; h++) {
                items.dots(heads[h].forward(state), candidates, scores[h]);
            }
        } else {
            for (int i = 0; i < candidates.length; i++) {
                float[] state = states.of(candidates[i]);
                for (int h = 0; h < heads.length; h++) {
                    scores[h][i] = items.dot(heads[h].forward(state), candidates[i]);
                }
            }
        }
        for (float[] ofHead : scores) {
            for (int i = 0; i < candidates.length; i++) {
                ofHead[i] += itemBias[candidates[i]];
            }
        }
        return scores;
    }

    /**
     * Returns the indices of raw item ids.
     *
     * @throws InvalidInputException naming the first id that the vocabulary lacks
     */
    int[] indicesOf(long[] candidates) {
        int[] indices = new int[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            indices[i] = vocabulary.indexOf(candidates[i]);
            if (indices[i] == 0) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "candidate %d is the item id %s, which model %s does not know",
                                i + 1,
                                vocabulary.names().shown(candidates[i]),
                                version));
            }
        }
        return indices;
    }
}
