package duet.simulator.fleet.run;

import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import duet.simulator.fleet.DelayLine;
import duet.simulator.fleet.FaultLog;
import duet.simulator.fleet.RunControl;
import duet.simulator.fleet.SpoiltBytes;
import duet.simulator.fleet.account.FleetState.Fate;
import duet.simulator.fleet.account.FleetState.Outbox;
import duet.simulator.fleet.account.LoadGeneratorWatch;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.network.DeviceNetwork;
import duet.simulator.workload.Oddity;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Brings windows from their devices to the producer: each is handed over when the simulated network
 * has brought it there, or not at all. Nothing here waits for an answer.
 */
final class Departures {
    /** Limits the windows on the way: this many take some hundred MB. */
    private static final int MOST_ON_THE_WAY = 1_000_000;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final DeviceNetwork network;
    private final RunControl control;
    private final LoadGeneratorWatch watch;
    private final FaultLog faults;
    private final DelayLine<Departure> onTheWay = new DelayLine<>(MOST_ON_THE_WAY);
    private volatile @Nullable Thread runner;

    /** A departure is a window that the network has. */
    private record Departure(byte[] key, byte[] value, long dueMicros, Fate fate) {}

    Departures(
            Producer<byte[], byte[]> producer,
            String topic,
            DeviceNetwork network,
            RunControl control,
            LoadGeneratorWatch watch,
            FaultLog faults) {
        this.producer = producer;
        this.topic = topic;
        this.network = network;
        this.control = control;
        this.watch = watch;
        this.faults = faults;
    }

    /** Returns where devices put their windows; each thread needs its own. */
    Outbox outbox() {
        RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
        SpoiltBytes spoilt = new SpoiltBytes();
        return (window, record, fate) -> {
            byte[] key = record.getDeviceId().getBytes(StandardCharsets.UTF_8);
            byte[] value = encoder.encode(record);
            if (window.oddity() == Oddity.GARBAGE) {
                value = spoilt.of(value, identity(window, record));
            }
            leave(window, record, new byte[][] {key, value}, fate);
            return key.length + value.length;
        };
    }

    private void leave(
            ScheduledWindow window, InteractionWindow record, byte[][] bytes, Fate fate) {
        long passage = network.up(window.device(), identity(window, record));
        if (passage == DeviceNetwork.LOST) {
            fate.undelivered(Count.LOST_UP);
            return;
        }
        Departure departure =
                new Departure(bytes[0], bytes[1], record.getSentAtMicros() + passage, fate);
        if (passage == 0) {
            handOver(departure);
        } else if (!onTheWay.add(departure.dueMicros, departure)) {
            fate.undelivered(Count.UNSENT);
            faults.report(
                    "window not sent",
                    () ->
                            String.format(
                                    Locale.ROOT, "%,d are on their way already", MOST_ON_THE_WAY));
        } else if (onTheWay.nextMicros() == departure.dueMicros) {
            LockSupport.unpark(runner); // it sleeps until the one that was the next
        }
    }

    /** Hands over what the network has brought, until the run is closed. */
    void run() {
        runner = Thread.currentThread();
        while (!control.isClosed()) {
            long now = control.nowMicros();
            Departure next = onTheWay.poll(now);
            if (next == null) {
                control.rest(onTheWay.nextMicros());
            } else if (control.isTooLate(next.dueMicros, now)) {
                next.fate.undelivered(Count.UNSENT);
            } else {
                handOver(next);
            }
        }
    }

    private void handOver(Departure departure) {
        long handed = control.nowMicros();
        producer.send(
                new ProducerRecord<>(topic, departure.key, departure.value),
                (metadata, exception) -> {
                    watch.taken(control.nowMicros() - handed);
                    // A run that is closed takes back what it has not sent.
                    if (exception != null && !control.isClosed()) {
                        faults.report("window not sent", exception::getMessage);
                        departure.fate.undelivered(Count.SEND_FAILURES);
                    }
                });
        // Read now: a producer whose buffer is full lets its caller wait.
        long now = control.nowMicros();
        control.windowLeft(now);
        departure.fate.handedOver(now - departure.dueMicros);
    }

    /**
     * Returns what tells a window from the others of its device, and from itself sent again for
     * another model.
     */
    private static long identity(ScheduledWindow window, InteractionWindow record) {
        return Seeds.derive(window.offsetMicros(), record.getModelVersion(), window.lastSequence());
    }
}
