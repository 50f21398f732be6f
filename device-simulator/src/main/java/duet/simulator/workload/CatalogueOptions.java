package duet.simulator.workload;

import duet.schemas.InvalidInputException;

/**
 * Holds the size and the seed of a {@link SyntheticCatalogue}.
 *
 * @param items items of the catalogue
 * @param categories categories the items fall into
 * @param clusters taste clusters the devices belong to
 * @param seed seed of the world; devices have seeds of their own
 */
public record CatalogueOptions(int items, int categories, int clusters, long seed) {
    public CatalogueOptions {
        if (categories < SyntheticCatalogue.SUCCESSORS) {
            throw new InvalidInputException(
                    categories
                            + " categories, there must be at least "
                            + SyntheticCatalogue.SUCCESSORS);
        }
        if (items < 2) {
            throw new InvalidInputException("a catalogue of " + items + " items");
        }
        if (clusters < 1) {
            throw new InvalidInputException(clusters + " taste clusters");
        }
    }

    /**
     * Returns the world of the shipped model: 480 items, 16 categories, 24 clusters. With a few
     * clusters a device model of this size learns all of them by itself; with so many, what follows
     * what is more than it can hold.
     */
    public static CatalogueOptions standard() {
        return new CatalogueOptions(480, 16, 24, 1);
    }
}
