package duet.schemas.bundle;

import duet.schemas.InvalidInputException;
import java.util.List;
import java.util.Locale;

/**
 * Sizes of a model; every tensor's shape follows from them.
 *
 * @param items V, items of the vocabulary
 * @param window L, interactions the device model and the generator's recurrent encoder read
 * @param history H, interactions the job keeps for a device and the generator's long memory reads
 * @param width d, width of the device model
 * @param blocks attention blocks of the backbone
 * @param heads attention heads of a block
 * @param feedForward f, inner width of a block's feed-forward layer, or of DIN's attention
 * @param dynamicLayers N, layers that are generated
 * @param generatorItemWidth d_c, width of the generator's item embeddings
 * @param encoderWidth h, hidden width of the generator's recurrent encoder; 0 for a generator without one
 * @param embeddingWidth d_z, width of the distribution embedding
 * @param layerEmbeddingWidth d_e, width of a dynamic layer's embedding
 * @param decoders M, decoders of each dynamic layer
 * @param memoryDecays K decays per interaction, each between 0 and 1, of the generator's long memory: the time scales at
 *     which it averages what the history holds; empty for a generator without long memory
 * @param rank r, rank of a generated residual, which then consists of 2 r + 1 vectors; 0 for a full matrix
 * @param coldStart n_0, interactions up to which a device keeps the global model: what is generated from n of them counts
 *     {@code max(0, 1 - n_0 / n)}
 * @param features d_f, width of the feature vectors that windows hold; 0 where they hold item ids
 * @param inputs numbers of one raw input of a device whose windows hold features; 0 where they hold item ids
 * @param deviceMemoryDecays decays of a long memory that the device model itself reads, a control for what a generated
 *     delta buys; empty for none
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
        int decoders,
        List<Double> memoryDecays,
        int rank,
        int coldStart,
        int features,
        int inputs,
        List<Double> deviceMemoryDecays) {
    private static final int MAX_ITEMS = 20_000_000;
    private static final int MAX_WIDTH = 4096;
    private static final int MAX_TIME_SCALES = 16;

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
        requireFrom(0, "encoderWidth", encoderWidth, MAX_WIDTH);
        require("embeddingWidth", embeddingWidth, MAX_WIDTH);
        require("layerEmbeddingWidth", layerEmbeddingWidth, MAX_WIDTH);
        require("decoders", decoders, 64);
        requireFrom(0, "rank", rank, width);
        requireFrom(0, "coldStart", coldStart, history);
        requireFrom(0, "features", features, MAX_WIDTH);
        requireFrom(0, "inputs", inputs, 1 << 20);
        if (features == 0 != (inputs == 0)) {
            throw new InvalidInputException(
                    "features is "
                            + features
                            + " and inputs is "
                            + inputs
                            + ", both or neither must be 0");
        }
        memoryDecays = decays("memoryDecays", memoryDecays);
        deviceMemoryDecays = decays("deviceMemoryDecays", deviceMemoryDecays);
        if (encoderWidth == 0 && memoryDecays.isEmpty()) {
            throw new InvalidInputException(
                    "encoderWidth is 0 and memoryDecays is empty, the generator would read nothing");
        }
        if (width % heads != 0) {
            throw new InvalidInputException(
                    "width " + width + " is not a multiple of " + heads + " heads");
        }
        if (history < window) {
            throw new InvalidInputException(
                    "history " + history + " is shorter than the window " + window);
        }
    }

    /** The paper's setting: a recurrent encoder alone, full residuals, windows of item ids. */
    public Dimensions(
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
        this(
                items,
                window,
                history,
                width,
                blocks,
                heads,
                feedForward,
                dynamicLayers,
                generatorItemWidth,
                encoderWidth,
                embeddingWidth,
                layerEmbeddingWidth,
                decoders,
                List.of(),
                0,
                0,
                0,
                0,
                List.of());
    }

    /** These dimensions with another generator memory. */
    public Dimensions withMemory(int ofEncoder, List<Double> decays) {
        return with(ofEncoder, decays, rank, coldStart, features, inputs, deviceMemoryDecays);
    }

    /** These dimensions with residuals of another rank. */
    public Dimensions withRank(int value) {
        return with(
                encoderWidth, memoryDecays, value, coldStart, features, inputs, deviceMemoryDecays);
    }

    /** These dimensions with another number of interactions before anything is generated. */
    public Dimensions withColdStart(int value) {
        return with(encoderWidth, memoryDecays, rank, value, features, inputs, deviceMemoryDecays);
    }

    /** These dimensions for windows of feature vectors, which a device makes from inputs of that many numbers. */
    public Dimensions withFeatures(int value, int ofInput) {
        return with(
                encoderWidth, memoryDecays, rank, coldStart, value, ofInput, deviceMemoryDecays);
    }

    /** These dimensions with a long memory on the device. */
    public Dimensions withDeviceMemory(List<Double> decays) {
        return with(encoderWidth, memoryDecays, rank, coldStart, features, inputs, decays);
    }

    private Dimensions with(
            int ofEncoder,
            List<Double> decays,
            int ofResiduals,
            int cold,
            int ofFeatures,
            int ofInputs,
            List<Double> onDevice) {
        return new Dimensions(
                items,
                window,
                history,
                width,
                blocks,
                heads,
                feedForward,
                dynamicLayers,
                generatorItemWidth,
                ofEncoder,
                embeddingWidth,
                layerEmbeddingWidth,
                decoders,
                decays,
                ofResiduals,
                cold,
                ofFeatures,
                ofInputs,
                onDevice);
    }

    /** Rows of d numbers the generator makes for a dynamic layer: 2 r + 1 factors, or the whole matrix. */
    public int generatedRows() {
        return rank == 0 ? layerRows() : 2 * rank + 1;
    }

    /** Numbers the generator makes for a dynamic layer. */
    public int generatedSize() {
        return generatedRows() * width;
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
        requireFrom(1, name, value, limit);
    }

    private static void requireFrom(int least, String name, int value, int limit) {
        if (value < least || value > limit) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %d, it must be %d to %d",
                            name,
                            value,
                            least,
                            limit));
        }
    }

    /** A manifest of format 1 has no decays. */
    private static List<Double> decays(String name, List<Double> decays) {
        if (decays == null) {
            return List.of();
        }
        if (decays.size() > MAX_TIME_SCALES) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has %d values, it must have 0 to %d",
                            name,
                            decays.size(),
                            MAX_TIME_SCALES));
        }
        for (Double decay : decays) {
            if (decay == null || !(decay > 0 && decay <= 1)) {
                throw new InvalidInputException(
                        name + " holds " + decay + ", a decay must be above 0 and at most 1");
            }
        }
        return List.copyOf(decays);
    }
}
