package duet.jobs.generation;

import duet.jobs.history.InteractionContents;
import duet.schemas.bundle.Dimensions;
import java.util.List;

/**
 * This is the parameter generator as the job sees it: histories go in, deltas of all dynamic layers
 * come out. It is not thread-safe.
 */
public interface DeltaGenerator extends AutoCloseable {
    /** Returns the model version that windows must name and deltas are relative to. */
    String modelVersion();

    /** Returns the sizes of the model: history, features, layers and their shapes. */
    Dimensions dimensions();

    /** Returns whether the model's vocabulary has this raw item id. */
    boolean knows(long itemId);

    /**
     * Generates the deltas of a batch of devices in one pass.
     *
     * @param histories what each device's history holds, oldest first: item ids, at least one of
     *     each device known, or vectors of the model's features, whichever the model reads
     */
    Deltas generate(List<InteractionContents> histories);

    @Override
    void close();

    /** Deltas are what the generator gave for a batch. */
    interface Deltas {
        /**
         * Returns the distribution embedding [d_z] that the delta of the device at that place in
         * the batch was made from, numbers between -1 and 1, weighed by how much of the delta
         * counts: zeros where the delta leaves the device the global model.
         *
         * @throws UnusableDeltaException if the generator has none that is finite; it may also hand
         *     out the numbers as they are
         */
        float[] embedding(int device) throws UnusableDeltaException;

        /**
         * Returns the delta of dynamic layer {@code n}, counted from 1, of the device at that place
         * in the batch: the rows that are stored of it, row-major {@code [d + 1, d]} or, for a
         * model of rank r, the factors {@code [2 r + 1, d]}.
         *
         * @throws UnusableDeltaException if it is not finite; a generator may also hand out the
         *     numbers as they are
         */
        float[] layer(int device, int n) throws UnusableDeltaException;
    }
}
