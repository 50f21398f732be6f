package duet.bench.measurement;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.bench.profile.ProcessorPart;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Describes one run of a job over all windows.
 *
 * @param job which one
 * @param rates what it did in a second
 * @param coalesced share of the windows that were answered along with a later one of their device
 * @param sizes of the records that were written
 * @param processor processor time
 */
public record BenchRun(
        MeasuredJob job,
        @JsonUnwrapped Rates rates,
        double coalesced,
        @JsonUnwrapped Sizes sizes,
        @JsonUnwrapped Processor processor) {

    /**
     * Tells what it did in a second.
     *
     * @param windowsPerSecond windows answered in the steady part, {@link Answers#STEADY_FROM} to
     *     {@link Answers#STEADY_TO} of all
     * @param recordsPerSecond records written there
     * @param wholeWindowsPerSecond windows answered from the first to the last answer
     */
    public record Rates(
            double windowsPerSecond, double recordsPerSecond, double wholeWindowsPerSecond) {}

    /**
     * Holds the mean bytes of the records that were written.
     *
     * @param bytesPerRecord with the key
     * @param valueBytesPerRecord without the key
     */
    public record Sizes(double bytesPerRecord, double valueBytesPerRecord) {}

    /**
     * Holds the processor time of the steady part, microseconds a window.
     *
     * @param cpuMicrosPerWindow by kind of process
     * @param partMicrosPerWindow that of the profiled processes by {@link ProcessorPart#key}; null
     *     where it was not recorded
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Processor(
            Map<String, Double> cpuMicrosPerWindow,
            @Nullable Map<String, Double> partMicrosPerWindow) {}
}
