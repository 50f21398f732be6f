package duet.simulator.measurement;

/**
 * The way of a window, in stages. All but {@link #SEND_DELAY} count from intended send times and
 * cloud timestamps.
 */
public enum Stage {
    /** Intended send time to the send call: how far the load generator itself fell behind. */
    SEND_DELAY("sendDelay", "Send delay", "intended send time → handed to the Kafka producer"),

    /** Intended send time of the newest window a delta answers to the job taking that window in. */
    INTAKE("intake", "Intake", "intended send time → taken in by the job"),

    /** Taken in by the job to generated. */
    GENERATION("generation", "Generation", "taken in by the job → delta generated"),

    /** Generated to handled by the device. */
    DELIVERY("delivery", "Delivery", "delta generated → applied on the device"),

    /**
     * Intended send time of a window to the device having the delta that answers it; every window
     * counts once.
     */
    EVENT_TO_APPLIED(
            "eventToApplied", "Event to applied", "intended send time → applied on the device");

    private final String key;
    private final String title;
    private final String meaning;

    Stage(String key, String title, String meaning) {
        this.key = key;
        this.title = title;
        this.meaning = meaning;
    }

    /** Name in {@code summary.json}. */
    public String key() {
        return key;
    }

    public String title() {
        return title;
    }

    /** From what to what. */
    public String meaning() {
        return meaning;
    }
}
