package duet.interactions.inspection;

import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.model.training.TrainingMemory;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import duet.schemas.bundle.Vocabulary;

/**
 * Estimates what a model of a log will take. Bytes follow from sizes; the time is reckoned from the
 * speed of one core, and is right to a factor of two or three.
 *
 * @param heapBytes Java's heap while training, without room to collect garbage
 * @param engineBytes what the engine that trains holds beside it
 * @param samples training positives of an epoch
 * @param secondsPerEpoch of each phase, with one thread
 * @param stateBytes keyed state of the job in a checkpoint, once each user has sent its history
 * @param deviceBytes the model on a device
 * @param deltaBytes one weight delta with the default codec
 * @param topicBytes the newest delta of each user, what compaction leaves
 */
public record Needs(
        long heapBytes,
        long engineBytes,
        long samples,
        double secondsPerEpoch,
        long stateBytes,
        long deviceBytes,
        long deltaBytes,
        long topicBytes) {
    /** One core takes so many seconds for a sample of a small catalogue (performance.md). */
    private static final double SECONDS_PER_SAMPLE = 30e-6;

    /** The gradient of the whole item table is a sample's share of each step, by number. */
    private static final double SECONDS_PER_WEIGHT = 2.7e-11;

    /** State of a device holds so much beside its items (state.md), and Flink its key. */
    private static final int BYTES_OF_STATE = 21 + 40;

    /** A delta has a key, versions, times, a checksum and names beside its numbers. */
    private static final int BYTES_OF_DELTA = 168;

    /** What is no table of items on a device are matrices of width × width, about so many. */
    private static final int BYTES_OF_STATIC_LAYERS = 40;

    private static final int BITS_OF_VARINT = 7;

    /**
     * Reckons how long a training on one core takes, validation not counted.
     *
     * @param samples that it scores over all epochs
     * @param items of the catalogue
     * @param width of the device model
     */
    public static double seconds(long samples, long items, long width) {
        return samples * (SECONDS_PER_SAMPLE + SECONDS_PER_WEIGHT * items * width);
    }

    static Needs of(EvaluationSplit split, TrainingOptions options) {
        InteractionLog log = split.log();
        ModelSizes sizes = options.sizes();
        Vocabulary items = split.vocabulary();
        TrainingMemory memory =
                TrainingMemory.of(
                        new TrainingMemory.LogSize(
                                log.users().size(), items.size(), log.interactions()),
                        options);
        long samples = 0;
        long remembered = 0;
        for (UserHistory user : log.users()) {
            samples += split.trainingPositives(user);
            remembered += Math.min(sizes.history(), user.size());
        }
        long largest = items.idOf(items.size());
        long width = sizes.device().width();
        long users = log.users().size();
        long delta = BYTES_OF_DELTA + numbers(sizes) / 2;
        return new Needs(
                memory.heapBytes(),
                memory.engineBytes(),
                samples,
                seconds(samples, items.size(), width),
                users * BYTES_OF_STATE + remembered * bytesOf(largest),
                items.size() * (width + 2L * Float.BYTES) + BYTES_OF_STATIC_LAYERS * width * width,
                delta,
                users * delta);
    }

    /** Returns how many numbers of 4 bits a delta of low rank carries. */
    private static long numbers(ModelSizes sizes) {
        long width = sizes.device().width();
        long rank = sizes.generator().rank();
        long each = rank == 0 ? (width + 1) * width : (width + 1) * rank + rank * width;
        return each * ModelSizes.DYNAMIC_LAYERS;
    }

    /** Returns how many bytes an item id takes in state. */
    private static long bytesOf(long id) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, id));
        return (bits + BITS_OF_VARINT - 1) / BITS_OF_VARINT;
    }
}
