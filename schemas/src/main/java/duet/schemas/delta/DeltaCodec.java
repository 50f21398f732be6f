package duet.schemas.delta;

import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Turns the delta of one dynamic layer into bytes and back. This is the contract between cloud and
 * device.
 *
 * <p>What is stored of a layer [rows, columns] depends on the delta's rank. Of rank 0 its rows are
 * stored. Of rank r from 1 to {@code columns}, for a layer [d + 1, d], the factors are stored:
 * {@code 2 r + 1} rows of d numbers: u_1 to u_r, v_1 to v_r, c. They stand for the layer whose
 * number {@code [i][j]} is {@code Σ_k u_k[i] v_k[j]} for {@code i < d} and whose last row is c.
 *
 * <p>{@link Encoding#FLOAT32} stores numbers exactly. {@link Encoding#INT8} and {@link
 * Encoding#INT4} quantize each stored row symmetrically to {@code n} = 127 or 7 steps: with the
 * row's largest magnitude {@code m}, {@code scale = bfloat16(m / n)} rounded up and not below the
 * smallest normal float, {@code step = round(value / scale)}. The error of a stored value is at
 * most half a scale, see {@link #tolerance}. A row of zeros has the scale 0.
 */
public final class DeltaCodec {
    /** Rows and columns above this are refused before anything is allocated. */
    public static final int MAX_DIMENSION = 4096;

    private DeltaCodec() {}

    /** Encodes a layer of rank 0, all of whose numbers are given. */
    public static LayerDelta encode(
            String name, int rows, int columns, float[] values, Encoding encoding) {
        return encode(name, rows, columns, 0, values, encoding);
    }

    /**
     * Encodes a layer of shape [rows, columns].
     *
     * @param rows 1 to {@link #MAX_DIMENSION}
     * @param columns 1 to {@link #MAX_DIMENSION}
     * @param rank 0, or 1 to {@code columns} for a layer of {@code columns + 1} rows
     * @param values the stored rows, row-major, finite: {@code rows * columns} numbers for rank 0,
     *     {@code (2 rank + 1) * columns} otherwise
     * @throws IllegalArgumentException if sizes disagree or are out of range, or a value is not
     *     finite
     */
    public static LayerDelta encode(
            String name, int rows, int columns, int rank, float[] values, Encoding encoding) {
        if (!isShape(rows, columns)) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT, "layer %s has the shape [%d, %d]", name, rows, columns));
        }
        if (!isRank(rank, rows, columns)) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "layer %s has the rank %d and the shape [%d, %d]",
                            name,
                            rank,
                            rows,
                            columns));
        }
        int storedRows = storedRows(rows, rank);
        if (values.length != storedRows * columns) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "layer %s has %d values for the shape [%d, %d] and the rank %d",
                            name,
                            values.length,
                            rows,
                            columns,
                            rank));
        }
        RowEncoding form = RowEncoding.of(encoding);
        if (form == null) {
            throw new IllegalArgumentException("encoding " + encoding + " is for readers only");
        }
        ByteBuffer data = bytes(storedRows * form.rowBytes(columns));
        ByteBuffer scales = bytes(storedRows * form.scaleBytes());
        for (int row = 0; row < storedRows; row++) {
            if (!form.write(values, row * columns, columns, data, scales)) {
                throw notFinite(name, values);
            }
        }
        return new LayerDelta(
                name, List.of(rows, columns), encoding, scales.flip(), data.flip(), rank);
    }

    private static IllegalArgumentException notFinite(String name, float[] values) {
        int at = 0;
        while (Float.isFinite(values[at])) {
            at++;
        }
        return new IllegalArgumentException(
                String.format(
                        Locale.ROOT, "layer %s has the value %s at %d", name, values[at], at));
    }

    /**
     * Decodes a layer to all its numbers, row-major. The factors of a rank above 0 are much smaller
     * than these; a device uses {@link #addTo}.
     *
     * @throws CorruptDeltaException if the layer is not one this codec wrote
     */
    public static float[] decode(LayerDelta layer) throws CorruptDeltaException {
        Stored stored = Stored.of(layer);
        float[] values = new float[stored.rows * stored.columns];
        // The neutral element of addition: with it a stored zero keeps its sign.
        Arrays.fill(values, -0.0f);
        add(layer, stored, values);
        return values;
    }

    /**
     * Adds a layer's delta to weights, holding no decoded copy of it: one row, or its factors.
     *
     * <p>After an exception the weights are in an undefined state: add to an array that may be
     * thrown away.
     *
     * @param weights row-major, of the layer's shape
     * @throws CorruptDeltaException if the layer is not one this codec wrote, has another shape
     *     than the weights, or leads to weights that are not finite
     */
    public static void addTo(LayerDelta layer, float[] weights) throws CorruptDeltaException {
        Stored stored = Stored.of(layer);
        if (weights.length != stored.rows * stored.columns) {
            throw corrupt(
                    layer,
                    String.format(
                            Locale.ROOT,
                            "has the shape %s, there are %,d weights",
                            layer.getShape(),
                            weights.length));
        }
        add(layer, stored, weights);
    }

    private static void add(LayerDelta layer, Stored stored, float[] weights)
            throws CorruptDeltaException {
        try {
            if (stored.rank == 0) {
                addRows(stored, weights);
            } else {
                addFactors(stored, weights);
            }
        } catch (CorruptDeltaException e) {
            throw corrupt(layer, e.getMessage());
        }
    }

    private static void addRows(Stored stored, float[] weights) throws CorruptDeltaException {
        int columns = stored.columns;
        float[] row = new float[columns];
        for (int at = 0; at < weights.length; at += columns) {
            stored.readRow(row, 0);
            addRow(1, row, 0, weights, at, columns);
            requireFinite(weights, at, columns);
        }
    }

    private static void addFactors(Stored stored, float[] weights) throws CorruptDeltaException {
        int columns = stored.columns;
        int rank = stored.rank;
        float[] factors = new float[storedRows(stored.rows, rank) * columns];
        for (int at = 0; at < factors.length; at += columns) {
            stored.readRow(factors, at);
        }
        int v = rank * columns;
        int bias = 2 * v;
        for (int i = 0; i < columns; i++) {
            for (int k = 0; k < rank; k++) {
                float u = factors[k * columns + i];
                addRow(u, factors, v + k * columns, weights, i * columns, columns);
            }
            requireFinite(weights, i * columns, columns);
        }
        addRow(1, factors, bias, weights, columns * columns, columns);
        requireFinite(weights, columns * columns, columns);
    }

    private static void addRow(
            float factor, float[] row, int from, float[] weights, int at, int columns) {
        for (int j = 0; j < columns; j++) {
            weights[at + j] += factor * row[from + j];
        }
    }

    /**
     * Returns the largest error of every number of a decoded layer, row-major [rows, columns],
     * against the layer that {@code values} stand for: what quantizing the stored rows may cost,
     * and for a rank above 0 what products and sums in single precision may.
     *
     * @param values the stored rows, as for {@link #encode(String, int, int, int, float[],
     *     Encoding)}
     */
    public static float[] tolerance(
            int rows, int columns, int rank, float[] values, Encoding encoding) {
        RowEncoding form = RowEncoding.of(encoding);
        int storedRows = storedRows(rows, rank);
        float[] errors = new float[storedRows];
        for (int row = 0; row < storedRows; row++) {
            errors[row] = form.tolerance(RowEncoding.maximum(values, row * columns, columns));
        }
        float[] tolerance = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            boolean product = rank > 0 && i < columns;
            for (int j = 0; j < columns; j++) {
                tolerance[i * columns + j] =
                        product
                                ? productTolerance(values, errors, columns, rank, i, j)
                                : errors[rank == 0 ? i : 2 * rank];
            }
        }
        return tolerance;
    }

    private static float productTolerance(
            float[] values, float[] errors, int columns, int rank, int i, int j) {
        double error = 0;
        double magnitude = 0;
        for (int k = 0; k < rank; k++) {
            double u = Math.abs(values[k * columns + i]);
            double v = Math.abs(values[(rank + k) * columns + j]);
            double ofU = errors[k];
            double ofV = errors[rank + k];
            error += u * ofV + v * ofU + ofU * ofV;
            magnitude += (u + ofU) * (v + ofV);
        }
        // Each of at most rank + 1 roundings costs half a unit in the last place of a partial sum,
        // on both sides of a comparison.
        return Math.nextUp((float) (error + (rank + 1) * magnitude * 0x1p-23));
    }

    private static int storedRows(int rows, int rank) {
        return rank == 0 ? rows : 2 * rank + 1;
    }

    private static boolean isShape(int rows, int columns) {
        return rows > 0 && rows <= MAX_DIMENSION && columns > 0 && columns <= MAX_DIMENSION;
    }

    private static boolean isRank(int rank, int rows, int columns) {
        return rank == 0 || (rank > 0 && rank <= columns && rows == columns + 1);
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static CorruptDeltaException corrupt(LayerDelta layer, String what) {
        return new CorruptDeltaException("layer " + layer.getName() + " " + what);
    }

    private static void requireFinite(float[] weights, int from, int columns)
            throws CorruptDeltaException {
        for (int i = from; i < from + columns; i++) {
            if (!Float.isFinite(weights[i])) {
                throw new CorruptDeltaException("leads to the weight " + weights[i]);
            }
        }
    }

    /**
     * Holds a layer whose shape, rank, encoding and sizes fit together; its rows are read one after
     * the other.
     */
    private record Stored(
            RowEncoding form, int rows, int columns, int rank, ByteBuffer data, ByteBuffer scales) {

        static Stored of(LayerDelta layer) throws CorruptDeltaException {
            List<Integer> shape = layer.getShape();
            if (shape.size() != 2 || !isShape(shape.get(0), shape.get(1))) {
                throw corrupt(layer, "has the shape " + shape);
            }
            int rows = shape.get(0);
            int columns = shape.get(1);
            int rank = layer.getRank();
            if (!isRank(rank, rows, columns)) {
                throw corrupt(layer, "has the rank " + rank + ", its shape " + shape);
            }
            RowEncoding form = RowEncoding.of(layer.getEncoding());
            if (form == null) {
                throw corrupt(layer, "has an encoding this reader does not know");
            }
            ByteBuffer data = layer.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer scales = layer.getScales().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            int storedRows = storedRows(rows, rank);
            int dataBytes = storedRows * form.rowBytes(columns);
            int scaleBytes = storedRows * form.scaleBytes();
            if (data.remaining() != dataBytes || scales.remaining() != scaleBytes) {
                throw corrupt(
                        layer,
                        String.format(
                                Locale.ROOT,
                                "has %d bytes of data and %d of scales, its shape %s and rank %d"
                                        + " need %d and %d",
                                data.remaining(),
                                scales.remaining(),
                                shape,
                                rank,
                                dataBytes,
                                scaleBytes));
            }
            return new Stored(form, rows, columns, rank, data, scales);
        }

        void readRow(float[] values, int from) throws CorruptDeltaException {
            form.read(data, scales, values, from, columns);
        }
    }
}
