package duet.bench.measurement;

import com.fasterxml.jackson.annotation.JsonValue;

/** Names the two jobs that are compared. */
public enum MeasuredJob {
    GENERATION("job", "generation"),
    PASS_THROUGH("passThrough", "pass-through");

    private final String key;
    private final String description;

    MeasuredJob(String key, String description) {
        this.key = key;
        this.description = description;
    }

    /** Returns the name for people. */
    public String description() {
        return description;
    }

    /** Returns the name in JSON. */
    @JsonValue
    public String key() {
        return key;
    }
}
