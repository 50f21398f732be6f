package duet.simulator.threshold;

/** Says how a threshold compares what was measured with its limit. */
public enum Operator {
    BELOW("<"),
    AT_MOST("<="),
    ABOVE(">"),
    AT_LEAST(">="),
    EQUAL("=");

    private final String sign;

    Operator(String sign) {
        this.sign = sign;
    }

    /** Returns the operator as written. */
    public String sign() {
        return sign;
    }

    /** Returns whether {@code value} compares so with {@code limit}; never for NaN. */
    public boolean holds(double value, double limit) {
        return switch (this) {
            case BELOW -> value < limit;
            case AT_MOST -> value <= limit;
            case ABOVE -> value > limit;
            case AT_LEAST -> value >= limit;
            case EQUAL -> value == limit;
        };
    }
}
