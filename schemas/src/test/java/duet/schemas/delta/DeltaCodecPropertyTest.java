package duet.schemas.delta;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

class DeltaCodecPropertyTest {
    @Property
    void float32IsExact(@ForAll("rows") float[] row) throws Exception {
        float[] decoded =
                DeltaCodec.decode(DeltaCodec.encode("x", 1, row.length, row, Encoding.FLOAT32));
        for (int i = 0; i < row.length; i++) {
            assertThat(Float.floatToRawIntBits(decoded[i]))
                    .isEqualTo(Float.floatToRawIntBits(row[i]));
        }
    }

    @Property
    void quantizationIsWithinItsToleranceForAnyRow(@ForAll("rows") float[] row) throws Exception {
        assertWithinTolerance(row, 1);
    }

    /** Rows of one matrix may differ by any factor; each keeps its own tolerance. */
    @Property
    void quantizationIsWithinItsToleranceForRowsOfAnyMagnitude(
            @ForAll @IntRange(min = 1, max = 12) int rows,
            @ForAll @IntRange(min = 1, max = 40) int columns,
            @ForAll long seed)
            throws Exception {
        Random random = new Random(seed);
        float[] values = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            float magnitude = (float) Math.pow(10, random.nextInt(84) - 45);
            for (int column = 0; column < columns; column++) {
                values[row * columns + column] =
                        magnitude * Math.max(-3.4f, Math.min(3.4f, (float) random.nextGaussian()));
            }
        }
        assertWithinTolerance(values, rows);
    }

    /** To the nearest step, and half way between two to the even one. */
    @Property
    void int8StepsAreRoundedToEven(@ForAll long seed, @ForAll @IntRange(max = 60) int exponent) {
        Random random = new Random(seed);
        float[] row = new float[40];
        row[0] = 127;
        for (int i = 1; i < row.length; i++) {
            row[i] =
                    random.nextBoolean()
                            ? (random.nextInt(508) - 254) / 2f
                            : 127 * (2 * random.nextFloat() - 1);
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = Math.scalb(row[i], exponent - 30);
        }
        LayerDelta layer = DeltaCodec.encode("x", 1, row.length, row, Encoding.INT8);
        for (int i = 0; i < row.length; i++) {
            assertThat((int) layer.getData().get(i))
                    .isEqualTo((int) Math.rint(Math.scalb((double) row[i], 30 - exponent)));
        }
    }

    /** Multiples of half a step are where rounding goes wrong first. */
    @Property
    void quantizationIsWithinItsToleranceBetweenTwoSteps(
            @ForAll("magnitudes") float maximum, @ForAll @IntRange(min = -126, max = 126) int step)
            throws Exception {
        for (float half :
                new float[] {
                    RowEncoding.INT8.tolerance(maximum), RowEncoding.INT4.tolerance(maximum)
                }) {
            float middle = (2 * step + 1) * half;
            float value = Math.max(-maximum, Math.min(maximum, middle));
            assertWithinTolerance(
                    new float[] {maximum, value, Math.nextUp(value), Math.nextDown(value)}, 1);
        }
    }

    private static void assertWithinTolerance(float[] values, int rows)
            throws CorruptDeltaException {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return;
            }
        }
        int columns = values.length / rows;
        for (Encoding encoding : List.of(Encoding.INT8, Encoding.INT4)) {
            float[] decoded =
                    DeltaCodec.decode(DeltaCodec.encode("x", rows, columns, values, encoding));
            for (int row = 0; row < rows; row++) {
                float maximum = 0;
                for (int i = row * columns; i < (row + 1) * columns; i++) {
                    maximum = Math.max(maximum, Math.abs(values[i]));
                }
                double tolerance = RowEncoding.of(encoding).tolerance(maximum);
                for (int i = row * columns; i < (row + 1) * columns; i++) {
                    assertThat(Math.abs((double) decoded[i] - values[i]))
                            .as("%s decoded from %s as %s", decoded[i], values[i], encoding)
                            .isLessThanOrEqualTo(tolerance);
                }
            }
        }
    }

    @Property
    void everyEncodingAndRankIsWithinItsTolerance(
            @ForAll("encodings") Encoding encoding,
            @ForAll @IntRange(min = 1, max = 20) int columns,
            @ForAll @IntRange(min = 0, max = 20) int anyRank,
            @ForAll long seed)
            throws Exception {
        Random random = new Random(seed);
        int rank = Math.min(anyRank, columns);
        float[] values = factors(random, columns, rank);

        float[] decoded =
                DeltaCodec.decode(
                        DeltaCodec.encode("x", columns + 1, columns, rank, values, encoding));

        float[] tolerance = DeltaCodec.tolerance(columns + 1, columns, rank, values, encoding);
        for (int i = 0; i < decoded.length; i++) {
            double exact = exact(values, columns, rank, i / columns, i % columns);
            assertThat(Math.abs(decoded[i] - exact))
                    .as("number %d, %s instead of %s", i, decoded[i], exact)
                    .isLessThanOrEqualTo(tolerance[i]);
        }
    }

    /** What is added is what is decoded, but for the rounding of the sum. */
    @Property
    void addingIsDecodingAndAdding(
            @ForAll("encodings") Encoding encoding,
            @ForAll @IntRange(min = 1, max = 12) int columns,
            @ForAll @IntRange(min = 0, max = 12) int anyRank,
            @ForAll long seed)
            throws Exception {
        Random random = new Random(seed);
        int rank = Math.min(anyRank, columns);
        float[] values = factors(random, columns, rank);
        LayerDelta layer = DeltaCodec.encode("x", columns + 1, columns, rank, values, encoding);
        float[] decoded = DeltaCodec.decode(layer);
        float[] weights = new float[decoded.length];
        float[] global = new float[decoded.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
            global[i] = weights[i];
        }

        DeltaCodec.addTo(layer, weights);

        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }

        for (int i = 0; i < weights.length; i++) {
            double magnitude =
                    Math.abs(global[i]) + exact(values, columns, rank, i / columns, i % columns);
            assertThat(weights[i])
                    .isCloseTo(
                            global[i] + decoded[i],
                            Offset.offset((float) (1e-6 * (rank + 2) * magnitude)));
        }
    }

    /** Any other exception, and any weight that is not finite, fails the property. */
    @Property(tries = 3000)
    void whateverIsChangedIsDecodedOrRefusedInOneWay(
            @ForAll("encodings") Encoding encoding,
            @ForAll @IntRange(min = 1, max = 9) int columns,
            @ForAll @IntRange(min = 0, max = 9) int anyRank,
            @ForAll long seed) {
        Random random = new Random(seed);
        int rank = Math.min(anyRank, columns);
        LayerDelta layer =
                DeltaCodec.encode(
                        "x", columns + 1, columns, rank, factors(random, columns, rank), encoding);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            switch (random.nextInt(6)) {
                case 0 -> layer.setRank(random.nextBoolean() ? random.nextInt() : rank + 1);
                case 1 -> layer.setShape(random.ints(random.nextInt(4), -1, 5000).boxed().toList());
                case 2 ->
                        layer.setEncoding(
                                Encoding.values()[random.nextInt(Encoding.values().length)]);
                case 3 -> layer.setScales(randomBytes(random, layer.getScales().remaining()));
                case 4 -> layer.setData(randomBytes(random, layer.getData().remaining()));
                default -> layer.setData(randomBytes(random, random.nextInt(300)));
            }
        }
        float[] weights = new float[(columns + 1) * columns];
        try {
            DeltaCodec.addTo(layer, weights);
            for (float weight : weights) {
                assertThat(weight).isFinite();
            }
        } catch (CorruptDeltaException e) {
            assertThat(e).message().startsWith("layer x ");
        }
    }

    private static ByteBuffer randomBytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** Stored rows of magnitudes that differ by up to a million. */
    private static float[] factors(Random random, int columns, int rank) {
        int rows = rank == 0 ? columns + 1 : 2 * rank + 1;
        float[] values = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            double magnitude = Math.pow(10, random.nextInt(7) - 5);
            for (int column = 0; column < columns; column++) {
                values[row * columns + column] = (float) (magnitude * random.nextGaussian());
            }
        }
        return values;
    }

    private static double exact(float[] values, int columns, int rank, int i, int j) {
        if (rank == 0) {
            return values[i * columns + j];
        }
        if (i == columns) {
            return values[2 * rank * columns + j];
        }
        double sum = 0;
        for (int k = 0; k < rank; k++) {
            sum += (double) values[k * columns + i] * values[(rank + k) * columns + j];
        }
        return sum;
    }

    @Provide
    Arbitrary<Encoding> encodings() {
        return Arbitraries.of(Encoding.FLOAT32, Encoding.INT8, Encoding.INT4);
    }

    @Provide
    Arbitrary<float[]> rows() {
        return Arbitraries.oneOf(
                        Combinators.combine(magnitudes(), Arbitraries.of(1, -1))
                                .as((magnitude, sign) -> sign * magnitude),
                        Arbitraries.of(0f, -0f, Float.MIN_VALUE, -Float.MIN_NORMAL, 1e30f))
                .array(float[].class)
                .ofMinSize(1)
                .ofMaxSize(64);
    }

    /** Any positive finite float, all exponents equally likely. */
    @Provide
    Arbitrary<Float> magnitudes() {
        return Arbitraries.integers()
                .between(1, Float.floatToRawIntBits(Float.MAX_VALUE))
                .withDistribution(RandomDistribution.uniform())
                .map(Float::intBitsToFloat);
    }
}
