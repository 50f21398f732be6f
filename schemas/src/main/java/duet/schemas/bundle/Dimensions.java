package duet.schemas.bundle;

import duet.schemas.InvalidInputException;

/**
 * Sizes of a model; every tensor's shape follows from them.
 *
 * @param items V, items of the vocabulary
 * @param window L, interactions the device model and the generator read
 * @param history H, raw item ids the job keeps for a device
 * @param width d, width of the device model
 * @param blocks attention blocks of the backbone
 * @param heads attention heads of a block
 * @param feedForward f, inner width of a block's feed-forward layer
 * @param dynamicLayers N, layers that are generated
 * @param generatorItemWidth d_c, width of the generator's item embeddings
 * @param encoderWidth h, hidden width of the head encoder
 * @param embeddingWidth d_z, width of the distribution embedding
 * @param layerEmbeddingWidth d_e, width of a dynamic layer's embedding
 * @param decoders M, decoders of each dynamic layer
 */
public record Dimensions(
        int items,
        int window,
        int history,
        int width,
        int blocks,
        int heads,
        int feedForward,
        int dynamicLayers,
        int generatorItemWidth,
        int encoderWidth,
        int embeddingWidth,
        int layerEmbeddingWidth,
        int decoders) {
    private static final int MAX_ITEMS = 20_000_000;
    private static final int MAX_WIDTH = 4096;

    public Dimensions {
        require("items", items, MAX_ITEMS);
        require("window", window, 512);
        require("history", history, 4096);
        require("width", width, MAX_WIDTH - 1);
        require("blocks", blocks, 16);
        require("heads", heads, width);
        require("feedForward", feedForward, MAX_WIDTH);
        require("dynamicLayers", dynamicLayers, 16);
        require("generatorItemWidth", generatorItemWidth, MAX_WIDTH);
        require("encoderWidth", encoderWidth, MAX_WIDTH);
        require("embeddingWidth", embeddingWidth, MAX_WIDTH);
        require("layerEmbeddingWidth", layerEmbeddingWidth, MAX_WIDTH);
        require("decoders", decoders, 64);
        if (width % heads != 0) {
            throw new InvalidInputException(
                    "width %d is not a multiple of %d heads".formatted(width, heads));
        }
        if (history < window) {
            throw new InvalidInputException(
                    "history %d is shorter than the window %d".formatted(history, window));
        }
    }

    /** Rows of a dynamic layer: d weights rows and the bias. */
    public int layerRows() {
        return width + 1;
    }

    /** Numbers in one dynamic layer, {@code (d + 1) d}. */
    public int layerSize() {
        return layerRows() * width;
    }

    /** Name of dynamic layer {@code n}, counted from 1, as in tensors, ONNX files and deltas. */
    public static String layerName(int n) {
        return "dynamic." + n;
    }

    private static void require(String name, int value, int limit) {
        if (value < 1 || value > limit) {
            throw new InvalidInputException(
                    "%s is %d, it must be 1 to %d".formatted(name, value, limit));
        }
    }
}
