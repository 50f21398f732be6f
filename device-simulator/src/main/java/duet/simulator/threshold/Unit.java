package duet.simulator.threshold;

/** The unit of a threshold's limit. */
public enum Unit {
    MILLISECONDS("ms"),
    SECONDS("s"),
    /** Of the windows. */
    PERCENT("%"),
    NONE("");

    private final String sign;

    Unit(String sign) {
        this.sign = sign;
    }

    /** As written; empty for {@link #NONE}. */
    public String sign() {
        return sign;
    }
}
