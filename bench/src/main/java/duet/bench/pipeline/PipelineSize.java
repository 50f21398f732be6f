package duet.bench.pipeline;

/**
 * Says how much each job is given to drain.
 *
 * @param warmUps runs of each job that are not counted, before those that are
 * @param devices devices that the windows are of; they take turns
 * @param windows windows of a run of the generation job
 * @param passedThrough windows of a run of the pass-through job, which is faster: the same ones,
 *     several times
 * @param windowsOfLargeDeltas windows of a run of either job whose deltas are full matrices of
 *     float32 numbers
 * @param live windows of a run of either job with a sender and a reader beside it
 */
public record PipelineSize(
        int warmUps,
        int devices,
        int windows,
        int passedThrough,
        int windowsOfLargeDeltas,
        int live) {

    /** Returns a size that is enough for some seconds of steady state. */
    public static PipelineSize thorough() {
        return new PipelineSize(5, 20_000, 400_000, 1_200_000, 160_000, 400_000);
    }

    /** Returns a small size, for a first look. */
    public static PipelineSize quick() {
        return new PipelineSize(5, 5_000, 120_000, 600_000, 60_000, 60_000);
    }
}
