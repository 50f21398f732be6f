package duet.schemas.delta;

import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The bytes of what decides a device's weights: device, model version, sequence number, revision, time of generation,
 * and every layer's name, shape, encoding, scales, data and rank. A checksum covers them and a signature signs them. The
 * other times are left out: they are for measurement. Numbers are 8 bytes, big-endian; strings and byte values are
 * preceded by their length.
 *
 * <p>There are two forms. The first is that of deltas without a revision, as the first versions of the record had them,
 * which had neither counts nor, where it is 0, the rank, so that their checksums stay valid. The second starts with a
 * number that no length can be, holds the revision and precedes layers and shapes by their number: no two deltas
 * have the same bytes.
 */
public final class CanonicalDelta {
    private static final long WITH_REVISION = -2;

    private final Consumer<ByteBuffer> sink;

    private CanonicalDelta(Consumer<ByteBuffer> sink) {
        this.sink = sink;
    }

    /** All bytes of {@code delta}; a fresh array. */
    public static byte[] bytes(WeightDelta delta) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(4096);
        write(
                delta,
                part -> {
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    all.writeBytes(bytes);
                });
        return all.toByteArray();
    }

    /** Hands the bytes of {@code delta} on piece by piece; the sink may consume each buffer. */
    static void write(WeightDelta delta, Consumer<ByteBuffer> sink) {
        new CanonicalDelta(sink).write(delta);
    }

    private void write(WeightDelta delta) {
        boolean counted = delta.getRevision() != 0;
        if (counted) {
            write(WITH_REVISION);
        }
        write(delta.getDeviceId());
        write(delta.getModelVersion());
        write(delta.getLastSequence());
        if (counted) {
            write(delta.getRevision());
        }
        write(delta.getGeneratedAtMicros());
        if (counted) {
            write(delta.getLayers().size());
        }
        for (LayerDelta layer : delta.getLayers()) {
            write(layer, counted);
        }
    }

    private void write(LayerDelta layer, boolean counted) {
        write(layer.getName());
        if (counted) {
            write(layer.getShape().size());
        }
        for (int dimension : layer.getShape()) {
            write(dimension);
        }
        write(layer.getEncoding().name());
        write(layer.getScales());
        write(layer.getData());
        if (counted || layer.getRank() != 0) {
            write(layer.getRank());
        }
    }

    private void write(String text) {
        write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void write(ByteBuffer bytes) {
        write(bytes.remaining());
        sink.accept(bytes.duplicate());
    }

    private void write(long number) {
        sink.accept(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }
}
