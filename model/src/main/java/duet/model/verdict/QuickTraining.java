package duet.model.verdict;

import duet.model.training.options.ModelSizes;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;

/**
 * Cuts trainings short for a first look: about as much work for a large log as for one of some
 * hundred users.
 */
public final class QuickTraining {
    /** A log, or a sample of one, has at most so many interactions. */
    public static final int MOST_INTERACTIONS = 120_000;

    /** An epoch scores at most so many positives. */
    private static final int MOST_SAMPLES = 100_000;

    /** A training scores about so many positives at most, over all epochs of its longest phase. */
    private static final int WORK = 800_000;

    private static final int PATIENCE = 3;

    private QuickTraining() {}

    /**
     * Returns options of a short training.
     *
     * @param options of a whole one
     * @param positives training positives of the log
     */
    public static TrainingOptions of(TrainingOptions options, long positives) {
        return options.withNetwork(shortened(options.network(), positives))
                .withGenerator(shortened(options.generator(), positives));
    }

    private static PhaseOptions shortened(PhaseOptions phase, long positives) {
        long samples = Math.max(1, Math.min(MOST_SAMPLES, positives));
        return phase.withEpochs((int) Math.min(phase.epochs(), WORK / samples))
                .withPatience(Math.min(phase.patience(), PATIENCE))
                .withSamples(MOST_SAMPLES);
    }

    /** Returns options of the control: the device itself reads the history. */
    static TrainingOptions ofControl(TrainingOptions options) {
        ModelSizes sizes = options.sizes();
        return options.withSizes(
                new ModelSizes(
                        sizes.window(),
                        sizes.history(),
                        sizes.device(),
                        sizes.generator(),
                        ModelSizes.MEMORY_DECAYS));
    }
}
