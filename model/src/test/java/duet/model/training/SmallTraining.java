package duet.model.training;

import duet.model.network.Backbone;
import duet.model.training.options.AdamOptions;
import duet.model.training.options.GeneratorObjective;
import duet.model.training.options.ItemTableOption;
import duet.model.training.options.LogOptions;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.GeneratorSizes;
import java.util.List;

/** Makes options of trainings that take a moment, and use every part of a training. */
final class SmallTraining {
    private SmallTraining() {}

    static TrainingOptions options(int epochs) {
        PhaseOptions phase =
                new PhaseOptions(epochs, 50, 64, 4, new AdamOptions(1e-2, 1e-6, 5), 0.1, 0.9);
        return new TrainingOptions(
                Backbone.SASREC,
                7,
                new ModelSizes(
                        8,
                        12,
                        new DeviceSizes(8, 1, 1, 8),
                        new GeneratorSizes(8, 0, 8, 8, 2, List.of(0.5, 0.95), 2, 1),
                        List.of()),
                phase,
                phase,
                false,
                new GeneratorObjective(6, 0.2, 2, 0.1, 0, 0.5),
                new LogOptions(null, 20, ItemTableOption.AUTO, true));
    }
}
