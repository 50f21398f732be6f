package duet.simulator.fleet;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Interactions;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.Latencies;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.Timeline;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Workload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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

    private final DeviceModel model;
    private final long startMicros;
    private final List<Slot> slots;
    private final Map<String, Slot> byId;
    private final Counters counters = new Counters();
    private final Map<ApplyOutcome, LongAdder> outcomes = new EnumMap<>(ApplyOutcome.class);
    private final Latencies latencies = new Latencies();
    private final Timeline timeline = new Timeline();
    private final AtomicLong onTheirWay = new AtomicLong();

    /** A device of the fleet; its monitor guards the rest. */
    private static final class Slot {
        final Device device;

        /** Intended send times of the windows that no delta has answered yet, ascending. */
        final ArrayDeque<Long> onTheirWay = new ArrayDeque<>();

        /** The newest deltas that arrived. */
        final ArrayDeque<DeltaIdentity> seen = new ArrayDeque<>();

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

    /** Tells a new delta from one that was delivered again. */
    private record DeltaIdentity(long lastSequence, long generatedAtMicros) {}

    FleetState(DeviceModel model, Workload workload, long startMicros) {
        this.model = model;
        this.startMicros = startMicros;
        this.slots = new ArrayList<>(workload.devices());
        this.byId = new HashMap<>();
        for (int i = 0; i < workload.devices(); i++) {
            Slot slot = new Slot(new Device(workload.deviceId(i), model));
            slots.add(slot);
            if (byId.put(slot.device.id(), slot) != null) {
                throw new IllegalArgumentException("two devices are called " + slot.device.id());
            }
        }
        for (ApplyOutcome outcome : ApplyOutcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
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

    SortedMap<String, Long> outcomes() {
        SortedMap<String, Long> counts = new TreeMap<>();
        outcomes.forEach((outcome, count) -> counts.put(outcome.name(), count.sum()));
        return counts;
    }

    /** The record that carries a window. */
    InteractionWindow recordOf(ScheduledWindow window) {
        List<Interaction> interactions = new ArrayList<>(window.items().length);
        for (int i = 0; i < window.items().length; i++) {
            interactions.add(Interactions.ofItem(window.items()[i], window.eventTimesMillis()[i]));
        }
        return new InteractionWindow(
                slots.get(window.device()).device.id(),
                model.version(),
                window.firstSequence(),
                interactions,
                startMicros + window.offsetMicros());
    }

    /** A window is about to leave; called before it can be answered. */
    void leaving(ScheduledWindow window, long bytes, long nowMicros) {
        Slot slot = slots.get(window.device());
        long intended = startMicros + window.offsetMicros();
        synchronized (slot) {
            slot.onTheirWay.add(intended);
        }
        onTheirWay.incrementAndGet();
        counters.increment(Count.WINDOWS);
        counters.add(Count.WINDOW_BYTES, bytes);
        latencies.record(Stage.SEND_DELAY, Math.max(0, nowMicros - intended));
        if (nowMicros - intended > BEHIND_MICROS) {
            counters.increment(Count.SENT_BEHIND);
        }
        timeline.sent(nowMicros - startMicros);
    }

    /** The broker did not take a window. */
    void sendFailed(ScheduledWindow window) {
        counters.increment(Count.SEND_FAILURES);
        remove(slots.get(window.device()), startMicros + window.offsetMicros());
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
        ApplyOutcome outcome = slot.device.apply(delta);
        long now = clock.micros();
        outcomes.get(outcome).increment();
        List<Long> answered = new ArrayList<>();
        synchronized (slot) {
            if (!slot.isNew(
                    new DeltaIdentity(delta.getLastSequence(), delta.getGeneratedAtMicros()))) {
                counters.increment(Count.DUPLICATES);
                return false;
            }
            while (!slot.onTheirWay.isEmpty()
                    && slot.onTheirWay.peek() <= delta.getWindowSentAtMicros()) {
                answered.add(slot.onTheirWay.poll());
            }
        }
        onTheirWay.addAndGet(-answered.size());
        counters.increment(Count.DELTAS);
        counters.add(Count.ANSWERED_WINDOWS, delta.getAnsweredWindows());
        counters.add(Count.DELTA_BYTES, bytes);
        timeline.delta(now - startMicros);
        // The device has what the window is worth when it took the delta, or held the same or newer
        // one.
        if (outcome == ApplyOutcome.APPLIED || outcome == ApplyOutcome.STALE) {
            latencies.record(
                    Stage.INTAKE, delta.getReceivedAtMicros() - delta.getWindowSentAtMicros());
            latencies.record(
                    Stage.GENERATION, delta.getGeneratedAtMicros() - delta.getReceivedAtMicros());
            latencies.record(Stage.DELIVERY, now - delta.getGeneratedAtMicros());
            for (long intended : answered) {
                latencies.record(Stage.EVENT_TO_APPLIED, now - intended);
                timeline.applied(now - startMicros, now - intended);
            }
        }
        return true;
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
     * Whether every window sent is accounted for: deltas and dead letters add up to the windows, and none is left that
     * neither covers. The sum alone would be content with a window lost where another was answered twice, as a job does
     * after a restart.
     */
    boolean allAnswered() {
        return counters.unanswered() == 0 && onTheirWay.get() == 0;
    }

    /** One line that says what is missing, null if nothing is. */
    String missing() {
        if (allAnswered()) {
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
                        Math.max(counters.unanswered(), onTheirWay.get()),
                        counters.sent(),
                        counters.get(Count.ANSWERED_WINDOWS),
                        counters.get(Count.DEAD_LETTERS),
                        silent,
                        example);
    }

    private void remove(Slot slot, long intended) {
        boolean removed;
        synchronized (slot) {
            removed = slot.onTheirWay.removeFirstOccurrence(intended);
        }
        if (removed) {
            onTheirWay.decrementAndGet();
        }
    }
}
