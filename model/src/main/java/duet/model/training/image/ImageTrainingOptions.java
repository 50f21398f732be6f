package duet.model.training.image;

import duet.model.network.Backbone;
import duet.model.training.options.AdamOptions;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.GeneratorSizes;
import java.util.List;

/** Holds the options of each image task, all chosen on its validation devices. */
public final class ImageTrainingOptions {
    /** The generator reads so many feature vectors at most. */
    private static final int HISTORY = 50;

    /** Devices turn while they fill a window: its newest part counts most. */
    private static final List<Double> MEMORY_DECAYS = List.of(0.8, 0.93, 0.98);

    private ImageTrainingOptions() {}

    /**
     * Returns the options for glyphs: a device of width 16, a generator that reads 50 feature
     * vectors. What a generator learns first hides in noise, so that its steps are small for what
     * they average over, and patience is long.
     */
    public static TrainingOptions glyphs() {
        return options(
                new DeviceSizes(16, 1, 1, 48),
                new GeneratorSizes(64, 0, 32, 16, 1, MEMORY_DECAYS, 4, 0),
                new PhaseOptions(16, 4, 512, 20, new AdamOptions(4e-3, 0, 1), 0, 0.99),
                new PhaseOptions(100, 40, 256, 20, new AdamOptions(3e-3, 0, 1), 0, 0.995));
    }

    /**
     * Returns the options for Fashion-MNIST: a device of width 64 with a wider layer below it, and
     * a generator that reads 50 feature vectors. Network and generator are trained together first,
     * which did better on validation devices in runs that differed in more than that.
     */
    public static TrainingOptions fashion() {
        return options(
                        new DeviceSizes(64, 1, 1, 256),
                        new GeneratorSizes(64, 0, 32, 32, 1, MEMORY_DECAYS, 8, 0),
                        new PhaseOptions(
                                30, 4, 32, 20, new AdamOptions(1e-3, 0, 1), 0, 0.99, 64_000),
                        new PhaseOptions(
                                10, 4, 256, 20, new AdamOptions(1e-3, 0, 1), 0, 0.99, 64_000))
                .withJoint(true);
    }

    private static TrainingOptions options(
            DeviceSizes device,
            GeneratorSizes generator,
            PhaseOptions ofNetwork,
            PhaseOptions ofGenerator) {
        TrainingOptions ofItems = TrainingOptions.defaults();
        return ofItems.withBackbone(Backbone.PERCEPTRON)
                .withSizes(new ModelSizes(HISTORY, HISTORY, device, generator, List.of()))
                .withJoint(false)
                .withObjective(ofItems.objective().withMaxAge(50).withPositions(16))
                .withNetwork(ofNetwork)
                .withGenerator(ofGenerator);
    }
}
