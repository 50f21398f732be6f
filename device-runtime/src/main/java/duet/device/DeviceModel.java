package duet.device;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import java.util.HashMap;
import java.util.Map;

/**
 * What all devices of a model version share: static layers, item table and global classifier. Immutable and
 * thread-safe; a whole fleet in one process holds it once.
 */
public final class DeviceModel {
    /** The backbone that this runtime computes. */
    private static final String BACKBONE = "sasrec";

    private final String version;
    private final Dimensions dimensions;
    private final Vocabulary vocabulary;
    private final Sasrec backbone;
    private final float[] itemEmbedding;
    private final float[] itemBias;
    private final DynamicLayers globalLayers;

    private DeviceModel(ModelBundle bundle, TensorReader tensors) {
        this.version = bundle.modelVersion();
        this.dimensions = bundle.dimensions();
        this.vocabulary = bundle.vocabulary();
        int width = dimensions.width();
        this.itemEmbedding = tensors.take("item.embedding", dimensions.items() + 1, width);
        this.itemBias = tensors.take("item.bias", dimensions.items() + 1);
        float[] positions = tensors.take("position.embedding", dimensions.window(), width);
        Sasrec.Block[] blocks = new Sasrec.Block[dimensions.blocks()];
        for (int b = 1; b <= blocks.length; b++) {
            blocks[b - 1] = block("block." + b + ".", tensors, width, dimensions.feedForward());
        }
        this.backbone =
                new Sasrec(
                        dimensions,
                        itemEmbedding,
                        positions,
                        blocks,
                        tensors.take("norm.gamma", width),
                        tensors.take("norm.beta", width));
        float[][] layers = new float[dimensions.dynamicLayers()][];
        for (int n = 1; n <= layers.length; n++) {
            layers[n - 1] = tensors.take(Dimensions.layerName(n), dimensions.layerRows(), width);
        }
        this.globalLayers = new DynamicLayers(layers, width);
        tensors.requireNothingLeft();
    }

    /**
     * Loads what a device needs out of a bundle, {@link ModelBundle#DEVICE_WEIGHTS} and the vocabulary, nothing else.
     *
     * @throws InvalidInputException if the backbone is unknown, or a tensor is missing, not needed, of another shape than
     *     the manifest's dimensions say, or not finite; the message names it
     */
    public static DeviceModel load(ModelBundle bundle) {
        if (!bundle.manifest().backbone().equals(BACKBONE)) {
            throw new InvalidInputException(
                    "bundle %s has the backbone '%s', devices run %s"
                            .formatted(bundle.directory(), bundle.manifest().backbone(), BACKBONE));
        }
        return new DeviceModel(
                bundle,
                new TensorReader(new HashMap<>(bundle.tensors(ModelBundle.DEVICE_WEIGHTS))));
    }

    /** Model version; only deltas of this version apply. */
    public String version() {
        return version;
    }

    public Dimensions dimensions() {
        return dimensions;
    }

    /** The items that can be ranked. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    DynamicLayers globalLayers() {
        return globalLayers;
    }

    /** User state u [d] of a history of raw item ids, oldest first; unknown items are left out. */
    float[] userState(long[] history) {
        return backbone.userState(vocabulary.window(history, dimensions.window()));
    }

    /** {@code <x, item embedding> + item bias} of the item of that index. */
    float score(float[] x, int item) {
        int width = dimensions.width();
        return Kernels.dot(x, 0, itemEmbedding, item * width, width) + itemBias[item];
    }

    /**
     * Indices of raw item ids.
     *
     * @throws InvalidInputException naming the first id that the vocabulary lacks
     */
    int[] indicesOf(long[] candidates) {
        int[] indices = new int[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            indices[i] = vocabulary.indexOf(candidates[i]);
            if (indices[i] == 0) {
                throw new InvalidInputException(
                        "candidate %d is the item id %d, which model %s does not know"
                                .formatted(i + 1, candidates[i], version));
            }
        }
        return indices;
    }

    private static Sasrec.Block block(
            String prefix, TensorReader tensors, int width, int feedForward) {
        return new Sasrec.Block(
                tensors.take(prefix + "norm1.gamma", width),
                tensors.take(prefix + "norm1.beta", width),
                tensors.take(prefix + "query.weight", width, width),
                tensors.take(prefix + "query.bias", width),
                tensors.take(prefix + "key.weight", width, width),
                tensors.take(prefix + "key.bias", width),
                tensors.take(prefix + "value.weight", width, width),
                tensors.take(prefix + "value.bias", width),
                tensors.take(prefix + "output.weight", width, width),
                tensors.take(prefix + "output.bias", width),
                tensors.take(prefix + "norm2.gamma", width),
                tensors.take(prefix + "norm2.beta", width),
                tensors.take(prefix + "ffn1.weight", width, feedForward),
                tensors.take(prefix + "ffn1.bias", feedForward),
                tensors.take(prefix + "ffn2.weight", feedForward, width),
                tensors.take(prefix + "ffn2.bias", width));
    }

    /** Hands out each tensor once, checked. */
    private record TensorReader(Map<String, Tensor> tensors) {
        float[] take(String name, int... shape) {
            float[] values = ModelBundle.require(tensors, name, shape).values();
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new InvalidInputException(
                            "the bundle's %s holds the value %s".formatted(name, value));
                }
            }
            tensors.remove(name);
            return values;
        }

        void requireNothingLeft() {
            if (!tensors.isEmpty()) {
                throw new InvalidInputException(
                        "the bundle's %s holds %s, which its dimensions do not need"
                                .formatted(
                                        ModelBundle.DEVICE_WEIGHTS,
                                        tensors.keySet().stream().sorted().findFirst().get()));
            }
        }
    }
}
