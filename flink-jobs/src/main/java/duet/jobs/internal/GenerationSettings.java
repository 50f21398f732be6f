package duet.jobs.internal;

import duet.jobs.generation.DeltaEncoding;
import java.io.Serializable;
import java.time.Duration;

/**
 * What the generation operator needs to know of the job's options.
 *
 * @param history interactions to keep of a device, or {@link #MODEL_HISTORY}
 * @param maxBatchDevices devices after which a batch is generated
 * @param maxBatchWindows windows after which a batch is generated
 * @param maxBatchDelayMillis milliseconds after its first window at which a batch is generated
 * @param encoding how deltas are written
 * @param windowsTopic topic that dead letters name
 * @param stateTtl time after which a device that sent nothing new is forgotten, zero for never
 * @param retireAfter how long a model version is served on that no device should run any more
 */
public record GenerationSettings(
        int history,
        int maxBatchDevices,
        int maxBatchWindows,
        long maxBatchDelayMillis,
        DeltaEncoding encoding,
        String windowsTopic,
        Duration stateTtl,
        Duration retireAfter)
        implements Serializable {
    /** Keep as many interactions as the model was trained with. */
    public static final int MODEL_HISTORY = 0;
}
