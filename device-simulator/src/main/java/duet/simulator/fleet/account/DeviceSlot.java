package duet.simulator.fleet.account;

import duet.device.Device;
import duet.simulator.workload.ScheduledWindow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds a device that has sent or received something; its monitor guards the rest. */
public final class DeviceSlot {
    public final Device device;
    final OpenWindows onTheirWay = new OpenWindows();
    final SeenDeltas seen = new SeenDeltas();

    /** Is null where nobody is to look at devices. */
    private final @Nullable RecentItems recent;

    /**
     * Holds the intended send times of windows that were on their way when the device switched
     * models, or whose delta did not reach it: the next delta that it takes brings what they are
     * worth.
     */
    private List<Long> carried = List.of();

    /** Holds the window that reaches furthest; null before the first. */
    private @Nullable ScheduledWindow newest;

    /** Holds the size in bytes of the newest delta that the device took; 0 before the first. */
    private int deltaBytes;

    /** Says when the device took it, in microseconds since the epoch. */
    private long deltaMicros;

    /**
     * Creates the slot of a device that has not sent or received anything.
     *
     * @param remembers whether it keeps the items it touched last, for those who look at it
     */
    DeviceSlot(Device device, boolean remembers) {
        this.device = device;
        this.recent = remembers ? new RecentItems() : null;
    }

    boolean hasDelta() {
        return device.lastSequence() >= 0;
    }

    /** Returns the window that reaches furthest; null before the first. */
    @Nullable ScheduledWindow newest() {
        return newest;
    }

    void sends(ScheduledWindow window) {
        if (newest == null || window.lastSequence() > newest.lastSequence()) {
            newest = window.withoutRanking();
        }
        if (recent != null) {
            recent.take(window, device.model().dimensions().window());
        }
    }

    /**
     * Returns the items the device touched last, oldest first: those of its newest window where it
     * keeps no others.
     */
    long[] recentItems() {
        return recent == null ? newest.items() : recent.items();
    }

    void took(long bytes, long atMicros) {
        deltaBytes = Math.toIntExact(bytes);
        deltaMicros = atMicros;
    }

    /** Returns what is known of the newest delta that the device took; null before the first. */
    DeviceLens.@Nullable Receipt receipt() {
        return deltaBytes == 0 ? null : new DeviceLens.Receipt(deltaBytes, deltaMicros);
    }

    /** Says that the device has left the version that its windows on their way name. */
    void leftVersion() {
        carry(onTheirWay.carry());
    }

    /**
     * Says that windows sent then are answered, but the device has nothing of it: the next delta
     * that it takes brings what they are worth.
     */
    void carry(List<Long> sentAt) {
        List<Long> more = new ArrayList<>(carried);
        more.addAll(sentAt);
        carried = more;
    }

    /** Adds the times at which the windows carried over were sent; they are carried no longer. */
    List<Long> withCarried(List<Long> answered) {
        if (carried.isEmpty()) {
            return answered;
        }
        List<Long> all = new ArrayList<>(answered);
        all.addAll(carried);
        carried = List.of();
        return all;
    }
}
