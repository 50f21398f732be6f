package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * Says what was run. JSON has the groups flat, in their order.
 *
 * @param fleet the devices
 * @param rate how fast they sent
 * @param time when and for how long
 * @param ranksHeldOut whether devices ranked held-out items at the end
 */
public record RunFacts(
        @JsonUnwrapped Fleet fleet,
        @JsonUnwrapped Rate rate,
        @JsonUnwrapped Time time,
        boolean ranksHeldOut) {
    /** This is {@link Rate#arrivals} of a closed loop. */
    public static final String CLOSED = "closed";

    /**
     * Describes the devices.
     *
     * @param workload name of the workload
     * @param modelVersion model version the devices came with; releases may have moved them, see
     *     {@link RunSummary.Measured#versions}
     * @param seed seed of the workload
     * @param devices number of devices
     * @param devicesWithDelta devices that hold a delta at the end
     */
    public record Fleet(
            String workload, String modelVersion, long seed, int devices, int devicesWithDelta) {}

    /**
     * Says how fast they sent.
     *
     * @param arrivals arrival process; {@code closed}: a window is sent when an earlier one was
     *     answered, so latencies are those of a closed loop
     * @param ratePerSecond mean rate in windows a second that was meant
     * @param achievedPerSecond rate at which windows were really sent
     */
    public record Rate(String arrivals, double ratePerSecond, double achievedPerSecond) {}

    /**
     * Says when the run was and how long it took.
     *
     * @param sendingSeconds time from the first intended send to the last send
     * @param totalSeconds the same to the last answer
     * @param startedAt when it started, ISO 8601
     */
    public record Time(double sendingSeconds, double totalSeconds, String startedAt) {}
}
