package duet.simulator.fleet.kafka;

import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import duet.simulator.fleet.DelayLine;
import duet.simulator.fleet.FaultLog;
import duet.simulator.fleet.FleetException;
import duet.simulator.fleet.RunControl;
import duet.simulator.fleet.account.FleetState;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.network.DeviceNetwork;
import duet.simulator.workload.Seeds;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Brings deltas from their topic to the devices: each reaches its device when the simulated network
 * has brought it there, or not at all; a device without a connection takes the newest one when it
 * has one again.
 */
public final class DeltaReceiver implements PollLoop.Handler {
    private static final int MOST_ON_THE_WAY = 1_000_000;

    private final FleetState state;
    private final DeviceNetwork network;
    private final RunControl control;
    private final FaultLog faults;
    private final RecordDecoder<WeightDelta> decoder = Records.deltaDecoder();
    private final DelayLine<Arrival> onTheWay = new DelayLine<>(MOST_ON_THE_WAY);

    /** Holds, by device, what waits for it to have a connection again. */
    private final Map<Integer, Arrival> waiting = new HashMap<>();

    /** An arrival is a delta that the network has. */
    private static final class Arrival {
        private final int device;
        private final long bytes;

        /** Is null once a newer one waits for the same device. */
        private @Nullable WeightDelta delta;

        Arrival(int device, WeightDelta delta, long bytes) {
            this.device = device;
            this.delta = delta;
            this.bytes = bytes;
        }
    }

    public DeltaReceiver(
            FleetState state, DeviceNetwork network, RunControl control, FaultLog faults) {
        this.state = state;
        this.network = network;
        this.control = control;
        this.faults = faults;
    }

    @Override
    public void handle(ConsumerRecord<byte[], byte[]> record) throws MalformedRecordException {
        if (state.isAnothers(record.key())) {
            return;
        }
        if (record.value() == null) {
            return; // the job has forgotten the device, which keeps the weights that it has
        }
        WeightDelta delta = decoder.decode(record.value());
        long bytes = record.serializedKeySize() + record.serializedValueSize();
        int device =
                network.conditions().isPerfect()
                        ? -1
                        : state.devices().indexOf(delta.getDeviceId());
        if (device < 0 || !state.devices().holds(device)) {
            answered(state.arrived(delta, bytes, control.clock()));
        } else {
            travel(device, delta, bytes);
        }
    }

    @Override
    public void malformed(ConsumerRecord<byte[], byte[]> record, MalformedRecordException problem) {
        faults.report("malformed delta", () -> PollLoop.at(record, problem));
        state.malformed();
    }

    /** Gives devices what the network has brought them. */
    @Override
    public void meanwhile() {
        for (Arrival next = onTheWay.poll(control.nowMicros());
                next != null;
                next = onTheWay.poll(control.nowMicros())) {
            if (next.delta != null) {
                waiting.remove(next.device, next);
                answered(state.arrived(next.delta, next.bytes, control.clock()));
            }
        }
    }

    @Override
    public long nextMicros() {
        return onTheWay.nextMicros();
    }

    private void travel(int device, WeightDelta delta, long bytes) {
        long now = control.elapsedMicros();
        long passage = network.down(device, identity(delta));
        if (passage == DeviceNetwork.LOST) {
            answered(state.missed(delta, bytes, Count.LOST_DOWN, control.nowMicros()));
            return;
        }
        long online = network.onlineFrom(device, now);
        Arrival arrival = new Arrival(device, delta, bytes);
        if (online > now) {
            supersede(device, arrival);
        }
        long due = network.onlineFrom(device, online + passage);
        if (!onTheWay.add(control.startMicros() + due, arrival)) {
            throw new FleetException(
                    String.format(
                            Locale.ROOT,
                            "more than %,d deltas are on their way to devices",
                            MOST_ON_THE_WAY),
                    null);
        }
        control.answerCame();
    }

    /**
     * Puts a newer delta in place of the one that waits: the topic is compacted, so a device that
     * comes back reads the newest delta alone.
     */
    private void supersede(int device, Arrival newer) {
        Arrival older = waiting.put(device, newer);
        if (older != null) {
            state.missed(older.delta, older.bytes, Count.SUPERSEDED, control.nowMicros());
            older.delta = null;
        }
    }

    private void answered(boolean isAnswer) {
        if (isAnswer) {
            control.answerCame();
        }
    }

    private static long identity(WeightDelta delta) {
        return Seeds.derive(delta.getLastSequence(), delta.getModelVersion(), delta.getRevision());
    }
}
