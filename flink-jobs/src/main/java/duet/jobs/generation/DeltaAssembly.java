package duet.jobs.generation;

import duet.schemas.bundle.Dimensions;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An assembly makes the record that a device gets from what the generator gave for it. */
public final class DeltaAssembly {
    private final String modelVersion;
    private final Dimensions dimensions;
    private final DeltaEncoding encoding;
    private final @Nullable DeltaSigning signing;

    /**
     * @param signing signs every delta; null: they are not signed
     */
    public DeltaAssembly(
            String modelVersion,
            Dimensions dimensions,
            DeltaEncoding encoding,
            @Nullable DeltaSigning signing) {
        this.modelVersion = modelVersion;
        this.dimensions = dimensions;
        this.encoding = encoding;
        this.signing = signing;
    }

    /**
     * Makes the delta of one device, which is not signed yet.
     *
     * @param device the device, with the windows that the delta answers
     * @param epoch when the device was reset last, microseconds since the epoch; 0 for never
     * @param deltas deltas of the batch
     * @param index place of the device in the batch
     * @param generatedAtMicros when the batch left the generator, microseconds since the epoch
     * @throws UnusableDeltaException if a generated number is not finite
     */
    public WeightDelta assemble(
            PendingDevice device,
            long epoch,
            DeltaGenerator.Deltas deltas,
            int index,
            long generatedAtMicros)
            throws UnusableDeltaException {
        List<LayerDelta> layers = new ArrayList<>(dimensions.dynamicLayers());
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            layers.add(layer(n, deltas.layer(index, n)));
        }
        WeightDelta delta =
                new WeightDelta(
                        device.deviceId(),
                        modelVersion,
                        device.history().nextSequence() - 1,
                        device.windows().size(),
                        layers,
                        device.newest().sentAtMicros(),
                        device.newest().receivedAtMicros(),
                        generatedAtMicros,
                        0,
                        device.history().revision(),
                        null,
                        epoch);
        delta.setChecksum(DeltaChecksum.of(delta));
        return delta;
    }

    /** Returns how many deltas at most to assemble before they are {@link #complete}d. */
    public int atOnce() {
        return signing == null ? 1 : signing.atOnce();
    }

    /** Makes assembled deltas ready to be sent: signs them, where deltas are signed. */
    public void complete(List<WeightDelta> deltas) {
        if (signing != null) {
            signing.sign(deltas);
        }
    }

    private LayerDelta layer(int n, float[] values) throws UnusableDeltaException {
        if (values.length != dimensions.generatedSize()) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "generator gave %,d numbers for %s, the model has %,d",
                            values.length,
                            Dimensions.layerName(n),
                            dimensions.generatedSize()));
        }
        try {
            return DeltaCodec.encode(
                    Dimensions.layerName(n),
                    dimensions.layerRows(),
                    dimensions.width(),
                    dimensions.rank(),
                    values,
                    encoding.encoding());
        } catch (IllegalArgumentException e) {
            throw new UnusableDeltaException(e.getMessage());
        }
    }
}
