package duet.simulator.measurement;

/**
 * Divides the way of a window into stages. All but {@link #SEND_DELAY} count from intended send
 * times and cloud timestamps.
 */
public enum Stage {
    /**
     * Goes from the intended send time to the send call: how far the load generator itself fell
     * behind.
     */
    SEND_DELAY("sendDelay", "Send delay", "intended send time → handed to the Kafka producer"),

    /**
     * Goes from the intended send time of the newest window a delta answers until the job has taken
     * that window in.
     */
    INTAKE("intake", "Intake", "intended send time → taken in by the job"),

    /** Goes from the moment the job took the window in until the delta was generated. */
    GENERATION("generation", "Generation", "taken in by the job → delta generated"),

    /** Goes from the moment the delta was generated until the device has handled it. */
    DELIVERY("delivery", "Delivery", "delta generated → applied on the device"),

    /**
     * Goes from the intended send time of a window until the device has the delta that answers it;
     * every window counts once.
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

    /** Returns the name in {@code summary.json}. */
    public String key() {
        return key;
    }

    public String title() {
        return title;
    }

    /** Returns from what to what the stage goes. */
    public String meaning() {
        return meaning;
    }
}
