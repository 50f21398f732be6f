package duet.schemas.bundle;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.schemas.InvalidInputException;
import java.util.List;

/**
 * Holds the sizes of a model; every tensor's shape follows from them. In JSON all of them stand on
 * one level.
 *
 * @param items V, items of the vocabulary
 * @param window L, interactions the device model and the generator's recurrent encoder read
 * @param history H, interactions the job keeps for a device and the generator's long memory reads
 * @param device sizes of the static layers
 * @param dynamicLayers N, layers that are generated
 * @param generator sizes of the parameter generator
 * @param featureSizes of windows that hold feature vectors
 * @param deviceMemoryDecays decays of a long memory that the device model itself reads, a control
 *     for what a generated delta buys; empty for none
 */
public record Dimensions(
        int items,
        int window,
        int history,
        @JsonUnwrapped DeviceSizes device,
        int dynamicLayers,
        @JsonUnwrapped GeneratorSizes generator,
        @JsonUnwrapped FeatureSizes featureSizes,
        List<Double> deviceMemoryDecays) {
    private static final int MAX_ITEMS = 20_000_000;

    public Dimensions {
        SizeRanges.require("items", items, 1, MAX_ITEMS);
        SizeRanges.require("window", window, 1, 512);
        SizeRanges.require("history", history, 1, 4096);
        SizeRanges.require("dynamicLayers", dynamicLayers, 1, 16);
        SizeRanges.require("rank", generator.rank(), 0, device.width());
        SizeRanges.require("coldStart", generator.coldStart(), 0, history);
        deviceMemoryDecays = SizeRanges.decays("deviceMemoryDecays", deviceMemoryDecays);
        if (history < window) {
            throw new InvalidInputException(
                    "history "
                            + history
                            + " is shorter than the window of "
                            + window
                            + " that a device reads");
        }
    }

    /**
     * Makes the dimensions of a model of windows of item ids, without a long memory on the device.
     */
    public Dimensions(
            int items,
            int window,
            int history,
            DeviceSizes device,
            int dynamicLayers,
            GeneratorSizes generator) {
        this(
                items,
                window,
                history,
                device,
                dynamicLayers,
                generator,
                FeatureSizes.NONE,
                List.of());
    }

    /** Returns these dimensions with another generator memory. */
    public Dimensions withMemory(int encoderWidth, List<Double> decays) {
        return with(generator.withMemory(encoderWidth, decays), featureSizes, deviceMemoryDecays);
    }

    /** Returns these dimensions with residuals of another rank. */
    public Dimensions withRank(int rank) {
        return with(generator.withRank(rank), featureSizes, deviceMemoryDecays);
    }

    /**
     * Returns these dimensions with another number of interactions before anything is generated.
     */
    public Dimensions withColdStart(int coldStart) {
        return with(generator.withColdStart(coldStart), featureSizes, deviceMemoryDecays);
    }

    /**
     * Returns these dimensions for windows of feature vectors, which a device makes from inputs of
     * that many numbers.
     */
    public Dimensions withFeatures(int features, int inputs) {
        return with(generator, new FeatureSizes(features, inputs), deviceMemoryDecays);
    }

    /** Returns these dimensions with a long memory on the device. */
    public Dimensions withDeviceMemory(List<Double> decays) {
        return with(generator, featureSizes, decays);
    }

    private Dimensions with(
            GeneratorSizes ofGenerator, FeatureSizes ofFeatures, List<Double> onDevice) {
        return new Dimensions(
                items, window, history, device, dynamicLayers, ofGenerator, ofFeatures, onDevice);
    }

    /** Returns {@link DeviceSizes#width()}. */
    public int width() {
        return device.width();
    }

    /** Returns {@link DeviceSizes#blocks()}. */
    public int blocks() {
        return device.blocks();
    }

    /** Returns {@link DeviceSizes#heads()}. */
    public int heads() {
        return device.heads();
    }

    /** Returns {@link DeviceSizes#feedForward()}. */
    public int feedForward() {
        return device.feedForward();
    }

    /** Returns {@link GeneratorSizes#itemWidth()}. */
    public int generatorItemWidth() {
        return generator.itemWidth();
    }

    /** Returns {@link GeneratorSizes#encoderWidth()}. */
    public int encoderWidth() {
        return generator.encoderWidth();
    }

    /** Returns {@link GeneratorSizes#embeddingWidth()}. */
    public int embeddingWidth() {
        return generator.embeddingWidth();
    }

    /** Returns {@link GeneratorSizes#layerEmbeddingWidth()}. */
    public int layerEmbeddingWidth() {
        return generator.layerEmbeddingWidth();
    }

    /** Returns {@link GeneratorSizes#decoders()}. */
    public int decoders() {
        return generator.decoders();
    }

    /** Returns {@link GeneratorSizes#memoryDecays()}. */
    public List<Double> memoryDecays() {
        return generator.memoryDecays();
    }

    /** Returns {@link GeneratorSizes#rank()}. */
    public int rank() {
        return generator.rank();
    }

    /** Returns {@link GeneratorSizes#coldStart()}. */
    public int coldStart() {
        return generator.coldStart();
    }

    /** Returns {@link FeatureSizes#features()}. */
    public int features() {
        return featureSizes.features();
    }

    /** Returns {@link FeatureSizes#inputs()}. */
    public int inputs() {
        return featureSizes.inputs();
    }

    /**
     * Returns how many rows of d numbers the generator makes for a dynamic layer: 2 r + 1 factors,
     * or the whole matrix.
     */
    public int generatedRows() {
        return rank() == 0 ? layerRows() : 2 * rank() + 1;
    }

    /** Returns how many numbers the generator makes for a dynamic layer. */
    public int generatedSize() {
        return generatedRows() * width();
    }

    /** Returns how many rows a dynamic layer has: d rows of weights and the bias. */
    public int layerRows() {
        return width() + 1;
    }

    /** Returns how many numbers one dynamic layer has, {@code (d + 1) d}. */
    public int layerSize() {
        return layerRows() * width();
    }

    /**
     * Returns the name of dynamic layer {@code n}, counted from 1, as in tensors, ONNX files and
     * deltas.
     */
    public static String layerName(int n) {
        return "dynamic." + n;
    }
}
