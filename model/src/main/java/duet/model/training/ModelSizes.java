package duet.model.training;

import duet.schemas.bundle.Dimensions;

/**
 * Sizes of a model before the number of items is known; see {@link Dimensions} for what each is.
 *
 * @param window L
 * @param history H
 * @param width d
 * @param blocks attention blocks
 * @param heads attention heads
 * @param feedForward f
 * @param generatorItemWidth d_c
 * @param encoderWidth h
 * @param embeddingWidth d_z
 * @param layerEmbeddingWidth d_e
 * @param decoders M
 */
public record ModelSizes(
        int window,
        int history,
        int width,
        int blocks,
        int heads,
        int feedForward,
        int generatorItemWidth,
        int encoderWidth,
        int embeddingWidth,
        int layerEmbeddingWidth,
        int decoders) {
    /** Dynamic layers of the classifier. */
    public static final int DYNAMIC_LAYERS = 2;

    /** Width 32, window 30, one attention block, two decoders: the sizes all published figures are for. */
    public static ModelSizes defaults() {
        return new ModelSizes(30, 30, 32, 1, 1, 32, 32, 32, 32, 32, 2);
    }

    /** A model small enough for tests and demonstrations: width 16, everything else in proportion. */
    public static ModelSizes small() {
        return new ModelSizes(30, 30, 16, 1, 1, 16, 16, 16, 16, 16, 2);
    }

    public ModelSizes withDecoders(int count) {
        return new ModelSizes(
                window,
                history,
                width,
                blocks,
                heads,
                feedForward,
                generatorItemWidth,
                encoderWidth,
                embeddingWidth,
                layerEmbeddingWidth,
                count);
    }

    /** The dimensions of a model with that many items. */
    public Dimensions dimensions(int items) {
        return new Dimensions(
                items,
                window,
                history,
                width,
                blocks,
                heads,
                feedForward,
                DYNAMIC_LAYERS,
                generatorItemWidth,
                encoderWidth,
                embeddingWidth,
                layerEmbeddingWidth,
                decoders);
    }
}
