package duet.simulator.fleet.run;

import duet.model.serving.GeneratedDeltas;
import duet.schemas.bundle.Dimensions;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import duet.simulator.fleet.FleetClock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Deltas as a job without a key writes them as float32, made beside it: what a device gets is known
 * to the last bit.
 */
public final class ExactDelta {

    private ExactDelta() {}

    /**
     * What a generator gave for the history at this place of its batch, which ends with that
     * sequence number.
     */
    public static WeightDelta generated(
            String device,
            String version,
            Dimensions dimensions,
            long lastSequence,
            GeneratedDeltas deltas,
            int index) {
        return of(
                device,
                version,
                dimensions,
                lastSequence,
                1,
                FleetClock.system().micros(),
                n -> deltas.layer(index, n));
    }

    /** A delta that changes nothing. */
    public static WeightDelta zero(
            String device,
            String version,
            Dimensions dimensions,
            long lastSequence,
            int answeredWindows,
            long sentAtMicros) {
        return of(
                device,
                version,
                dimensions,
                lastSequence,
                answeredWindows,
                sentAtMicros,
                n -> new float[dimensions.generatedSize()]);
    }

    private static WeightDelta of(
            String device,
            String version,
            Dimensions dimensions,
            long lastSequence,
            int answeredWindows,
            long sentAtMicros,
            IntFunction<float[]> numbers) {
        List<LayerDelta> layers = new ArrayList<>();
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            layers.add(
                    DeltaCodec.encode(
                            Dimensions.layerName(n),
                            dimensions.layerRows(),
                            dimensions.width(),
                            dimensions.rank(),
                            numbers.apply(n),
                            Encoding.FLOAT32));
        }
        long now = FleetClock.system().micros();
        WeightDelta delta =
                new WeightDelta(
                        device,
                        version,
                        lastSequence,
                        answeredWindows,
                        layers,
                        sentAtMicros,
                        now,
                        now,
                        0,
                        0L,
                        null,
                        0L);
        delta.setChecksum(DeltaChecksum.of(delta));
        return delta;
    }
}
