package duet.jobs.generation;

import duet.schemas.bundle.Dimensions;
import java.util.List;

/** The parameter generator as the job sees it: histories in, deltas of all dynamic layers out. Not thread-safe. */
public interface DeltaGenerator extends AutoCloseable {
    /** Model version that windows must name and deltas are relative to. */
    String modelVersion();

    /** Sizes of the model: history, layers and their shapes. */
    Dimensions dimensions();

    /** Whether the model's vocabulary has this raw item id. */
    boolean knows(long itemId);

    /**
     * Generates the deltas of a batch of devices in one pass.
     *
     * @param histories raw item ids of each device, oldest first; at least one id of each is known
     */
    Deltas generate(List<long[]> histories);

    @Override
    void close();

    /** Deltas of a batch. */
    @FunctionalInterface
    interface Deltas {
        /**
         * Delta of dynamic layer {@code n}, counted from 1, of the device at that place in the batch: row-major {@code [d + 1,
         * d]}.
         *
         * @throws UnusableDeltaException if it is not finite; a generator may also hand out the numbers as they are
         */
        float[] layer(int device, int n) throws UnusableDeltaException;
    }
}
