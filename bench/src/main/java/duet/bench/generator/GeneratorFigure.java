package duet.bench.generator;

/**
 * Tells how fast one engine generates per core.
 *
 * @param engine {@code onnxruntime} or {@code pytorch}, both through DJL, or {@code java}, the same
 *     without an engine
 * @param batch devices per call
 * @param perSecond generations in a second of one core's time; the median of the iterations
 * @param bestPerSecond the same of the best iteration, which other work on the machine disturbs
 *     least
 * @param elapsedPerSecond generations in a second by the clock: as {@code perSecond} where the
 *     machine does nothing else, less where it does; the median of the iterations
 */
public record GeneratorFigure(
        String engine, int batch, double perSecond, double bestPerSecond, double elapsedPerSecond) {
    /** The job serves with the engine of this name. */
    public static final String SERVING = "onnxruntime";

    /** Returns how many microseconds of one core's time a generation takes, at the median. */
    public double microsPerGeneration() {
        return 1e6 / perSecond;
    }

    /** Returns how many milliseconds of one core's time a call takes, at the median. */
    public double millisPerBatch() {
        return 1000.0 * batch / perSecond;
    }
}
