package duet.simulator.fleet.account;

import duet.device.Device;
import duet.device.DeviceModel;
import duet.schemas.signature.Verifier;
import duet.simulator.fleet.FleetPart;
import duet.simulator.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the devices of a fleet, those of one part of it. A device that has not sent or received
 * anything is a place in two arrays, which says what model it runs: 6 bytes. Any thread may ask.
 */
public final class FleetDevices {
    private final Workload workload;
    private final FleetPart part;
    private final @Nullable Verifier verifier;
    private final VersionAccounts versions;
    private final AtomicReferenceArray<@Nullable DeviceSlot> slots;
    private final int held;
    private volatile boolean remember;

    /** Holds the place in {@link #models} of what each device runs; guarded by this. */
    private final short[] runs;

    /** Holds what devices run; null in a place that is free. Guarded by this. */
    private final List<@Nullable Running> models = new ArrayList<>();

    private static final class Running {
        final DeviceModel model;
        final VersionAccounts.Account account;
        int devices;

        Running(DeviceModel model, VersionAccounts.Account account) {
            this.model = model;
            this.account = account;
        }

        void changed(int difference) {
            devices += difference;
            account.devices.addAndGet(difference);
        }
    }

    /**
     * Creates all devices of the part, which run {@code model}.
     *
     * @param verifier what devices ask of a delta's signature; null for nothing
     * @param versions is told how many devices run what
     */
    FleetDevices(
            DeviceModel model,
            Workload workload,
            FleetPart part,
            @Nullable Verifier verifier,
            VersionAccounts versions) {
        this.workload = workload;
        this.part = part;
        this.verifier = verifier;
        this.versions = versions;
        this.held = part.of(workload.devices());
        this.slots = new AtomicReferenceArray<>(workload.devices());
        this.runs = new short[workload.devices()];
        models.add(new Running(model, versions.open(model.version())));
        models.get(0).changed(held);
    }

    /**
     * Lets devices that are idle now keep the items they touch last, for those who look at them.
     */
    public void remember() {
        remember = true;
    }

    /** Returns how many devices the workload has, those of other parts included. */
    public int count() {
        return runs.length;
    }

    /** Returns how many devices this part has. */
    public int held() {
        return held;
    }

    public boolean holds(int device) {
        return part.holds(device);
    }

    public String id(int device) {
        return workload.deviceId(device);
    }

    /**
     * Returns the index of the device of that id in the workload, which another part may hold; -1
     * if it is of another workload.
     */
    public int indexOf(String id) {
        return workload.indexOf(id);
    }

    /** Returns the version that a device runs. */
    public synchronized String versionOf(int device) {
        return models.get(runs[device]).model.version();
    }

    /** Returns the slot of a device of this part, which is not idle from now on. */
    DeviceSlot slot(int device) {
        DeviceSlot slot = slots.get(device);
        return slot == null ? awake(device) : slot;
    }

    /** Returns the slot of a device of this part; null while it is idle. */
    @Nullable DeviceSlot slotIfAwake(int device) {
        return slots.get(device);
    }

    /** Hands every device that is not idle to the action. */
    public void forEachAwake(Consumer<DeviceSlot> action) {
        for (int i = 0; i < slots.length(); i++) {
            DeviceSlot slot = slots.get(i);
            if (slot != null) {
                action.accept(slot);
            }
        }
    }

    /**
     * Puts a device on another model if it is idle.
     *
     * @return whether it is
     */
    synchronized boolean switchIdle(int device, DeviceModel model) {
        boolean idle = slots.get(device) == null;
        if (idle) {
            switched(device, model);
        }
        return idle;
    }

    /** Says that a device runs another model from now on. */
    synchronized void switched(int device, DeviceModel model) {
        int before = runs[device];
        int now = placeOf(model);
        runs[device] = (short) now;
        models.get(now).changed(1);
        models.get(before).changed(-1);
        if (models.get(before).devices == 0) {
            models.set(before, null);
        }
    }

    private synchronized DeviceSlot awake(int device) {
        DeviceSlot slot = slots.get(device);
        if (slot == null) {
            slot =
                    new DeviceSlot(
                            new Device(id(device), models.get(runs[device]).model, verifier),
                            remember);
            slots.set(device, slot);
        }
        return slot;
    }

    private int placeOf(DeviceModel model) {
        int free = models.size();
        for (int i = 0; i < models.size(); i++) {
            if (models.get(i) == null) {
                free = i;
            } else if (models.get(i).model == model) {
                return i;
            }
        }
        if (free > Short.MAX_VALUE) {
            throw new IllegalStateException(
                    String.format(Locale.ROOT, "devices run more than %,d models", free));
        }
        Running running = new Running(model, versions.open(model.version()));
        if (free == models.size()) {
            models.add(running);
        } else {
            models.set(free, running);
        }
        return free;
    }
}
