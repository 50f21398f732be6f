package duet.schemas.delta;

import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * CRC-32C (RFC 3720, appendix B.4) over what decides a device's weights: device, model version, sequence number, time of
 * generation, and every layer's name, shape, encoding, scales, data and, where it is not 0, rank. Strings and byte values
 * are preceded by their length. The other times are left out: they are for measurement. A layer of rank 0 counts as in
 * the first version of the record, which had no rank, so deltas of that version stay valid.
 */
public final class DeltaChecksum {
    private DeltaChecksum() {}

    /** The checksum that belongs into {@code delta}. */
    public static int of(WeightDelta delta) {
        CRC32C crc = new CRC32C();
        update(crc, delta.getDeviceId());
        update(crc, delta.getModelVersion());
        update(crc, delta.getLastSequence());
        update(crc, delta.getGeneratedAtMicros());
        for (LayerDelta layer : delta.getLayers()) {
            update(crc, layer.getName());
            for (int dimension : layer.getShape()) {
                update(crc, dimension);
            }
            update(crc, layer.getEncoding().name());
            update(crc, layer.getScales());
            update(crc, layer.getData());
            if (layer.getRank() != 0) {
                update(crc, layer.getRank());
            }
        }
        return (int) crc.getValue();
    }

    private static void update(CRC32C crc, String text) {
        update(crc, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void update(CRC32C crc, ByteBuffer bytes) {
        update(crc, bytes.remaining());
        crc.update(bytes.duplicate());
    }

    private static void update(CRC32C crc, long number) {
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }
}
