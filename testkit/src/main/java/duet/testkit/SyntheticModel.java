package duet.testkit;

import duet.model.bundle.BundleExport;
import duet.model.training.options.ModelSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.stream.LongStream;

/**
 * Writes models of random weights for the synthetic catalogue: they personalize, though not for the
 * better.
 */
public final class SyntheticModel {

    /** The first item of the simulator's standard catalogue has this id; the others follow it. */
    public static final long FIRST_ITEM = 100_001;

    /** The simulator's standard catalogue has so many items. */
    public static final int ITEMS = 480;

    private SyntheticModel() {}

    /** Writes the bundle, of the sizes that models have by default. */
    public static ModelBundle write(Path directory) {
        return write(directory, ModelSizes.defaults(), 7);
    }

    /** Writes a bundle of small sizes. Several of them differ in their seeds. */
    public static ModelBundle writeSmall(Path directory, long seed) {
        return write(directory, ModelSizes.small(), seed);
    }

    private static ModelBundle write(Path directory, ModelSizes sizes, long seed) {
        return BundleExport.untrained(
                directory,
                sizes.dimensions(ITEMS),
                Vocabulary.of(LongStream.range(FIRST_ITEM, FIRST_ITEM + ITEMS).toArray()),
                seed);
    }
}
