package duet.model.training;

import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import duet.model.training.sample.StateSource;
import duet.model.training.sample.TrainingSet;
import duet.model.training.sample.ValidationSet;
import duet.model.training.start.SpectralItems;
import duet.schemas.InvalidInputException;
import java.util.Locale;

/**
 * Estimates what memory a training takes at its largest. It grows with interactions, with users and
 * with items, each by itself. What is read and thrown away again is not counted: the garbage
 * collector needs room beside it, about half as much again.
 *
 * @param log what is trained on
 * @param heapBytes what lives in Java's heap
 * @param engineBytes what the engine holds beside it, its libraries among it
 */
public record TrainingMemory(LogSize log, long heapBytes, long engineBytes) {
    /** An interaction of a log has an item and a time. */
    static final int BYTES_OF_INTERACTION = 2 * Long.BYTES;

    /** A user of a log has an id, two arrays and the object that holds them. */
    static final int BYTES_OF_USER = 144;

    /** An item has its raw id in the log and in the vocabulary, and places in a table by id. */
    static final int BYTES_OF_ITEM = 2 * Long.BYTES + 8 * Integer.BYTES;

    /** Weights stand in Java as the initial, the best and the newest ones. */
    private static final int COPIES_IN_JAVA = 3;

    /** The engine holds weights, gradients, two moments, their average and what a step makes. */
    private static final int COPIES_IN_ENGINE = 7;

    /** The engine's libraries, and the arrays of a step. */
    private static final long ENGINE = 500L << 20;

    private static final double GB = 1e9;

    /**
     * Says how large a log is.
     *
     * @param users who take part
     * @param items that they touched
     * @param interactions of all users
     */
    public record LogSize(long users, long items, long interactions) {}

    /** Estimates for a log of this size. */
    public static TrainingMemory of(LogSize log, TrainingOptions options) {
        ModelSizes sizes = options.sizes();
        int width = sizes.device().width();
        long network = log.items() * (width + 1L) * Float.BYTES;
        long generator = log.items() * sizes.generator().itemWidth() * Float.BYTES;
        long states =
                options.joint() || options.backbone().dependsOnCandidate()
                        ? 0
                        : Math.min(
                                StateSource.MOST_BYTES,
                                StateSource.bytes(log.interactions(), width));
        long heap =
                log.interactions()
                                * (BYTES_OF_INTERACTION
                                        + TrainingSet.BYTES_OF_INTERACTION
                                        // The order of an epoch.
                                        + Integer.BYTES)
                        + log.users() * (BYTES_OF_USER + TrainingSet.BYTES_OF_USER)
                        + log.items() * BYTES_OF_ITEM
                        + Math.min(log.users(), ValidationSet.MOST_USERS)
                                * (options.log().validationNegatives() + 1L)
                                * Integer.BYTES
                        + Math.max(
                                COPIES_IN_JAVA * (network + generator),
                                SpectralItems.bytes(
                                        log.items(),
                                        Math.max(width, sizes.generator().itemWidth())));
        long engine =
                ENGINE
                        + states
                        + (options.joint()
                                ? COPIES_IN_ENGINE * (network + generator)
                                : Math.max(
                                        COPIES_IN_ENGINE * network,
                                        network + COPIES_IN_ENGINE * generator));
        return new TrainingMemory(log, heap, engine);
    }

    /**
     * Refuses a training that cannot fit.
     *
     * @param limit bytes that Java's heap may grow to
     * @throws InvalidInputException naming what is needed, what there is and what helps
     */
    public void requireHeap(long limit) {
        if (heapBytes > limit) {
            throw new InvalidInputException(shortage(limit));
        }
    }

    /** Says what is needed, what there is and what helps. */
    public String shortage(long limit) {
        return String.format(
                Locale.ROOT,
                "training on %,d interactions of %,d users with %,d items needs about %.1f GB of"
                        + " Java's heap and room to collect garbage, the heap may grow to %.1f GB:"
                        + " DUET_JAVA_OPTS=-Xmx%dg allows more, --most-per-user N reads less",
                log.interactions(),
                log.users(),
                log.items(),
                heapBytes / GB,
                limit / GB,
                gibibytes(Math.max(1.5 * heapBytes, 1.5 * limit)));
    }

    private static long gibibytes(double bytes) {
        return (long) Math.ceil(bytes / (1L << 30));
    }
}
