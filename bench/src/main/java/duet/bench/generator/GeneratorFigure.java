package duet.bench.generator;

/**
 * How fast one engine generates per core.
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
    /** Name of the engine that the job serves with. */
    public static final String SERVING = "onnxruntime";

    /** Microseconds of one core's time that a generation takes, at the median. */
    public double microsPerGeneration() {
        return 1e6 / perSecond;
    }

    /** Milliseconds of one core's time that a call takes, at the median. */
    public double millisPerBatch() {
        return 1000.0 * batch / perSecond;
    }
}
