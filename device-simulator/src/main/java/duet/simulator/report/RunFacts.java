package duet.simulator.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What was run.
 *
 * @param workload name of the workload
 * @param modelVersion model version the devices came with; releases may have moved them, see {@link RunSummary#versions}
 * @param seed seed of the workload
 * @param devices number of devices
 * @param devicesWithDelta devices that hold a delta at the end
 * @param arrivals arrival process; {@code closed}: a window is sent when an earlier one was answered, so latencies are
 *     those of a closed loop
 * @param ratePerSecond mean rate in windows a second that was meant
 * @param achievedPerSecond rate at which windows were really sent
 * @param sendingSeconds time from the first intended send to the last send
 * @param totalSeconds the same to the last answer
 * @param startedAt when it started, ISO 8601
 * @param ranksHeldOut whether devices ranked held-out items at the end
 */
@JsonPropertyOrder({
    "workload",
    "modelVersion",
    "seed",
    "devices",
    "devicesWithDelta",
    "arrivals",
    "ratePerSecond",
    "achievedPerSecond",
    "sendingSeconds",
    "totalSeconds",
    "startedAt",
    "ranksHeldOut"
})
public record RunFacts(
        String workload,
        String modelVersion,
        long seed,
        int devices,
        int devicesWithDelta,
        String arrivals,
        double ratePerSecond,
        double achievedPerSecond,
        double sendingSeconds,
        double totalSeconds,
        String startedAt,
        boolean ranksHeldOut) {
    /** {@link #arrivals} of a closed loop. */
    public static final String CLOSED = "closed";
}
