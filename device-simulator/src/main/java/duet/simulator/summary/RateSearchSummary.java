package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says what a search for the highest rate found.
 *
 * @param threshold what the rate has to keep, for example {@code p99 < 100 ms}
 * @param highestPerSecond highest rate in windows a second that kept it; null where none did
 * @param verdict one sentence: what the limit is, and whether the system or the load generator set
 *     it
 * @param steps the rates tried, in the order they were
 */
@JsonPropertyOrder({"threshold", "highestPerSecond", "verdict", "steps"})
public record RateSearchSummary(
        String threshold,
        @Nullable Double highestPerSecond,
        String verdict,
        List<RateStep> steps) {}
