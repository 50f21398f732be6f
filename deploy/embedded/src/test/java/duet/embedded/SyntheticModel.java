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
        return write(directory, ModelSizes.defaults(), 7);
    }

    /** Writes a bundle of small sizes: one of several, which differ in their seeds. */
    public static ModelBundle writeSmall(Path directory, long seed) {
        return write(directory, ModelSizes.small(), seed);
    }

    private static ModelBundle write(Path directory, ModelSizes sizes, long seed) {
        int items = SyntheticCatalogue.standard().options().items();
        long first = SyntheticCatalogue.FIRST_ITEM;
        return BundleExport.untrained(
                directory,
                sizes.dimensions(items),
                Vocabulary.of(LongStream.range(first, first + items).toArray()),
                seed);
    }
}
