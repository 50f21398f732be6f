package duet.schemas.delta;

import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Gives the bytes of what decides a device's weights: device, model version, epoch, sequence
 * number, revision, time of generation, and every layer's name, shape, encoding, scales, data and
 * rank. A checksum covers them and a signature signs them. The other times are left out: they are
 * for measurement. Numbers are 8 bytes, big-endian; strings and byte values are preceded by their
 * length.
 *
 * <p>There are three forms. The first is that of deltas with neither revision nor epoch, as the
 * first versions of the record had them, which had neither counts nor, where it is 0, the rank, so
 * that their checksums stay valid. The second starts with a number that no length can be, holds the
 * revision and precedes layers and shapes by their number. The third is that of deltas of an epoch:
 * it starts with another such number and the epoch, and goes on as the second does: no two deltas
 * have the same bytes.
 */
public final class CanonicalDelta {
    private static final long WITH_REVISION = -2;
    private static final long WITH_EPOCH = -3;

    private static final VarHandle NUMBER =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** This is the room for numbers and names of a delta and of each of its layers. */
    private static final int ROOM = 256;

    private byte[] bytes;
    private int size;

    private CanonicalDelta(int capacity) {
        bytes = new byte[capacity];
    }

    /** Returns all bytes of {@code delta} in a fresh array. */
    public static byte[] bytes(WeightDelta delta) {
        CanonicalDelta canonical = written(delta);
        return Arrays.copyOf(canonical.bytes, canonical.size);
    }

    /** Returns the CRC-32C of the bytes. */
    static int checksum(WeightDelta delta) {
        CanonicalDelta canonical = written(delta);
        CRC32C crc = new CRC32C();
        crc.update(canonical.bytes, 0, canonical.size);
        return (int) crc.getValue();
    }

    private static CanonicalDelta written(WeightDelta delta) {
        int capacity = ROOM;
        for (LayerDelta layer : delta.getLayers()) {
            capacity += ROOM + layer.getScales().remaining() + layer.getData().remaining();
        }
        CanonicalDelta canonical = new CanonicalDelta(capacity);
        canonical.write(delta);
        return canonical;
    }

    private void write(WeightDelta delta) {
        boolean ofEpoch = delta.getEpoch() != 0;
        boolean counted = ofEpoch || delta.getRevision() != 0;
        if (ofEpoch) {
            write(WITH_EPOCH);
            write(delta.getEpoch());
        } else if (counted) {
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
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        write(utf8.length);
        ensure(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
    }

    private void write(ByteBuffer value) {
        int length = value.remaining();
        write(length);
        ensure(length);
        value.get(value.position(), bytes, size, length);
        size += length;
    }

    private void write(long number) {
        ensure(Long.BYTES);
        NUMBER.set(bytes, size, number);
        size += Long.BYTES;
    }

    private void ensure(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), 2 * bytes.length));
        }
    }
}
