package duet.jobs.internal;

import duet.jobs.generation.DeadLetters;
import duet.jobs.generation.DeltaAssembly;
import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.DeltaGeneratorFactory;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.MicroBatch;
import duet.jobs.generation.PendingDevice;
import duet.jobs.generation.UnusableDeltaException;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryMerge;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import duet.schemas.InvalidInputException;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keyed by device: merges a window into the device's history and puts the device into a micro-batch; generates, encodes and
 * sends the deltas of the batch when it is full, when its time is up, before a checkpoint barrier, and at the end of
 * input.
 *
 * <p>The batch is never part of a checkpoint: it is empty whenever one is taken. Keyed state holds the histories alone.
 * After a failure the windows since the last checkpoint are read again; deltas are idempotent.
 */
public final class ParameterGenerationOperator extends AbstractStreamOperator<EncodedRecord>
        implements OneInputStreamOperator<DeviceWindow, EncodedRecord> {
    private static final long serialVersionUID = 1L;

    private final GenerationSettings settings;
    private final DeltaGeneratorFactory generatorFactory;
    private final MicrosClock clock;

    private transient ValueState<DeviceHistory> historyState;
    private transient DeltaGenerator generator;
    private transient int historyCapacity;
    private transient DeltaAssembly assembly;
    private transient RecordEncoder<WeightDelta> deltaEncoder;
    private transient RecordEncoder<InteractionWindow> windowEncoder;
    private transient DeadLetters deadLetters;
    private transient GenerationMetrics generationMetrics;

    private transient MicroBatch batch;
    private transient long batchStartedAtMicros;
    private transient long batchDeadline;
    private transient boolean timerPending;
    private transient long generatedAtMicros;

    public ParameterGenerationOperator(
            GenerationSettings settings,
            DeltaGeneratorFactory generatorFactory,
            MicrosClock clock) {
        this.settings = settings;
        this.generatorFactory = generatorFactory;
        this.clock = clock;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        historyState =
                context.getKeyedStateStore().getState(DeviceState.history(settings.stateTtl()));
    }

    @Override
    public void open() throws Exception {
        super.open();
        batch = new MicroBatch(settings.maxBatchDevices(), settings.maxBatchWindows());
        try {
            generator = generatorFactory.create();
        } catch (InvalidInputException e) {
            throw new SuppressRestartsException(e);
        }
        historyCapacity =
                settings.history() == GenerationSettings.MODEL_HISTORY
                        ? generator.dimensions().history()
                        : settings.history();
        assembly =
                new DeltaAssembly(
                        generator.modelVersion(), generator.dimensions(), settings.encoding());
        deltaEncoder = Records.deltaEncoder();
        windowEncoder = Records.windowEncoder();
        deadLetters = new DeadLetters();
        generationMetrics = new GenerationMetrics(getMetricGroup());
    }

    @Override
    public void processElement(StreamRecord<DeviceWindow> element) throws Exception {
        DeviceWindow window = element.getValue();
        if (!window.modelVersion().equals(generator.modelVersion())) {
            refuse(
                    window,
                    "window of device=%s is for model version %s, the job serves %s"
                            .formatted(
                                    window.deviceId(),
                                    window.modelVersion(),
                                    generator.modelVersion()));
            return;
        }
        int reads = generator.dimensions().features();
        if (window.contents().dimension() != reads) {
            refuse(
                    window,
                    "window of device=%s holds %s, model version %s reads %s"
                            .formatted(
                                    window.deviceId(),
                                    InteractionContents.describe(window.contents().dimension()),
                                    generator.modelVersion(),
                                    InteractionContents.describe(reads)));
            return;
        }
        DeviceHistory merged = merge(window);
        if (!knowsAny(merged.contents())) {
            refuse(
                    window,
                    "window of device=%s leaves no item that model version %s knows among its newest %,d"
                            .formatted(window.deviceId(), generator.modelVersion(), merged.size()));
            return;
        }
        if (batch.isEmpty()) {
            startBatch();
        }
        batch.add(window, merged);
        if (batch.isFull()) {
            flush();
        }
    }

    private DeviceHistory merge(DeviceWindow window) throws Exception {
        DeviceHistory held = historyState.value();
        // A model of another kind may have served the device before; its vectors mean nothing to
        // this one.
        DeviceHistory before =
                held != null && held.takes(window.contents()) ? held : DeviceHistory.empty();
        HistoryMerge merge =
                before.merge(window.firstSequence(), window.contents(), historyCapacity);
        if (merge.history() != before) {
            historyState.update(merge.history());
        }
        generationMetrics.merged(merge.kind());
        generationMetrics.unknownItems(unknown(window.contents(), merge.newer()));
        return merge.history();
    }

    private int unknown(InteractionContents contents, int newest) {
        int unknown = 0;
        if (contents instanceof ItemIds items) {
            for (int i = contents.size() - newest; i < contents.size(); i++) {
                if (!generator.knows(items.ids()[i])) {
                    unknown++;
                }
            }
        }
        return unknown;
    }

    private boolean knowsAny(InteractionContents contents) {
        return !(contents instanceof ItemIds items)
                || Arrays.stream(items.ids()).anyMatch(generator::knows);
    }

    private void startBatch() {
        batchStartedAtMicros = clock.nowMicros();
        batchDeadline =
                getProcessingTimeService().getCurrentProcessingTime()
                        + settings.maxBatchDelayMillis();
        scheduleTimer();
    }

    /** One timer at most is under way, however often batches fill up before theirs. */
    private void scheduleTimer() {
        if (!timerPending) {
            timerPending = true;
            getProcessingTimeService().registerTimer(batchDeadline, this::onTimer);
        }
    }

    private void onTimer(long timestamp) throws Exception {
        timerPending = false;
        if (batch.isEmpty()) {
            return;
        }
        if (timestamp >= batchDeadline) {
            flush();
        } else {
            scheduleTimer();
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        flush();
    }

    @Override
    public void finish() throws Exception {
        flush();
        super.finish();
    }

    @Override
    public void close() throws Exception {
        try {
            if (generator != null) {
                generator.close();
                generator = null;
            }
        } finally {
            super.close();
        }
    }

    private void flush() {
        if (batch.isEmpty()) {
            return;
        }
        List<PendingDevice> devices = batch.drain();
        List<InteractionContents> histories =
                devices.stream().map(device -> device.history().contents()).toList();
        DeltaGenerator.Deltas deltas = generator.generate(histories);
        long generatedAt = nextGenerationTime();
        for (int i = 0; i < devices.size(); i++) {
            emit(devices.get(i), deltas, i, generatedAt);
        }
        generationMetrics.batch(devices.size(), batchStartedAtMicros, clock.nowMicros());
    }

    /**
     * Devices order deltas that reach equally far by this time, so it grows with every batch even where the clock is set back.
     * After a failover it is another machine's clock that must not be behind by more than the restart took.
     */
    private long nextGenerationTime() {
        generatedAtMicros = Math.max(clock.nowMicros(), generatedAtMicros + 1);
        return generatedAtMicros;
    }

    private void emit(
            PendingDevice device, DeltaGenerator.Deltas deltas, int index, long generatedAt) {
        WeightDelta delta;
        try {
            delta = assembly.assemble(device, deltas, index, generatedAt);
        } catch (UnusableDeltaException e) {
            for (DeviceWindow window : device.windows()) {
                refuse(
                        window,
                        "no delta for device=%s: %s".formatted(device.deviceId(), e.getMessage()));
            }
            return;
        }
        byte[] key = device.deviceId().getBytes(StandardCharsets.UTF_8);
        output.collect(new StreamRecord<>(new EncodedRecord(key, deltaEncoder.encode(delta))));
        generationMetrics.generated(
                device.windows().size(), device.newest().sentAtMicros(), clock.nowMicros());
    }

    private void refuse(DeviceWindow window, String reason) {
        generationMetrics.deadLetter();
        byte[] letter =
                deadLetters.encode(
                        settings.windowsTopic(),
                        window.partition(),
                        window.offset(),
                        window.receivedKey(),
                        windowEncoder.encode(window.toRecord()),
                        reason,
                        clock.nowMicros());
        output.collect(
                DeadLetterOutput.TAG,
                new StreamRecord<>(new EncodedRecord(window.receivedKey(), letter)));
    }
}
