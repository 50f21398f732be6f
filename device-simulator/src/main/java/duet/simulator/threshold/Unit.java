package duet.simulator.threshold;

/** A unit says what a threshold's limit is measured in. */
public enum Unit {
    MILLISECONDS("ms"),
    SECONDS("s"),
    /** The limit is a share of the windows. */
    PERCENT("%"),
    NONE("");

    private final String sign;

    Unit(String sign) {
        this.sign = sign;
    }

    /** Returns the unit as written; empty for {@link #NONE}. */
    public String sign() {
        return sign;
    }
}
