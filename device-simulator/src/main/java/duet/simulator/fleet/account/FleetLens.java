package duet.simulator.fleet.account;

import duet.schemas.bundle.ItemNames;
import duet.simulator.fleet.account.DeviceLens.Receipt;
import duet.simulator.fleet.account.DeviceLens.ShownItem;
import duet.simulator.fleet.account.DeviceLens.Window;
import duet.simulator.workload.ScheduledWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds devices of a fleet and looks at them; wakes none that is idle. Any thread may ask. */
public final class FleetLens {
    private final FleetDevices devices;

    public FleetLens(FleetDevices devices) {
        this.devices = devices;
    }

    /**
     * Looks at the device of that id as it is now; empty if it is not of this part of the fleet.
     */
    public Optional<DeviceLens> lens(String id, long nowMicros) {
        int device = devices.indexOf(id);
        if (device < 0 || !devices.holds(device)) {
            return Optional.empty();
        }
        DeviceSlot slot = devices.slotIfAwake(device);
        if (slot == null) {
            return Optional.of(
                    new DeviceLens(
                            id, devices.versionOf(device), null, null, List.of(), List.of()));
        }
        Window window;
        Receipt receipt;
        synchronized (slot) {
            window = window(slot);
            receipt = slot.receipt();
        }
        return Optional.of(DeviceLens.of(slot.device, window, receipt, nowMicros));
    }

    /** Finds devices of this part whose id contains the text, those that hold a delta first. */
    public List<DeviceEntry> find(String text, int limit) {
        List<DeviceEntry> found = new ArrayList<>();
        for (boolean personalized : new boolean[] {true, false}) {
            for (int i = 0; i < devices.count() && found.size() < limit; i++) {
                if (devices.holds(i) && hasDelta(i) == personalized) {
                    String id = devices.id(i);
                    if (id.contains(text)) {
                        found.add(new DeviceEntry(id, personalized));
                    }
                }
            }
        }
        return found;
    }

    private boolean hasDelta(int device) {
        DeviceSlot slot = devices.slotIfAwake(device);
        return slot != null && slot.hasDelta();
    }

    private static @Nullable Window window(DeviceSlot slot) {
        ScheduledWindow newest = slot.newest();
        ItemNames names = slot.device.model().vocabulary().names();
        return newest == null
                ? null
                : new Window(
                        newest.firstSequence(),
                        newest.lastSequence(),
                        newest.offsetMicros() / 1e6,
                        newest.items().length,
                        Arrays.stream(slot.recentItems())
                                .mapToObj(item -> new ShownItem(item, names.shown(item)))
                                .toList());
    }
}
