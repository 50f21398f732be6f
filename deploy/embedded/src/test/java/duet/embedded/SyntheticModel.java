package duet.embedded;

import duet.model.bundle.BundleExport;
import duet.model.training.ModelSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.simulator.workload.SyntheticCatalogue;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** A model of random weights for the synthetic catalogue: it personalizes, though not for the better. */
public final class SyntheticModel {

    private SyntheticModel() {}

    /** Writes the bundle, of the sizes that models have by default. */
    public static ModelBundle write(Path directory) {
        int items = SyntheticCatalogue.standard().options().items();
        long first = SyntheticCatalogue.FIRST_ITEM;
        return BundleExport.untrained(
                directory,
                ModelSizes.defaults().dimensions(items),
                Vocabulary.of(LongStream.range(first, first + items).toArray()),
                7);
    }
}
