package duet.jobs.config;

import duet.jobs.generation.DeltaAssembly;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.DeltaSigning;
import duet.jobs.generation.MicroBatch;
import duet.jobs.generation.ServedModel;
import duet.jobs.history.JumpLimit;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The generation operator needs to know this much of the job's options.
 *
 * @param history what is kept of a device
 * @param maxBatchDevices devices after which a batch is generated
 * @param maxBatchWindows windows after which a batch is generated
 * @param maxBatchDelayMillis milliseconds after its first window at which a batch is generated
 * @param encoding how deltas are written
 * @param windowsTopic topic that dead letters name
 * @param resetsTopic topic that resets of devices come from
 * @param retireAfter how long a model version is served on that no device should run any more
 */
public record GenerationSettings(
        History history,
        int maxBatchDevices,
        int maxBatchWindows,
        long maxBatchDelayMillis,
        DeltaEncoding encoding,
        String windowsTopic,
        String resetsTopic,
        Duration retireAfter)
        implements Serializable {
    /** As a history, this keeps as many interactions as the model was trained with. */
    public static final int MODEL_HISTORY = 0;

    /**
     * These settings say what is kept of a device.
     *
     * @param interactions interactions to keep, or {@link #MODEL_HISTORY}
     * @param timeToLive time after which a device that sent nothing new is forgotten, zero for
     *     never
     * @param jumps which windows may be merged
     * @param maxDevices most devices that a subtask remembers, 0 for any number
     */
    public record History(int interactions, Duration timeToLive, JumpLimit jumps, int maxDevices)
            implements Serializable {}

    /**
     * Returns how many interactions of a device to keep.
     *
     * @param modelHistory what the served model reads that reads most
     */
    public int historyCapacity(int modelHistory) {
        return history.interactions() == MODEL_HISTORY ? modelHistory : history.interactions();
    }

    /**
     * Makes a model that is served with these settings.
     *
     * @param signing signs its deltas; null: they are not signed
     */
    public ServedModel served(DeltaGenerator generator, @Nullable DeltaSigning signing) {
        return new ServedModel(
                generator,
                new DeltaAssembly(
                        generator.modelVersion(), generator.dimensions(), encoding, signing),
                new MicroBatch(maxBatchDevices, maxBatchWindows));
    }
}
