package duet.jobs.operator;

import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.PendingDevice;
import duet.jobs.generation.ServedModel;
import duet.jobs.generation.UnusableDeltaException;
import duet.jobs.history.InteractionContents;
import duet.jobs.policy.Gate;
import duet.jobs.serialization.EncodedRecord;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * This class makes the deltas of a batch: it generates them in one pass, asks the gate about each
 * device, and hands on the deltas that are sent and the windows for which there is none. It is not
 * thread-safe.
 */
final class BatchGeneration {
    private static final long MICROS_PER_MILLI = 1_000;

    private final Gate gate;
    private final SentDeltas sent;
    private final ToLongFunction<String> epochs;
    private final Consumer<EncodedRecord> deltas;
    private final BiConsumer<DeviceWindow, String> refusals;
    private final GenerationMetrics metrics;
    private final MicrosClock clock;
    private final RecordEncoder<WeightDelta> encoder = Records.deltaEncoder();
    private final List<WeightDelta> assembled = new ArrayList<>();
    private final List<PendingDevice> assembledFor = new ArrayList<>();
    private long generatedAtMicros;

    /**
     * @param gate decides which deltas are sent
     * @param sent what devices were sent last
     * @param epochs says when a device was reset last, 0 for never
     * @param deltas takes the encoded deltas, under the device ids in UTF-8
     * @param refusals takes windows that get no delta, with the reason
     */
    BatchGeneration(
            Gate gate,
            SentDeltas sent,
            ToLongFunction<String> epochs,
            Consumer<EncodedRecord> deltas,
            BiConsumer<DeviceWindow, String> refusals,
            GenerationMetrics metrics,
            MicrosClock clock) {
        this.gate = gate;
        this.sent = sent;
        this.epochs = epochs;
        this.deltas = deltas;
        this.refusals = refusals;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Answers the devices that wait for a model; its batch is empty afterwards.
     *
     * @param startedAtMicros when the first of their windows came in
     */
    void answer(ServedModel model, long startedAtMicros) {
        List<PendingDevice> devices = model.batch().drain();
        List<InteractionContents> histories =
                devices.stream().map(device -> device.history().contents()).toList();
        DeltaGenerator.Deltas generated = model.generator().generate(histories);
        long generatedAt = nextGenerationTime();
        for (int i = 0; i < devices.size(); i++) {
            answer(model, devices.get(i), generated, i, generatedAt);
        }
        send(model);
        metrics.batch(devices.size(), startedAtMicros, clock.nowMicros());
    }

    /**
     * Returns the time that the deltas of a batch carry: devices order deltas of the same history
     * by it, so it grows with every batch even where the clock is set back. After a failover it is
     * another machine's clock that must not be behind by more than the restart took.
     */
    private long nextGenerationTime() {
        generatedAtMicros = Math.max(clock.nowMicros(), generatedAtMicros + 1);
        return generatedAtMicros;
    }

    private void answer(
            ServedModel model,
            PendingDevice device,
            DeltaGenerator.Deltas generated,
            int index,
            long generatedAt) {
        try {
            Gate.Decision decision = null;
            if (!gate.isOpen()) {
                decision = decide(model, device, generated.embedding(index), generatedAt);
                if (!decision.sends()) {
                    metrics.gated(device.windows().size());
                    return;
                }
            }
            WeightDelta delta =
                    model.assembly()
                            .assemble(
                                    device,
                                    epochs.applyAsLong(device.deviceId()),
                                    generated,
                                    index,
                                    generatedAt);
            assembled.add(delta);
            assembledFor.add(device);
            if (decision != null) {
                sent.keep(decision.after());
            }
        } catch (UnusableDeltaException e) {
            for (DeviceWindow window : device.windows()) {
                refusals.accept(
                        window, "no delta for device=" + device.deviceId() + ": " + e.getMessage());
            }
            return;
        }
        if (assembled.size() >= model.assembly().atOnce()) {
            send(model);
        }
    }

    /** Completes and sends what is assembled. */
    private void send(ServedModel model) {
        model.assembly().complete(assembled);
        for (int i = 0; i < assembled.size(); i++) {
            PendingDevice device = assembledFor.get(i);
            byte[] key = device.deviceId().getBytes(StandardCharsets.UTF_8);
            deltas.accept(new EncodedRecord(key, encoder.encode(assembled.get(i))));
            metrics.generated(
                    model.version(),
                    device.windows().size(),
                    device.newest().sentAtMicros(),
                    clock.nowMicros());
        }
        assembled.clear();
        assembledFor.clear();
    }

    private Gate.Decision decide(
            ServedModel model, PendingDevice device, float[] embedding, long generatedAt)
            throws UnusableDeltaException {
        Gate.Decision decision =
                gate.decide(
                        sent.last(device.deviceId()),
                        model.version(),
                        embedding,
                        device.windows().size(),
                        generatedAt / MICROS_PER_MILLI);
        metrics.drift(decision.drift());
        return decision;
    }
}
