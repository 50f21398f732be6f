package duet.model.training;

import duet.model.network.Backbone;
import duet.schemas.bundle.Dimensions;
import java.util.List;

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
 * @param encoderWidth h, 0 for no recurrent encoder
 * @param embeddingWidth d_z
 * @param layerEmbeddingWidth d_e
 * @param decoders M
 * @param memoryDecays decays of the generator's long memory, empty for none
 * @param rank r, 0 for full matrices
 * @param coldStart n_0, interactions up to which a device keeps the global model
 * @param deviceMemoryDecays decays of a long memory on the device, empty for none
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
        int decoders,
        List<Double> memoryDecays,
        int rank,
        int coldStart,
        List<Double> deviceMemoryDecays) {
    /** Dynamic layers of the classifier. */
    public static final int DYNAMIC_LAYERS = 2;

    /** Hidden width of a recurrent encoder, where a generator has one. */
    public static final int ENCODER_WIDTH = 32;

    /** Time scales of the long memory: from the last few interactions to all of a long history. */
    public static final List<Double> MEMORY_DECAYS = List.of(0.8, 0.93, 0.98, 0.995);

    public ModelSizes {
        memoryDecays = List.copyOf(memoryDecays);
        deviceMemoryDecays = List.copyOf(deviceMemoryDecays);
    }

    /** A device of width 32 and a window of 30; a generator that reads 200 interactions without recurrence. */
    public static ModelSizes defaults() {
        return new ModelSizes(
                30, 200, 32, 1, 1, 32, 64, 0, 64, 32, 2, MEMORY_DECAYS, 4, 5, List.of());
    }

    /** The defaults for a backbone. */
    public static ModelSizes defaults(Backbone backbone) {
        return defaults(backbone, defaults().width);
    }

    /**
     * The defaults for a backbone on a device of another width: what is hidden in its blocks is as wide, and in DIN's attention
     * half as wide, which measures the same and costs half.
     */
    public static ModelSizes defaults(Backbone backbone, int width) {
        return defaults().toBuilder()
                .width(width)
                .feedForward(backbone == Backbone.DIN ? width / 2 : width)
                .build();
    }

    /** The paper's setting: the generator reads the device's window, with a recurrent encoder, and makes full matrices. */
    public static ModelSizes paper() {
        return new ModelSizes(
                30, 30, 32, 1, 1, 32, 32, ENCODER_WIDTH, 32, 32, 2, List.of(), 0, 0, List.of());
    }

    /** A model small enough for tests and demonstrations: half the widths of {@link #defaults()}. */
    public static ModelSizes small() {
        return new ModelSizes(
                30, 200, 16, 1, 1, 16, 32, 0, 32, 16, 2, MEMORY_DECAYS, 4, 5, List.of());
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
                decoders,
                memoryDecays,
                rank,
                coldStart,
                0,
                0,
                deviceMemoryDecays);
    }

    /** A builder that starts from these sizes. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Sizes in the making. */
    public static final class Builder {
        private int window;
        private int history;
        private int width;
        private int blocks;
        private int heads;
        private int feedForward;
        private int generatorItemWidth;
        private int encoderWidth;
        private int embeddingWidth;
        private int layerEmbeddingWidth;
        private int decoders;
        private List<Double> memoryDecays;
        private int rank;
        private int coldStart;
        private List<Double> deviceMemoryDecays;

        private Builder(ModelSizes sizes) {
            window = sizes.window;
            history = sizes.history;
            width = sizes.width;
            blocks = sizes.blocks;
            heads = sizes.heads;
            feedForward = sizes.feedForward;
            generatorItemWidth = sizes.generatorItemWidth;
            encoderWidth = sizes.encoderWidth;
            embeddingWidth = sizes.embeddingWidth;
            layerEmbeddingWidth = sizes.layerEmbeddingWidth;
            decoders = sizes.decoders;
            memoryDecays = sizes.memoryDecays;
            rank = sizes.rank;
            coldStart = sizes.coldStart;
            deviceMemoryDecays = sizes.deviceMemoryDecays;
        }

        public Builder window(int value) {
            window = value;
            return this;
        }

        public Builder history(int value) {
            history = value;
            return this;
        }

        /** Width of the device model, and of its feed-forward layers until they get another. */
        public Builder width(int value) {
            feedForward = Math.max(1, feedForward * value / width);
            width = value;
            return this;
        }

        public Builder blocks(int value) {
            blocks = value;
            return this;
        }

        public Builder heads(int value) {
            heads = value;
            return this;
        }

        public Builder feedForward(int value) {
            feedForward = value;
            return this;
        }

        public Builder generatorItemWidth(int value) {
            generatorItemWidth = value;
            return this;
        }

        public Builder encoderWidth(int value) {
            encoderWidth = value;
            return this;
        }

        public Builder embeddingWidth(int value) {
            embeddingWidth = value;
            return this;
        }

        public Builder layerEmbeddingWidth(int value) {
            layerEmbeddingWidth = value;
            return this;
        }

        public Builder decoders(int value) {
            decoders = value;
            return this;
        }

        public Builder memoryDecays(List<Double> value) {
            memoryDecays = value;
            return this;
        }

        public Builder rank(int value) {
            rank = value;
            return this;
        }

        public Builder coldStart(int value) {
            coldStart = value;
            return this;
        }

        public Builder deviceMemoryDecays(List<Double> value) {
            deviceMemoryDecays = value;
            return this;
        }

        public ModelSizes build() {
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
                    decoders,
                    memoryDecays,
                    rank,
                    coldStart,
                    deviceMemoryDecays);
        }
    }
}
