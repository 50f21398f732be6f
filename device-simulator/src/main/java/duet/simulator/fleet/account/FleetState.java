package duet.simulator.fleet.account;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Interactions;
import duet.schemas.signature.Verifier;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetPart;
import duet.simulator.fleet.account.OpenWindows.Answered;
import duet.simulator.fleet.account.OpenWindows.Open;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.Refusals;
import duet.simulator.summary.VersionFacts;
import duet.simulator.workload.Oddity;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Holds the devices of a fleet and the accounts of a run: which windows are on their way, which
 * deltas answer them, what is still missing. It has no Kafka and no clock: times are handed in, in
 * microseconds since the epoch. The sender and the receivers may be different threads.
 */
public final class FleetState {
    /**
     * A window that is sent more than this many microseconds after it was meant to be counts as
     * behind.
     */
    static final long BEHIND_MICROS = 10_000;

    private final long startMicros;
    private final boolean gates;
    private final FleetDevices devices;
    private final Counters counters = new Counters();
    private final Refusals refusals = new Refusals();
    private final Map<ApplyOutcome, LongAdder> outcomes = new EnumMap<>(ApplyOutcome.class);
    private final VersionAccounts versions = new VersionAccounts();
    private final RunMeasures measures;
    private final AtomicLong onTheirWay = new AtomicLong();

    /**
     * Counts the windows on their way whose bytes were spoilt: their dead letters cannot be told
     * apart.
     */
    private final AtomicLong garbageOnTheirWay = new AtomicLong();

    /** An outbox is the way on which a window leaves. */
    public interface Outbox {
        /**
         * Hands a window to the broker, now or when the network has brought it there.
         *
         * @param window as it was scheduled
         * @param record what the broker is to get
         * @param fate to be told what becomes of it
         * @return bytes of key and value
         */
        long send(ScheduledWindow window, InteractionWindow record, Fate fate);
    }

    /** Is told what becomes of a window that left its device; any thread may tell it. */
    public interface Fate {
        /** Says that the producer has the window, so many microseconds after it should have. */
        void handedOver(long lateMicros);

        /**
         * Says that the broker never gets the window.
         *
         * @param why {@link Count#SEND_FAILURES}, {@link Count#LOST_UP} or {@link Count#UNSENT}
         */
        void undelivered(Count why);
    }

    private final class Sending implements Fate {
        private final DeviceSlot slot;
        private final VersionAccounts.Account version;
        private final long intendedMicros;

        /** Is null for a window whose bytes are spoilt. */
        private final @Nullable Open open;

        Sending(
                DeviceSlot slot,
                VersionAccounts.Account version,
                long intendedMicros,
                @Nullable Open open) {
            this.slot = slot;
            this.version = version;
            this.intendedMicros = intendedMicros;
            this.open = open;
        }

        @Override
        public void handedOver(long lateMicros) {
            measures.handedOver(intendedMicros, lateMicros);
            if (lateMicros > BEHIND_MICROS) {
                counters.increment(Count.SENT_BEHIND);
            }
        }

        @Override
        public void undelivered(Count why) {
            counters.increment(why);
            if (why == Count.UNSENT) {
                counters.add(Count.WINDOWS, -1);
                version.windows.decrement();
            }
            if (open == null) {
                garbageEnded();
                return;
            }
            synchronized (slot) {
                if (slot.onTheirWay.remove(open)) {
                    onTheirWay.decrementAndGet();
                }
            }
        }
    }

    /**
     * Creates the state of the devices of a part of the workload, which run {@code model}.
     *
     * @param part what another one holds, another process stands for
     * @param steadyMicros end of the warm-up: latencies of windows meant to leave before are kept
     *     apart
     * @param verifier what devices ask of a delta's signature; null for nothing
     * @param gates whether the job may decide not to answer a window
     */
    public FleetState(
            DeviceModel model,
            Workload workload,
            FleetPart part,
            long startMicros,
            long steadyMicros,
            @Nullable Verifier verifier,
            boolean gates) {
        this.startMicros = startMicros;
        this.measures = new RunMeasures(startMicros, steadyMicros);
        this.gates = gates;
        this.devices = new FleetDevices(model, workload, part, verifier, versions);
        for (ApplyOutcome outcome : ApplyOutcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    public FleetDevices devices() {
        return devices;
    }

    public Device device(int index) {
        return devices.slot(index).device;
    }

    /** Returns the device of that id, or null if it is not of this part of the fleet. */
    public @Nullable Device device(String id) {
        int device = devices.indexOf(id);
        return device < 0 || !devices.holds(device) ? null : device(device);
    }

    public int devicesWithDelta() {
        return versions.devicesWithDelta();
    }

    public Counters counters() {
        return counters;
    }

    /** Returns why the job refused windows. */
    public Refusals refusals() {
        return refusals;
    }

    /** Returns the measures of the run: when what happened, and how long it took. */
    public RunMeasures measures() {
        return measures;
    }

    /** Returns what each version that a device runs, or ran, had to do with the fleet. */
    public SortedMap<String, VersionFacts> versions() {
        return versions.facts();
    }

    public SortedMap<String, Long> outcomes() {
        SortedMap<String, Long> counts = new TreeMap<>();
        outcomes.forEach((outcome, count) -> counts.put(outcome.name(), count.sum()));
        return counts;
    }

    /** Returns when a window is meant to leave, in microseconds since the epoch. */
    public long intendedMicros(ScheduledWindow window) {
        return startMicros + window.offsetMicros();
    }

    /**
     * Lets a window leave; it names the version that its device runs at this moment.
     *
     * @param intendedMicros when it is meant to
     */
    public void send(ScheduledWindow window, long intendedMicros, long nowMicros, Outbox outbox) {
        DeviceSlot slot = devices.slot(window.device());
        synchronized (slot) {
            if (window.oddity() != Oddity.GARBAGE) {
                slot.sends(window);
            }
            send(slot, window, intendedMicros, nowMicros, outbox);
        }
    }

    /**
     * Moves a device to another model. Its newest window leaves at once, so that it need not wait
     * for its next interaction to get weights again. No window of the version it leaves can follow.
     *
     * @return whether it ran another version before
     */
    public boolean switchTo(int device, DeviceModel model, long nowMicros, Outbox outbox) {
        if (devices.versionOf(device).equals(model.version())) {
            return false;
        }
        if (devices.switchIdle(device, model)) {
            return true;
        }
        DeviceSlot slot = devices.slot(device);
        synchronized (slot) {
            if (slot.hasDelta()) {
                versions.of(slot.device.model().version()).withDelta.decrementAndGet();
            }
            slot.device.switchTo(model);
            devices.switched(device, model);
            slot.leftVersion();
            if (slot.newest() != null) {
                counters.increment(Count.REPUBLISHED);
                send(slot, slot.newest(), nowMicros, nowMicros, outbox);
            }
            return true;
        }
    }

    /** Sends a window that is counted before it leaves, so that it cannot be answered first. */
    private void send(
            DeviceSlot slot, ScheduledWindow window, long sentAt, long nowMicros, Outbox outbox) {
        InteractionWindow record = recordOf(slot, window, sentAt);
        VersionAccounts.Account version = versions.of(record.getModelVersion());
        Open open = null;
        if (window.oddity() == Oddity.GARBAGE) {
            counters.increment(Count.GARBAGE);
            garbageOnTheirWay.incrementAndGet();
        } else {
            open = slot.onTheirWay.add(sentAt, record.getModelVersion());
        }
        onTheirWay.incrementAndGet();
        counters.increment(Count.WINDOWS);
        version.windows.increment();
        measures.sent(nowMicros);
        long bytes = outbox.send(window, record, new Sending(slot, version, sentAt, open));
        counters.add(Count.WINDOW_BYTES, bytes);
    }

    private static InteractionWindow recordOf(
            DeviceSlot slot, ScheduledWindow window, long sentAt) {
        List<Interaction> interactions = new ArrayList<>(window.items().length);
        for (int i = 0; i < window.items().length; i++) {
            interactions.add(Interactions.ofItem(window.items()[i], window.eventTimesMillis()[i]));
        }
        return new InteractionWindow(
                slot.device.id(),
                slot.device.model().version(),
                window.firstSequence(),
                interactions,
                sentAt);
    }

    private void garbageEnded() {
        if (garbageOnTheirWay.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            onTheirWay.decrementAndGet();
        }
    }

    /**
     * Returns whether what is keyed like this is of a device that another part of the fleet holds.
     */
    public boolean isAnothers(byte @Nullable [] key) {
        if (devices.held() == devices.count() || key == null) {
            return false;
        }
        int device = devices.indexOf(new String(key, StandardCharsets.UTF_8));
        return device >= 0 && !devices.holds(device);
    }

    /**
     * Takes in a delta that arrived: the device takes it, and the windows it answers are no longer
     * on their way.
     *
     * @param bytes key and value as they travelled
     * @param clock read once the device has dealt with it
     * @return whether it was an answer to this fleet that had not arrived before
     */
    public boolean arrived(WeightDelta delta, long bytes, FleetClock clock) {
        DeviceSlot slot = slotOf(delta);
        if (slot == null) {
            return false;
        }
        VersionAccounts.Account version = versions.of(delta.getModelVersion());
        ApplyOutcome outcome;
        long now;
        List<Long> reflected;
        synchronized (slot) {
            boolean first = !slot.hasDelta();
            outcome = slot.device.apply(delta);
            now = clock.micros();
            outcomes.get(outcome).increment();
            if (first && outcome == ApplyOutcome.APPLIED) {
                version.withDelta.incrementAndGet();
            }
            if (version != null && outcome == ApplyOutcome.OTHER_VERSION) {
                version.wrong.increment();
            }
            if (!slot.seen.isNew(delta)) {
                counters.increment(Count.DUPLICATES);
                return false;
            }
            if (outcome == ApplyOutcome.APPLIED) {
                slot.took(bytes, now);
            }
            reflected = answered(slot, delta);
            // The device has what a window is worth when it took the delta, or held the same or a
            // newer one.
            reflected =
                    outcome == ApplyOutcome.APPLIED
                                    || (outcome == ApplyOutcome.STALE && slot.hasDelta())
                            ? slot.withCarried(reflected)
                            : List.of();
        }
        count(delta, bytes, now);
        if (outcome == ApplyOutcome.APPLIED) {
            measures.taken(delta, now);
        }
        if (outcome == ApplyOutcome.APPLIED || outcome == ApplyOutcome.STALE) {
            measures.answered(delta, reflected, now);
        }
        return true;
    }

    /**
     * Takes in a delta that its device never gets. Its windows are answered; what they are worth
     * comes with the next delta that the device takes.
     *
     * @param bytes key and value as they travelled
     * @param why {@link Count#LOST_DOWN} or {@link Count#SUPERSEDED}
     * @return whether it was an answer to this fleet that had not arrived before
     */
    public boolean missed(WeightDelta delta, long bytes, Count why, long nowMicros) {
        DeviceSlot slot = slotOf(delta);
        if (slot == null) {
            return false;
        }
        synchronized (slot) {
            if (!slot.seen.isNew(delta)) {
                counters.increment(Count.DUPLICATES);
                return false;
            }
            slot.carry(answered(slot, delta));
        }
        counters.increment(why);
        count(delta, bytes, nowMicros);
        return true;
    }

    /**
     * Returns the device that a delta is for; null where it is none of this fleet's, or answers a
     * window of an earlier run.
     */
    private @Nullable DeviceSlot slotOf(WeightDelta delta) {
        int device = devices.indexOf(delta.getDeviceId());
        if (device >= 0 && !devices.holds(device)) {
            return null;
        }
        if (device < 0 || delta.getWindowSentAtMicros() < startMicros) {
            counters.increment(Count.FOREIGN_DELTAS);
            return null;
        }
        return devices.slot(device);
    }

    private void count(WeightDelta delta, long bytes, long nowMicros) {
        counters.increment(Count.DELTAS);
        counters.add(Count.ANSWERED_WINDOWS, delta.getAnsweredWindows());
        counters.add(Count.DELTA_BYTES, bytes);
        VersionAccounts.Account version = versions.of(delta.getModelVersion());
        if (version != null) {
            version.deltas.increment();
        }
        measures.arrived(delta, nowMicros);
    }

    /**
     * Takes the windows that a delta answers off their way.
     *
     * @return intended send times of those whose version the device still runs
     */
    private List<Long> answered(DeviceSlot slot, WeightDelta delta) {
        Answered answered =
                slot.onTheirWay.answer(
                        delta.getAnsweredWindows(),
                        delta.getWindowSentAtMicros(),
                        delta.getModelVersion(),
                        gates);
        onTheirWay.addAndGet(-answered.removed());
        counters.add(Count.REPEATED, answered.again());
        return answered.sentAt();
    }

    /** Counts bytes of the delta topic that are no delta. */
    public void malformed() {
        counters.increment(Count.MALFORMED_DELTAS);
    }

    /**
     * Takes in a dead letter that arrived.
     *
     * @param deviceId key of the refused record
     * @param window the refused window; null where it cannot be read
     * @param reason why it was refused
     * @return whether it is one of this fleet's
     */
    public boolean deadLetter(String deviceId, @Nullable InteractionWindow window, String reason) {
        int device = devices.indexOf(deviceId);
        if (device < 0
                || !devices.holds(device)
                || (window != null && window.getSentAtMicros() < startMicros)) {
            return false;
        }
        counters.increment(Count.DEAD_LETTERS);
        refusals.add(deviceId, reason);
        if (window == null) {
            garbageEnded();
        } else {
            DeviceSlot slot = devices.slot(device);
            synchronized (slot) {
                if (slot.onTheirWay.remove(window.getSentAtMicros(), window.getModelVersion())) {
                    onTheirWay.decrementAndGet();
                }
            }
        }
        return true;
    }

    /**
     * Returns whether every window sent is accounted for: deltas, dead letters and what the job
     * gated add up to the windows, and none is left that none of them covers. The sum alone would
     * be content with a window lost where another was answered twice, as a job does after a
     * restart.
     *
     * @param gated windows the job decided not to answer
     */
    public boolean allAnswered(long gated) {
        return unanswered(gated) == 0;
    }

    /** Returns how many windows nothing accounts for, given how many the job gated. */
    public long unanswered(long gated) {
        return Math.max(0, Math.max(counters.unanswered(), onTheirWay.get()) - gated);
    }

    /** Returns one line that says what is missing, null if nothing is. */
    public @Nullable String missing(long gated) {
        if (allAnswered(gated)) {
            return null;
        }
        List<String> silent = new ArrayList<>();
        devices.forEachAwake(
                slot -> {
                    synchronized (slot) {
                        if (!slot.onTheirWay.isEmpty()) {
                            silent.add(slot.device.id());
                        }
                    }
                });
        long lost = counters.get(Count.LOST_UP);
        return String.format(
                Locale.ROOT,
                "%,d of %,d windows were not answered: %,d went into deltas, %,d into the dead"
                        + " letters%s; %,d devices wait, for example %s",
                unanswered(gated),
                counters.sent(),
                counters.get(Count.ANSWERED_WINDOWS),
                counters.get(Count.DEAD_LETTERS),
                lost == 0 ? "" : String.format(Locale.ROOT, ", %,d were lost in the network", lost),
                silent.size(),
                silent.isEmpty() ? null : silent.get(0));
    }
}
