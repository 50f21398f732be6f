package duet.jobs.recovery;

import duet.model.bundle.BundleExport;
import duet.model.network.Backbone;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;

/** Small models of random weights that a {@link PastDevice} fits. */
final class PastModel {
    private static final Dimensions ITEMS =
            new Dimensions(
                    PastDevice.vocabulary().length,
                    10,
                    PastDevice.HISTORY,
                    new DeviceSizes(8, 1, 1, 8),
                    2,
                    GeneratorSizes.recurrent(8, 8, 8, 8, 2));

    private PastModel() {}

    /** Writes the bundle of a model that reads items, or feature vectors. */
    static ModelBundle write(Path directory, boolean features) {
        return BundleExport.untrained(
                directory,
                features ? Backbone.PERCEPTRON : Backbone.SASREC,
                features ? ITEMS.withFeatures(PastDevice.FEATURES, 6) : ITEMS,
                Vocabulary.of(PastDevice.vocabulary()),
                7);
    }
}
