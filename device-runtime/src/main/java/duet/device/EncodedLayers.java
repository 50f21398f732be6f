package duet.device;

import duet.schemas.bundle.Dimensions;
import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Holds a delta as it travelled, in one array: of each layer its encoding, rank, scales and stored
 * rows. It takes a tenth of what the weights take that it leads to, or less. It is immutable and
 * thread-safe.
 */
final class EncodedLayers {
    private static final Encoding[] ENCODINGS = Encoding.values();

    /**
     * The header of a layer holds its encoding, its rank, and how many bytes its scales and its
     * data have.
     */
    private static final int HEADER_BYTES = 1 + 3 * Integer.BYTES;

    private final byte[] bytes;

    /** Makes a copy of what the layers hold. */
    EncodedLayers(LayerDelta[] layers) {
        int size = 0;
        for (LayerDelta layer : layers) {
            size += HEADER_BYTES + layer.getScales().remaining() + layer.getData().remaining();
        }
        this.bytes = new byte[size];
        ByteBuffer all = ByteBuffer.wrap(bytes);
        for (LayerDelta layer : layers) {
            ByteBuffer scales = layer.getScales().duplicate();
            ByteBuffer data = layer.getData().duplicate();
            all.put((byte) layer.getEncoding().ordinal()).putInt(layer.getRank());
            all.putInt(scales.remaining()).putInt(data.remaining()).put(scales).put(data);
        }
    }

    /** Returns the layers as they travelled, which share their bytes with these. */
    LayerDelta[] layers(Dimensions dimensions) {
        List<Integer> shape = List.of(dimensions.layerRows(), dimensions.width());
        LayerDelta[] layers = new LayerDelta[dimensions.dynamicLayers()];
        ByteBuffer all = ByteBuffer.wrap(bytes);
        for (int n = 1; n <= layers.length; n++) {
            Encoding encoding = ENCODINGS[all.get()];
            int rank = all.getInt();
            int scaleBytes = all.getInt();
            int dataBytes = all.getInt();
            ByteBuffer scales = next(all, scaleBytes);
            ByteBuffer data = next(all, dataBytes);
            layers[n - 1] =
                    new LayerDelta(Dimensions.layerName(n), shape, encoding, scales, data, rank);
        }
        return layers;
    }

    private static ByteBuffer next(ByteBuffer all, int length) {
        ByteBuffer next = all.slice(all.position(), length);
        all.position(all.position() + length);
        return next;
    }
}
