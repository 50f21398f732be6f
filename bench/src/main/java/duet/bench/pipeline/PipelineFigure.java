package duet.bench.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import duet.bench.measurement.DrainFigure;
import duet.model.evaluation.Median;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the generation job reaches with one kind of delta, against the pass-through job with
 * records of the same size, both with a sender and a reader beside them that share the processors.
 * Figures are medians over the runs.
 *
 * @param deltasPerSecond deltas a second that arrive at the reader in the steady part
 * @param passThroughPerSecond records a second of the pass-through job there
 * @param versusPassThrough the one to the other
 * @param versusPassThroughFloat32 {@code deltasPerSecond} to the records a second of a pass-through
 *     job whose records are as large as full matrices of float32 numbers; null where that was not
 *     measured
 * @param bytesPerDelta mean bytes of a delta without its key
 * @param deltasPerSecondRange the lowest and the highest run
 * @param passThroughPerSecondRange the lowest and the highest run
 * @param drained what both drain of a backlog without sender and reader, and what that costs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PipelineFigure(
        double deltasPerSecond,
        double passThroughPerSecond,
        double versusPassThrough,
        @Nullable Double versusPassThroughFloat32,
        double bytesPerDelta,
        List<Double> deltasPerSecondRange,
        List<Double> passThroughPerSecondRange,
        DrainFigure drained) {

    /**
     * Computes the figures of some runs.
     *
     * @param deltas deltas a second of each run
     * @param passedThrough records a second of each run of the pass-through job
     */
    static PipelineFigure of(List<Double> deltas, List<Double> passedThrough, DrainFigure drained) {
        double job = Median.of(deltas, Double::doubleValue);
        double passThrough = Median.of(passedThrough, Double::doubleValue);
        return new PipelineFigure(
                job,
                passThrough,
                job / passThrough,
                null,
                drained.bytesPerDelta(),
                DrainFigure.range(deltas),
                DrainFigure.range(passedThrough),
                drained);
    }

    /**
     * Returns these figures with what a pass-through job reaches with records of full float32
     * matrices.
     */
    PipelineFigure against(double passThroughFloat32PerSecond) {
        return new PipelineFigure(
                deltasPerSecond,
                passThroughPerSecond,
                versusPassThrough,
                deltasPerSecond / passThroughFloat32PerSecond,
                bytesPerDelta,
                deltasPerSecondRange,
                passThroughPerSecondRange,
                drained);
    }

    /** Returns these figures with what the generator alone takes for a delta, microseconds. */
    public PipelineFigure withGenerator(double micros) {
        return new PipelineFigure(
                deltasPerSecond,
                passThroughPerSecond,
                versusPassThrough,
                versusPassThroughFloat32,
                bytesPerDelta,
                deltasPerSecondRange,
                passThroughPerSecondRange,
                drained.withGenerator(micros));
    }
}
