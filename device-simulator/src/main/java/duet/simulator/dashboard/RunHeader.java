package duet.simulator.dashboard;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.simulator.workload.Workload;

/**
 * Holds what does not change while a run lasts. JSON has the groups flat, in their order.
 *
 * @param fleet the devices
 * @param load what they send
 * @param knowsGated whether the job is asked how many windows it gated
 * @param ranks whether devices rank over the stream
 */
public record RunHeader(
        @JsonUnwrapped Fleet fleet, @JsonUnwrapped Load load, boolean knowsGated, boolean ranks) {
    /**
     * Describes the devices.
     *
     * @param workload what they do, as reports name it
     * @param modelVersion the model that they start with
     * @param devices how many there are
     * @param seed of all that they do
     */
    public record Fleet(String workload, String modelVersion, int devices, long seed) {}

    /**
     * Describes what the devices send.
     *
     * @param arrivals arrival process of the windows
     * @param perSecond windows a second that are meant to be sent
     * @param expectedSeconds how long sending takes
     */
    public record Load(String arrivals, double perSecond, double expectedSeconds) {}

    /** Returns the header of a run of this workload. */
    public static RunHeader of(
            Workload workload, String modelVersion, boolean knowsGated, boolean ranks) {
        return new RunHeader(
                new Fleet(workload.name(), modelVersion, workload.devices(), workload.seed()),
                new Load(
                        workload.arrivals().process().toString(),
                        workload.arrivals().perSecond(),
                        workload.duration().toNanos() / 1e9),
                knowsGated,
                ranks);
    }
}
