package duet.embedded.bench;

import com.fasterxml.jackson.annotation.JsonValue;

/** The two jobs that are compared. */
public enum MeasuredJob {
    PASS_THROUGH("passThrough"),
    GENERATION("job");

    private final String key;

    MeasuredJob(String key) {
        this.key = key;
    }

    /** Name in JSON. */
    @JsonValue
    public String key() {
        return key;
    }
}
