package duet.schemas.delta;

import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Turns the delta of one dynamic layer into bytes and back; the contract between cloud and device.
 *
 * <p>{@link Encoding#FLOAT32} is exact. {@link Encoding#INT8} quantizes each row symmetrically: with the row's largest
 * magnitude {@code m}, {@code scale = bfloat16(m / 127)} rounded up and not below the smallest normal float,
 * {@code byte = round(value / scale)}. The error of a value is at most half a scale, {@link #int8Tolerance}. A row of
 * zeros has the scale 0.
 */
public final class DeltaCodec {
    /** Rows and columns above this are refused before anything is allocated. */
    public static final int MAX_DIMENSION = 4096;

    private static final int LEVELS = 127;

    private DeltaCodec() {}

    /**
     * Encodes a layer of shape [rows, columns].
     *
     * @param rows 1 to {@link #MAX_DIMENSION}
     * @param columns 1 to {@link #MAX_DIMENSION}
     * @param values row-major, {@code rows * columns} finite numbers
     * @throws IllegalArgumentException if sizes disagree or are out of range, or a value is not finite
     */
    public static LayerDelta encode(
            String name, int rows, int columns, float[] values, Encoding encoding) {
        if (!inRange(rows) || !inRange(columns) || values.length != rows * columns) {
            throw new IllegalArgumentException(
                    "layer %s has %d values for the shape [%d, %d]"
                            .formatted(name, values.length, rows, columns));
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "layer %s has the value %s at %d".formatted(name, values[i], i));
            }
        }
        return switch (encoding) {
            case FLOAT32 ->
                    new LayerDelta(
                            name, List.of(rows, columns), encoding, bytes(0), floats(values));
            case INT8 -> int8(name, rows, columns, values);
            case UNKNOWN ->
                    throw new IllegalArgumentException("encoding UNKNOWN is for readers only");
        };
    }

    /**
     * Decodes a layer to row-major values.
     *
     * @throws CorruptDeltaException if shape, sizes or encoding are not those of a delta this codec wrote
     */
    public static float[] decode(LayerDelta layer) throws CorruptDeltaException {
        List<Integer> shape = layer.getShape();
        if (shape.size() != 2 || !inRange(shape.get(0)) || !inRange(shape.get(1))) {
            throw new CorruptDeltaException(
                    "layer %s has the shape %s".formatted(layer.getName(), shape));
        }
        int rows = shape.get(0);
        int columns = shape.get(1);
        ByteBuffer data = layer.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer scales = layer.getScales().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        switch (layer.getEncoding()) {
            case FLOAT32 -> {
                requireSizes(layer, data, rows * columns * Float.BYTES, scales, 0);
                float[] values = new float[rows * columns];
                data.asFloatBuffer().get(values);
                for (float value : values) {
                    requireFinite(layer, value);
                }
                return values;
            }
            case INT8 -> {
                requireSizes(layer, data, rows * columns, scales, rows * Short.BYTES);
                float[] values = new float[rows * columns];
                for (int row = 0, i = 0; row < rows; row++) {
                    float scale = requireFinite(layer, fromBfloat16(scales.getShort()));
                    if (scale < 0) {
                        throw new CorruptDeltaException(
                                "layer %s has the scale %s".formatted(layer.getName(), scale));
                    }
                    for (int column = 0; column < columns; column++) {
                        values[i++] = requireFinite(layer, data.get() * scale);
                    }
                }
                return values;
            }
            default ->
                    throw new CorruptDeltaException(
                            "layer %s has an encoding this reader does not know"
                                    .formatted(layer.getName()));
        }
    }

    /** Largest error of an int8 value in a row whose largest magnitude is {@code rowMaximum}: half the row's scale. */
    public static float int8Tolerance(float rowMaximum) {
        return scale(rowMaximum) / 2;
    }

    private static LayerDelta int8(String name, int rows, int columns, float[] values) {
        ByteBuffer data = bytes(rows * columns);
        ByteBuffer scales = bytes(rows * Short.BYTES);
        for (int row = 0; row < rows; row++) {
            float maximum = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                maximum = Math.max(maximum, Math.abs(values[i]));
            }
            float scale = scale(maximum);
            scales.putShort((short) (Float.floatToRawIntBits(scale) >>> 16));
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                // In double: a quotient rounded to float may cross the middle between two steps.
                data.put((byte) (scale == 0 ? 0 : Math.rint((double) values[i] / scale)));
            }
        }
        return new LayerDelta(
                name, List.of(rows, columns), Encoding.INT8, scales.flip(), data.flip());
    }

    /** {@code maximum / 127} as bfloat16, rounded up so that no value exceeds 127 steps. */
    private static float scale(float maximum) {
        if (maximum == 0) {
            return 0;
        }
        int bits = Float.floatToRawIntBits(Math.max(maximum / LEVELS, Float.MIN_NORMAL));
        return Float.intBitsToFloat((bits + 0xFFFF) & 0xFFFF0000);
    }

    private static float fromBfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    private static ByteBuffer floats(float[] values) {
        ByteBuffer data = bytes(values.length * Float.BYTES);
        data.asFloatBuffer().put(values);
        return data;
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean inRange(int dimension) {
        return dimension > 0 && dimension <= MAX_DIMENSION;
    }

    private static float requireFinite(LayerDelta layer, float value) throws CorruptDeltaException {
        if (!Float.isFinite(value)) {
            throw new CorruptDeltaException(
                    "layer %s holds the value %s".formatted(layer.getName(), value));
        }
        return value;
    }

    private static void requireSizes(
            LayerDelta layer, ByteBuffer data, int dataBytes, ByteBuffer scales, int scaleBytes)
            throws CorruptDeltaException {
        if (data.remaining() != dataBytes || scales.remaining() != scaleBytes) {
            throw new CorruptDeltaException(
                    "layer %s has %d bytes of data and %d of scales, its shape %s needs %d and %d"
                            .formatted(
                                    layer.getName(),
                                    data.remaining(),
                                    scales.remaining(),
                                    layer.getShape(),
                                    dataBytes,
                                    scaleBytes));
        }
    }
}
