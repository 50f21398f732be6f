package duet.simulator.network;

import java.util.List;

/**
 * Describes the network of a fleet.
 *
 * @param up from devices to the broker
 * @param down from the broker to devices
 * @param offline devices without a connection now and then
 * @param outages connections that many devices lose at once; at most a handful
 */
public record NetworkConditions(Link up, Link down, OfflinePeriods offline, List<Outage> outages) {
    /** Everything arrives at once, always. */
    public static final NetworkConditions PERFECT =
            new NetworkConditions(Link.PERFECT, Link.PERFECT, OfflinePeriods.NONE, List.of());

    public NetworkConditions {
        outages = List.copyOf(outages);
    }

    /** Returns the same conditions with these outages. */
    public NetworkConditions withOutages(List<Outage> others) {
        return new NetworkConditions(up, down, offline, others);
    }

    /** Returns whether every record of every device arrives at once. */
    public boolean isPerfect() {
        return up.isPerfect() && down.isPerfect() && offline.share() == 0 && outages.isEmpty();
    }
}
