package duet.embedded.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * One run of a job over all windows.
 *
 * @param job which one
 * @param windowsPerSecond windows answered a second in the steady part, {@link Answers#STEADY_FROM} to {@link
 *     Answers#STEADY_TO} of all
 * @param recordsPerSecond records written a second there
 * @param wholeWindowsPerSecond windows answered a second from the first to the last answer
 * @param coalesced share of the windows that were answered along with a later one of their device
 * @param bytesPerRecord mean bytes of a record that was written, with its key
 * @param valueBytesPerRecord the same without the key
 * @param cpuMicrosPerWindow processor time of the steady part by kind of process, microseconds a window
 * @param partMicrosPerWindow that of the profiled processes by {@link Part#key}; null where it was not recorded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BenchRun(
        MeasuredJob job,
        double windowsPerSecond,
        double recordsPerSecond,
        double wholeWindowsPerSecond,
        double coalesced,
        double bytesPerRecord,
        double valueBytesPerRecord,
        Map<String, Double> cpuMicrosPerWindow,
        Map<String, Double> partMicrosPerWindow) {}
