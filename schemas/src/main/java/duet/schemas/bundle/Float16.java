package duet.schemas.bundle;

/**
 * Converts the numbers of IEEE 754 binary16 that scales of a {@link QuantizedTable} may be: 0, and
 * the positive normal ones.
 */
final class Float16 {
    /** This is the least positive normal number. */
    static final float LEAST = 0x1p-14f;

    /** This is the largest finite number. */
    static final float MOST = 65504;

    /** These are the bits of {@link #LEAST}. */
    static final int LEAST_BITS = 0x0400;

    private static final int MOST_BITS = 0x7bff;

    /** So many bits of mantissa does float32 have more. */
    private static final int NARROWER = 13;

    /** So much larger is the bias of float32's exponent, in the bits of a float32. */
    private static final int BIAS = 112 << 23;

    private Float16() {}

    /** Returns whether the bits, of which the lower 16 count, are a number that a scale may be. */
    static boolean isScale(int bits) {
        return bits == 0 || bits >= LEAST_BITS && bits <= MOST_BITS;
    }

    /**
     * Returns the bits of the least number that is not below a value.
     *
     * @param value from {@link #LEAST} to {@link #MOST}
     */
    static short roundedUp(float value) {
        int bits = Float.floatToIntBits(value) - BIAS;
        return (short) (bits + (1 << NARROWER) - 1 >> NARROWER);
    }

    /** Returns the value of the bits of 0 or a positive normal number. */
    static float value(short bits) {
        return bits == 0 ? 0 : Float.intBitsToFloat((bits << NARROWER) + BIAS);
    }

    /** Returns the value of any bits, for messages. */
    static double anyValue(int bits) {
        int exponent = bits >> 10 & 0x1f;
        int mantissa = bits & 0x3ff;
        double size =
                exponent == 0x1f
                        ? mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                        : exponent == 0
                                ? mantissa * 0x1p-24
                                : Math.scalb(1 + mantissa * 0x1p-10, exponent - 15);
        return (bits & 0x8000) == 0 ? size : -size;
    }
}
