package duet.jobs.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ServedGenerator;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.util.List;

/**
 * What the generator gives offline for a device's history, which the job's last delta must equal:
 * invariant 1.
 */
final class OfflineWeights implements AutoCloseable {
    private static final double FLOAT_TOLERANCE = 1e-5;

    private final Dimensions dimensions;
    private final ServedGenerator generator;

    private OfflineWeights(ModelBundle bundle) {
        dimensions = bundle.dimensions();
        generator = ServedGenerator.load(bundle);
    }

    static OfflineWeights load(ModelBundle bundle) {
        return new OfflineWeights(bundle);
    }

    /**
     * The delta is what the device's interactions with these sequence numbers give, and names the
     * last of them.
     */
    void assertGeneratedFrom(WeightDelta delta, PastDevice device, long[] sequences)
            throws CorruptDeltaException {
        assertThat(delta).as("delta of %s", device.id()).isNotNull();
        assertThat(delta.getLastSequence())
                .as("last sequence number of %s", device.id())
                .isEqualTo(sequences[sequences.length - 1]);
        GeneratedDeltas expected =
                dimensions.features() == 0
                        ? generator.generate(List.of(device.items(sequences)))
                        : generator.generateFromFeatures(
                                List.<float[][]>of(device.vectors(sequences)));
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            LayerDelta layer = delta.getLayers().get(n - 1);
            float[] numbers = expected.layer(0, n);
            float[] tolerance =
                    DeltaCodec.tolerance(
                            dimensions.layerRows(),
                            dimensions.width(),
                            dimensions.rank(),
                            numbers,
                            layer.getEncoding());
            float[] actual = DeltaCodec.decode(layer);
            for (int i = 0; i < actual.length; i++) {
                assertThat((double) actual[i])
                        .as("layer %d of %s", n, device.id())
                        .isCloseTo(numbers[i], within(FLOAT_TOLERANCE + tolerance[i]));
            }
        }
    }

    @Override
    public void close() {
        generator.close();
    }
}
