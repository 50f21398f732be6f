package duet.simulator.fleet;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Interactions;
import duet.schemas.signature.Verifier;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.Latencies;
import duet.simulator.measurement.Phases;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.Timeline;
import duet.simulator.report.VersionFacts;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Workload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The devices of a fleet and the accounts of a run: which windows are on their way, which deltas answer them, what is
 * still missing. No Kafka and no clock: times are handed in, microseconds since the epoch. The sender and the receivers
 * may be different threads.
 */
final class FleetState {
    /** A window sent later than this after it was meant to be counts as behind. */
    static final long BEHIND_MICROS = 10_000;

    /** A delta delivered again is known as such among so many of its device; records are delivered again soon or never. */
    private static final int REMEMBERED_DELTAS = 64;

    private final long startMicros;
    private final boolean gates;
    private final List<Slot> slots;
    private final Map<String, Slot> byId;
    private final Counters counters = new Counters();
    private final Map<ApplyOutcome, LongAdder> outcomes = new EnumMap<>(ApplyOutcome.class);
    private final Map<String, VersionCounts> versions = new ConcurrentHashMap<>();
    private final Latencies latencies = new Latencies();
    private final Timeline timeline = new Timeline();
    private final Phases phases = new Phases();
    private final AtomicLong onTheirWay = new AtomicLong();

    /** How a window leaves. */
    interface Outbox {
        /**
         * Hands a window to the broker.
         *
         * @param failed to be called if the broker does not take it
         * @return bytes of key and value
         */
        long send(InteractionWindow window, Runnable failed);
    }

    /** A device of the fleet; its monitor guards the rest. */
    private static final class Slot {
        final Device device;

        /** Windows that no delta has answered yet, in the order in which they left. */
        final ArrayDeque<Open> onTheirWay = new ArrayDeque<>();

        /**
         * Intended send times of windows that were on their way when the device switched models: the first delta for the
         * new model brings what they are worth.
         */
        final ArrayDeque<Long> carried = new ArrayDeque<>();

        /** The newest deltas that arrived. */
        final ArrayDeque<DeltaIdentity> seen = new ArrayDeque<>();

        /** The window that reaches furthest; null before the first. */
        ScheduledWindow newest;

        Slot(Device device) {
            this.device = device;
        }

        boolean isNew(DeltaIdentity identity) {
            if (seen.contains(identity)) {
                return false;
            }
            seen.add(identity);
            if (seen.size() > REMEMBERED_DELTAS) {
                seen.poll();
            }
            return true;
        }
    }

    /**
     * A window on its way.
     *
     * @param sentAt as its record says
     * @param carried whether the device has left the version the window names
     */
    private record Open(long sentAt, String version, boolean carried) {}

    /** Tells a new delta from one that was delivered again. */
    private record DeltaIdentity(
            long lastSequence, long revision, long generatedAtMicros, String version) {
        static DeltaIdentity of(WeightDelta delta) {
            return new DeltaIdentity(
                    delta.getLastSequence(),
                    delta.getRevision(),
                    delta.getGeneratedAtMicros(),
                    delta.getModelVersion());
        }
    }

    private static final class VersionCounts {
        final LongAdder windows = new LongAdder();
        final LongAdder deltas = new LongAdder();
        final LongAdder wrong = new LongAdder();
    }

    /**
     * All devices, which run {@code model}.
     *
     * @param verifier what devices ask of a delta's signature; null for nothing
     * @param gates whether the job may decide not to answer a window
     */
    FleetState(
            DeviceModel model,
            Workload workload,
            long startMicros,
            Verifier verifier,
            boolean gates) {
        this.startMicros = startMicros;
        this.gates = gates;
        this.slots = new ArrayList<>(workload.devices());
        this.byId = new HashMap<>();
        versions.put(model.version(), new VersionCounts());
        for (int i = 0; i < workload.devices(); i++) {
            Slot slot = new Slot(new Device(workload.deviceId(i), model, verifier));
            slots.add(slot);
            if (byId.put(slot.device.id(), slot) != null) {
                throw new IllegalArgumentException("two devices are called " + slot.device.id());
            }
        }
        for (ApplyOutcome outcome : ApplyOutcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    int devices() {
        return slots.size();
    }

    Device device(int index) {
        return slots.get(index).device;
    }

    /** The device of that id, or null. */
    Device device(String id) {
        Slot slot = byId.get(id);
        return slot == null ? null : slot.device;
    }

    int devicesWithDelta() {
        int devices = 0;
        for (Slot slot : slots) {
            devices += slot.device.lastSequence() >= 0 ? 1 : 0;
        }
        return devices;
    }

    Counters counters() {
        return counters;
    }

    Latencies latencies() {
        return latencies;
    }

    Timeline timeline() {
        return timeline;
    }

    Phases phases() {
        return phases;
    }

    /** What each version had to do with the fleet: those that a device runs, or ran. */
    SortedMap<String, VersionFacts> versions() {
        SortedMap<String, VersionFacts> facts = new TreeMap<>();
        versions.forEach(
                (version, counts) -> {
                    int devices = 0;
                    int withDelta = 0;
                    for (Slot slot : slots) {
                        synchronized (slot) {
                            if (slot.device.model().version().equals(version)) {
                                devices++;
                                withDelta += slot.device.lastSequence() >= 0 ? 1 : 0;
                            }
                        }
                    }
                    facts.put(
                            version,
                            new VersionFacts(
                                    devices,
                                    withDelta,
                                    counts.windows.sum(),
                                    counts.deltas.sum(),
                                    counts.wrong.sum()));
                });
        return facts;
    }

    SortedMap<String, Long> outcomes() {
        SortedMap<String, Long> counts = new TreeMap<>();
        outcomes.forEach((outcome, count) -> counts.put(outcome.name(), count.sum()));
        return counts;
    }

    /** When a window is meant to leave. */
    long intendedMicros(ScheduledWindow window) {
        return startMicros + window.offsetMicros();
    }

    /** A window leaves; it names the version that its device runs at this moment. */
    void send(ScheduledWindow window, long nowMicros, Outbox outbox) {
        Slot slot = slots.get(window.device());
        long intended = intendedMicros(window);
        latencies.record(Stage.SEND_DELAY, Math.max(0, nowMicros - intended));
        if (nowMicros - intended > BEHIND_MICROS) {
            counters.increment(Count.SENT_BEHIND);
        }
        synchronized (slot) {
            if (slot.newest == null || window.lastSequence() > slot.newest.lastSequence()) {
                slot.newest = window.withoutRanking();
            }
            send(slot, window, intended, nowMicros, outbox);
        }
    }

    /**
     * A device goes over to another model. Its newest window leaves at once, so that it need not wait for its next
     * interaction to get weights again. No window of the version it leaves can follow.
     *
     * @return whether it ran another version before
     */
    boolean switchTo(int device, DeviceModel model, long nowMicros, Outbox outbox) {
        Slot slot = slots.get(device);
        versions.computeIfAbsent(model.version(), version -> new VersionCounts());
        synchronized (slot) {
            if (!slot.device.switchTo(model)) {
                return false;
            }
            for (int i = slot.onTheirWay.size(); i > 0; i--) {
                Open open = slot.onTheirWay.poll();
                if (!open.carried) {
                    slot.carried.add(open.sentAt);
                }
                slot.onTheirWay.add(new Open(open.sentAt, open.version, true));
            }
            if (slot.newest != null) {
                counters.increment(Count.REPUBLISHED);
                send(slot, slot.newest, nowMicros, nowMicros, outbox);
            }
            return true;
        }
    }

    /** Counted before it leaves, so that it cannot be answered first. */
    private void send(
            Slot slot, ScheduledWindow window, long sentAt, long nowMicros, Outbox outbox) {
        InteractionWindow record = recordOf(slot, window, sentAt);
        Open open = new Open(sentAt, record.getModelVersion(), false);
        slot.onTheirWay.add(open);
        onTheirWay.incrementAndGet();
        counters.increment(Count.WINDOWS);
        versions.get(open.version).windows.increment();
        timeline.sent(nowMicros - startMicros);
        long bytes = outbox.send(record, () -> sendFailed(slot, open));
        counters.add(Count.WINDOW_BYTES, bytes);
    }

    private static InteractionWindow recordOf(Slot slot, ScheduledWindow window, long sentAt) {
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

    /** The broker did not take a window. */
    private void sendFailed(Slot slot, Open open) {
        counters.increment(Count.SEND_FAILURES);
        remove(slot, open.sentAt);
    }

    /**
     * A delta arrived: the device takes it, and the windows it answers are no longer on their way.
     *
     * @param bytes key and value as they travelled
     * @param clock read once the device has dealt with it
     * @return whether it was an answer to this fleet that had not arrived before
     */
    boolean arrived(WeightDelta delta, long bytes, FleetClock clock) {
        Slot slot = byId.get(delta.getDeviceId());
        if (slot == null || delta.getWindowSentAtMicros() < startMicros) {
            counters.increment(Count.FOREIGN_DELTAS);
            return false;
        }
        VersionCounts version = versions.get(delta.getModelVersion());
        ApplyOutcome outcome;
        long now;
        List<Long> reflected;
        synchronized (slot) {
            outcome = slot.device.apply(delta);
            now = clock.micros();
            outcomes.get(outcome).increment();
            if (version != null && outcome == ApplyOutcome.OTHER_VERSION) {
                version.wrong.increment();
            }
            if (!slot.isNew(DeltaIdentity.of(delta))) {
                counters.increment(Count.DUPLICATES);
                return false;
            }
            reflected = answer(slot, delta);
            // The device has what a window is worth when it took the delta, or held the same or a
            // newer one.
            if (outcome != ApplyOutcome.APPLIED
                    && (outcome != ApplyOutcome.STALE || slot.device.lastSequence() < 0)) {
                reflected = List.of();
            } else {
                reflected.addAll(slot.carried);
                slot.carried.clear();
            }
        }
        counters.increment(Count.DELTAS);
        counters.add(Count.ANSWERED_WINDOWS, delta.getAnsweredWindows());
        counters.add(Count.DELTA_BYTES, bytes);
        if (version != null) {
            version.deltas.increment();
        }
        timeline.delta(now - startMicros, delta.getAnsweredWindows() - 1);
        if (outcome == ApplyOutcome.APPLIED || outcome == ApplyOutcome.STALE) {
            latencies.record(
                    Stage.INTAKE, delta.getReceivedAtMicros() - delta.getWindowSentAtMicros());
            latencies.record(
                    Stage.GENERATION, delta.getGeneratedAtMicros() - delta.getReceivedAtMicros());
            latencies.record(Stage.DELIVERY, now - delta.getGeneratedAtMicros());
            for (long intended : reflected) {
                latencies.record(Stage.EVENT_TO_APPLIED, now - intended);
                timeline.applied(now - startMicros, now - intended);
                phases.applied(now - intended);
            }
        }
        return true;
    }

    /**
     * Takes the windows that a delta answers off their way: as many as it says, the newest of its version up to the one it
     * names. Older ones are still to be answered, or, where the job gates, were passed over. Where there are fewer, the
     * delta answers some again, as a job does that goes on from its last checkpoint.
     *
     * @return intended send times of those answered whose version the device still runs
     */
    private List<Long> answer(Slot slot, WeightDelta delta) {
        List<Long> answered = new ArrayList<>();
        int left = delta.getAnsweredWindows();
        int removed = 0;
        for (Iterator<Open> newestFirst = slot.onTheirWay.descendingIterator();
                newestFirst.hasNext() && (left > 0 || gates); ) {
            Open open = newestFirst.next();
            if (open.sentAt > delta.getWindowSentAtMicros()
                    || !open.version.equals(delta.getModelVersion())) {
                continue;
            }
            newestFirst.remove();
            removed++;
            if (left > 0 && !open.carried) {
                answered.add(open.sentAt);
            }
            left--;
        }
        onTheirWay.addAndGet(-removed);
        counters.add(Count.REPEATED, Math.max(0, left));
        return answered;
    }

    /** Bytes of the delta topic that are no delta. */
    void malformed() {
        counters.increment(Count.MALFORMED_DELTAS);
    }

    /**
     * A dead letter arrived.
     *
     * @param deviceId key of the refused record
     * @param window the refused window; null where it cannot be read
     * @return whether it is one of this fleet's
     */
    boolean deadLetter(String deviceId, InteractionWindow window) {
        Slot slot = byId.get(deviceId);
        if (slot == null || (window != null && window.getSentAtMicros() < startMicros)) {
            return false;
        }
        counters.increment(Count.DEAD_LETTERS);
        if (window != null) {
            remove(slot, window.getSentAtMicros());
        }
        return true;
    }

    /**
     * Whether every window sent is accounted for: deltas, dead letters and what the job gated add up to the windows, and
     * none is left that none of them covers. The sum alone would be content with a window lost where another was answered
     * twice, as a job does after a restart.
     *
     * @param gated windows the job decided not to answer
     */
    boolean allAnswered(long gated) {
        return unanswered(gated) == 0;
    }

    /** Windows that nothing accounts for, given how many the job gated. */
    long unanswered(long gated) {
        return Math.max(0, Math.max(counters.unanswered(), onTheirWay.get()) - gated);
    }

    /** One line that says what is missing, null if nothing is. */
    String missing(long gated) {
        if (allAnswered(gated)) {
            return null;
        }
        int silent = 0;
        String example = null;
        for (Slot slot : slots) {
            synchronized (slot) {
                if (!slot.onTheirWay.isEmpty()) {
                    silent++;
                    example = example == null ? slot.device.id() : example;
                }
            }
        }
        return ("%,d of %,d windows were not answered: %,d went into deltas, %,d into the dead letters;"
                        + " %,d devices wait, for example %s")
                .formatted(
                        unanswered(gated),
                        counters.sent(),
                        counters.get(Count.ANSWERED_WINDOWS),
                        counters.get(Count.DEAD_LETTERS),
                        silent,
                        example);
    }

    private void remove(Slot slot, long sentAt) {
        boolean removed = false;
        synchronized (slot) {
            Iterator<Open> open = slot.onTheirWay.iterator();
            while (open.hasNext() && !removed) {
                if (open.next().sentAt == sentAt) {
                    open.remove();
                    removed = true;
                }
            }
        }
        if (removed) {
            onTheirWay.decrementAndGet();
        }
    }
}
