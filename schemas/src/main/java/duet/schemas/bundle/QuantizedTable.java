package duet.schemas.bundle;

import duet.schemas.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A quantized table holds a matrix as int8 with a scale for each row: row r, column c is {@code
 * steps[r, c] · scales[r]}, with steps from -127 to 127 and a scale that is the largest number of
 * the row over 127, rounded up to float16. A step times a scale has at most 18 significant bits, so
 * that whoever multiplies them in float32 gets the very same value. A table of 100,001 rows of 32
 * takes 3.4 MB where float32 takes 12.8.
 *
 * <p>In a file a table NAME is an I8 tensor NAME [rows, columns] and an F16 tensor NAME.scales
 * [rows]. It is immutable; the arrays are handed on, not changed.
 */
public final class QuantizedTable {
    /** Steps go from minus this number to this number. */
    private static final int MOST_STEPS = 127;

    private static final String SCALES = ".scales";

    private final int rows;
    private final int columns;
    private final byte[] steps;
    private final short[] scales; // bits of float16

    private QuantizedTable(int rows, int columns, byte[] steps, short[] scales) {
        this.rows = rows;
        this.columns = columns;
        this.steps = steps;
        this.scales = scales;
    }

    /**
     * Returns whether a table's numbers are all finite and none is too large for a scale, which
     * goes up to 65,504.
     */
    public static boolean canHold(Tensor table) {
        for (float value : table.values()) {
            if (!(Math.abs(value) / MOST_STEPS <= Float16.MOST)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Quantizes a matrix: no number changes by more than half the scale of its row. What {@link
     * #values()} then gives is quantized without any change.
     *
     * @param table [rows, columns]
     * @throws IllegalArgumentException if the tensor is no matrix, or {@link #canHold} does not
     *     hold
     */
    public static QuantizedTable of(Tensor table) {
        if (table.shape().length != 2 || !canHold(table)) {
            throw new IllegalArgumentException(table + " cannot be quantized");
        }
        int rows = table.shape()[0];
        int columns = table.shape()[1];
        byte[] steps = new byte[table.values().length];
        short[] scales = new short[rows];
        for (int row = 0; row < rows; row++) {
            scales[row] = quantize(table.values(), row * columns, columns, steps);
        }
        return new QuantizedTable(rows, columns, steps, scales);
    }

    /** Quantizes a row to steps at the same place and returns the bits of its scale. */
    private static short quantize(float[] values, int at, int columns, byte[] steps) {
        float largest = 0;
        for (int i = at; i < at + columns; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        short bits = Float16.roundedUp(Math.max(Float16.LEAST, largest / MOST_STEPS));
        float scale = Float16.value(bits);
        boolean zero = true;
        for (int i = at; i < at + columns; i++) {
            steps[i] = (byte) Math.rint(values[i] / scale);
            zero &= steps[i] == 0;
        }
        return zero ? 0 : bits;
    }

    /** Returns whether a table of that name stands among tensors as int8. */
    public static boolean isIn(Map<String, ? extends StoredTensor> tensors, String name) {
        StoredTensor tensor = tensors.get(name);
        return tensor != null && tensor.type() == TensorType.I8;
    }

    /**
     * Takes a table out of a file's tensors, which are foreign.
     *
     * @throws InvalidInputException naming the tensor that is missing or of another type or shape,
     *     the row whose scale is neither 0 nor a positive normal number, a step of -128, or the row
     *     whose steps and scale are not what {@link #of(Tensor)} makes of any row
     */
    public static QuantizedTable of(
            Map<String, ? extends StoredTensor> tensors, String name, int rows, int columns) {
        byte[] steps = require(tensors, name, TensorType.I8, rows, columns);
        for (int i = 0; i < steps.length; i++) {
            if (steps[i] < -MOST_STEPS) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "the bundle's %s holds the step %d in row %d, the least is %d",
                                name,
                                steps[i],
                                i / columns,
                                -MOST_STEPS));
            }
        }
        short[] scales = new short[rows];
        ByteBuffer.wrap(require(tensors, name + SCALES, TensorType.F16, rows))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(scales);
        for (int row = 0; row < rows; row++) {
            int bits = Short.toUnsignedInt(scales[row]);
            if (!Float16.isScale(bits)) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "the bundle's %s holds %s for row %d, a scale is 0 or from %s to"
                                        + " %s",
                                name + SCALES,
                                Float16.anyValue(bits),
                                row,
                                Float16.LEAST,
                                Float16.MOST));
            }
        }
        for (int row = 0; row < rows; row++) {
            requireWritten(
                    name,
                    row,
                    Short.toUnsignedInt(scales[row]),
                    largest(steps, row * columns, columns));
        }
        return new QuantizedTable(rows, columns, steps, scales);
    }

    private static int largest(byte[] steps, int at, int columns) {
        int largest = 0;
        for (int i = at; i < at + columns; i++) {
            largest = Math.max(largest, Math.abs(steps[i]));
        }
        return largest;
    }

    /**
     * Refuses a row that {@link #of(Tensor)} does not make: its scale is the least that holds the
     * row, so that the largest number is 127 steps, and 0 where all steps are.
     */
    private static void requireWritten(String name, int row, int bits, int largest) {
        boolean sound =
                bits == 0
                        ? largest == 0
                        : largest == MOST_STEPS || largest > 0 && bits == Float16.LEAST_BITS;
        if (!sound) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the bundle's %s has steps up to %d in row %d, whose scale is %s: the"
                                    + " largest is %d, less only at the least scale, and 0 only at"
                                    + " the scale 0",
                            name,
                            largest,
                            row,
                            Float16.anyValue(bits),
                            MOST_STEPS));
        }
    }

    private static byte[] require(
            Map<String, ? extends StoredTensor> tensors,
            String name,
            TensorType type,
            int... shape) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new InvalidInputException("the bundle has no tensor " + name);
        }
        if (!(tensor instanceof PackedTensor packed)
                || packed.type() != type
                || !packed.hasShape(shape)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the bundle's %s is %s, its dimensions need %s%s",
                            name,
                            tensor,
                            type,
                            Arrays.toString(shape)));
        }
        return packed.bytes();
    }

    /** Returns the two tensors that a file holds of a table of that name. */
    public Map<String, StoredTensor> stored(String name) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        tensors.put(name, new PackedTensor(TensorType.I8, new int[] {rows, columns}, steps));
        ByteBuffer bytes = ByteBuffer.allocate(rows * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(scales);
        tensors.put(
                name + SCALES, new PackedTensor(TensorType.F16, new int[] {rows}, bytes.array()));
        return tensors;
    }

    /** Returns the names of the tensors that a file holds of a table of that name. */
    public static List<String> names(String name) {
        return List.of(name, name + SCALES);
    }

    /** Returns the numbers as float32, [rows, columns]. */
    public Tensor values() {
        float[] values = new float[steps.length];
        for (int row = 0; row < rows; row++) {
            float scale = scale(row);
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                values[i] = steps[i] * scale;
            }
        }
        return Tensor.of(values, rows, columns);
    }

    /** Returns the steps, row-major [rows, columns]; the array itself. */
    public byte[] steps() {
        return steps;
    }

    /** Returns the scale of a row. */
    public float scale(int row) {
        return Float16.value(scales[row]);
    }

    /** Returns how many bytes steps and scales take, in a file and in memory. */
    public long bytes() {
        return steps.length + (long) scales.length * Short.BYTES;
    }
}
