package duet.simulator.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Writes what a page is told as JSON on one line; a number that there is not is the text {@code
 * NaN}.
 */
final class LiveJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private LiveJson() {}

    static String of(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what a page is told is always JSON", e);
        }
    }
}
