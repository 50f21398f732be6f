package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Says what a run had to do with one model version.
 *
 * @param devices devices that run it at the end
 * @param devicesWithDelta of those, the ones that hold a delta, which is of this version
 * @param windows windows that named it
 * @param deltas different deltas of it that arrived
 * @param wrongVersionDeltas of the delta records of it, those that reached a device which ran
 *     another version by then and refused them
 */
@JsonPropertyOrder({"devices", "devicesWithDelta", "windows", "deltas", "wrongVersionDeltas"})
public record VersionFacts(
        int devices, int devicesWithDelta, long windows, long deltas, long wrongVersionDeltas) {
    /** Returns the facts of two parts of a fleet together. */
    public VersionFacts plus(VersionFacts other) {
        return new VersionFacts(
                devices + other.devices,
                devicesWithDelta + other.devicesWithDelta,
                windows + other.windows,
                deltas + other.deltas,
                wrongVersionDeltas + other.wrongVersionDeltas);
    }
}
