package duet.simulator.dashboard;

import duet.simulator.workload.Workload;

/**
 * What does not change while a run lasts.
 *
 * @param workload what the devices do, as reports name it
 * @param modelVersion the model that the devices start with
 * @param devices how many there are
 * @param seed of all that they do
 * @param arrivals arrival process of the windows
 * @param perSecond windows a second that are meant to be sent
 * @param expectedSeconds how long sending takes
 * @param knowsGated whether the job is asked how many windows it gated
 * @param ranks whether devices rank over the stream
 */
public record RunHeader(
        String workload,
        String modelVersion,
        int devices,
        long seed,
        String arrivals,
        double perSecond,
        double expectedSeconds,
        boolean knowsGated,
        boolean ranks) {
    /** The header of a run of this workload. */
    public static RunHeader of(
            Workload workload, String modelVersion, boolean knowsGated, boolean ranks) {
        return new RunHeader(
                workload.name(),
                modelVersion,
                workload.devices(),
                workload.seed(),
                workload.arrivals().process().toString(),
                workload.arrivals().perSecond(),
                workload.duration().toNanos() / 1e9,
                knowsGated,
                ranks);
    }
}
