package duet.simulator.network;

import java.util.List;

/**
 * The network of a fleet.
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

    /** The same with these outages. */
    public NetworkConditions withOutages(List<Outage> others) {
        return new NetworkConditions(up, down, offline, others);
    }

    /** Whether every record of every device arrives at once. */
    public boolean isPerfect() {
        return up.isPerfect() && down.isPerfect() && offline.share() == 0 && outages.isEmpty();
    }
}
