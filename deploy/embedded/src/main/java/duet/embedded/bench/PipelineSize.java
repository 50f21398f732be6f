package duet.embedded.bench;

/**
 * How much each job is given to drain.
 *
 * @param devices devices that the windows are of; they take turns
 * @param windows windows of a run
 * @param windowsOfLargeDeltas windows of a run whose deltas are full matrices of float32 numbers
 */
public record PipelineSize(int devices, int windows, int windowsOfLargeDeltas) {

    /** Enough for some seconds of steady state. */
    public static PipelineSize thorough() {
        return new PipelineSize(10_000, 400_000, 160_000);
    }

    /** For a first look. */
    public static PipelineSize quick() {
        return new PipelineSize(5_000, 120_000, 60_000);
    }
}
