package duet.model.training.options;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.model.network.Backbone;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.FeatureSizes;
import duet.schemas.bundle.GeneratorSizes;
import java.util.List;

/**
 * Holds the sizes of a model before the number of items is known; see {@link Dimensions} for what
 * each is. In JSON all of them stand on one level.
 *
 * @param window L
 * @param history H
 * @param device sizes of the static layers
 * @param generator sizes of the parameter generator
 * @param deviceMemoryDecays decays of a long memory on the device, empty for none
 */
public record ModelSizes(
        int window,
        int history,
        @JsonUnwrapped DeviceSizes device,
        @JsonUnwrapped GeneratorSizes generator,
        List<Double> deviceMemoryDecays) {
    /** The classifier has so many dynamic layers. */
    public static final int DYNAMIC_LAYERS = 2;

    /** A recurrent encoder has this hidden width, where a generator has one. */
    public static final int ENCODER_WIDTH = 32;

    /**
     * The long memory has these time scales: from the last few interactions to all of a long
     * history.
     */
    public static final List<Double> MEMORY_DECAYS = List.of(0.8, 0.93, 0.98, 0.995);

    public ModelSizes {
        deviceMemoryDecays = List.copyOf(deviceMemoryDecays);
    }

    /**
     * Returns a device of width 32 and a window of 30, and a generator that reads 200 interactions
     * without recurrence.
     */
    public static ModelSizes defaults() {
        return new ModelSizes(
                30,
                200,
                new DeviceSizes(32, 1, 1, 32),
                new GeneratorSizes(64, 0, 64, 32, 2, MEMORY_DECAYS, 4, 5),
                List.of());
    }

    /** Returns the defaults for a backbone. */
    public static ModelSizes defaults(Backbone backbone) {
        return defaults(backbone, defaults().device.width());
    }

    /**
     * Returns the defaults for a backbone on a device of another width: what is hidden in its
     * blocks is as wide, and in DIN's attention half as wide, which measures the same and costs
     * half.
     */
    public static ModelSizes defaults(Backbone backbone, int width) {
        ModelSizes defaults = defaults();
        return defaults.withDevice(
                new DeviceSizes(
                        width,
                        defaults.device.blocks(),
                        defaults.device.heads(),
                        backbone == Backbone.DIN ? width / 2 : width));
    }

    /**
     * Returns the paper's setting: the generator reads the device's window, with a recurrent
     * encoder, and makes full matrices.
     */
    public static ModelSizes paper() {
        return new ModelSizes(
                30,
                30,
                new DeviceSizes(32, 1, 1, 32),
                GeneratorSizes.recurrent(32, ENCODER_WIDTH, 32, 32, 2),
                List.of());
    }

    /**
     * Returns a model small enough for tests and demonstrations: half the widths of {@link
     * #defaults()}.
     */
    public static ModelSizes small() {
        return new ModelSizes(
                30,
                200,
                new DeviceSizes(16, 1, 1, 16),
                new GeneratorSizes(32, 0, 32, 16, 2, MEMORY_DECAYS, 4, 5),
                List.of());
    }

    /** Returns these sizes with another device. */
    public ModelSizes withDevice(DeviceSizes value) {
        return new ModelSizes(window, history, value, generator, deviceMemoryDecays);
    }

    /** Returns these sizes with another generator. */
    public ModelSizes withGenerator(GeneratorSizes value) {
        return new ModelSizes(window, history, device, value, deviceMemoryDecays);
    }

    /** Returns the dimensions of a model with that many items. */
    public Dimensions dimensions(int items) {
        return new Dimensions(
                items,
                window,
                history,
                device,
                DYNAMIC_LAYERS,
                generator,
                FeatureSizes.NONE,
                deviceMemoryDecays);
    }
}
