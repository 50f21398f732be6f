package duet.jobs.internal;

import duet.jobs.generation.DeadLetters;
import duet.jobs.generation.DeltaAssembly;
import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.MicroBatch;
import duet.jobs.generation.PendingDevice;
import duet.jobs.generation.ServedModel;
import duet.jobs.generation.UnusableDeltaException;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryMerge;
import duet.jobs.history.InteractionContents;
import duet.jobs.policy.Gate;
import duet.jobs.policy.SentDelta;
import duet.jobs.release.ReleaseLoader;
import duet.jobs.release.ReleaseRegistry;
import duet.jobs.release.ReleaseRegistry.Report;
import duet.jobs.release.StatusRecords;
import duet.schemas.InvalidInputException;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.ReleaseValidation;
import duet.schemas.signature.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keyed by device: merges a window into the device's history and puts the device into the micro-batch of the model
 * version that the device runs; generates, encodes and sends the deltas of the batches when one is full, when no further window
 * is there to join them, when their time is up, before a checkpoint barrier, and at the end of input. The second input, the same for all subtasks, holds model
 * releases: they are loaded beside the running versions and served without a restart.
 *
 * <p>Batches are never part of a checkpoint: they are empty whenever one is taken. Keyed state holds the histories, and what
 * a device was sent last where a policy asks for it. Operator state holds the releases and the versions that are served, so
 * that they are there again before the first window after a failure. The windows since the last checkpoint are read
 * again then; deltas are idempotent.
 */
public final class ParameterGenerationOperator extends AbstractStreamOperator<EncodedRecord>
        implements TwoInputStreamOperator<DeviceWindow, RawRecord, EncodedRecord> {
    private static final long serialVersionUID = 1L;

    /** Every release by version, encoded; part of every savepoint, as all names of states. */
    private static final MapStateDescriptor<String, byte[]> RELEASES =
            new MapStateDescriptor<>(
                    "releases", StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

    /** Versions that a subtask serves; after a restore each subtask has those of all. */
    private static final ListStateDescriptor<String> SERVED_VERSIONS =
            new ListStateDescriptor<>("served-versions", StringSerializer.INSTANCE);

    private static final long MICROS_PER_MILLI = 1_000;

    private final GenerationSettings settings;
    private final OperatorFactories factories;
    private final MicrosClock clock;

    private transient ValueState<DeviceHistory> historyState;
    private transient ValueState<SentDelta> sentState;
    private transient BroadcastState<String, byte[]> releaseState;
    private transient ListState<String> servedVersionsState;

    private transient ServedReleases releases;
    private transient int historyCapacity;
    private transient Signer signer;
    private transient Gate gate;
    private transient RecordEncoder<WeightDelta> deltaEncoder;
    private transient RecordEncoder<InteractionWindow> windowEncoder;
    private transient RecordEncoder<ModelRelease> releaseEncoder;
    private transient RecordDecoder<ModelRelease> releaseDecoder;
    private transient StatusRecords statusRecords;
    private transient DeadLetters deadLetters;
    private transient GenerationMetrics generationMetrics;

    private transient IdleInput idleInput;
    private transient int waitingModels;
    private transient long batchStartedAtMicros;
    private transient long batchDeadline;
    private transient boolean timerPending;
    private transient ScheduledFuture<?> releaseTimer;
    private transient long generatedAtMicros;

    public ParameterGenerationOperator(
            GenerationSettings settings, OperatorFactories factories, MicrosClock clock) {
        this.settings = settings;
        this.factories = factories;
        this.clock = clock;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        historyState =
                context.getKeyedStateStore().getState(DeviceState.history(settings.stateTtl()));
        sentState =
                context.getKeyedStateStore()
                        .getState(DeviceState.sent(new SentDeltaSerializer(), settings.stateTtl()));
        releaseState = context.getOperatorStateStore().getBroadcastState(RELEASES);
        servedVersionsState = context.getOperatorStateStore().getUnionListState(SERVED_VERSIONS);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        servedVersionsState.update(List.copyOf(releases.versions()));
    }

    @Override
    public void open() throws Exception {
        super.open();
        deltaEncoder = Records.deltaEncoder();
        windowEncoder = Records.windowEncoder();
        releaseEncoder = Records.releaseEncoder();
        releaseDecoder = Records.releaseDecoder();
        statusRecords =
                new StatusRecords(
                        subtask(), getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
        deadLetters = new DeadLetters();
        gate = new Gate(factories.policy().create(subtask()));
        releases =
                new ServedReleases(
                        new ReleaseRegistry(settings.retireAfter()),
                        new ReleaseLoader(
                                factories.releases(),
                                "release-loader-" + subtask(),
                                getUserCodeClassloader()),
                        this::serve,
                        this::flush);
        generationMetrics = new GenerationMetrics(getMetricGroup());
        generationMetrics.servedVersions(() -> releases.versions().size());
        idleInput =
                IdleInput.of(getContainingTask(), getOperatorConfig().getChainIndex(), this::flush);
        try {
            signer = factories.signer().create().orElse(null);
            if (factories.shipped() != null) {
                releases.shipped(factories.shipped().create());
            }
        } catch (InvalidInputException e) {
            throw new SuppressRestartsException(e);
        }
        restoreReleases();
    }

    private void restoreReleases() throws Exception {
        Map<String, ModelRelease> known = new HashMap<>();
        for (byte[] initial : factories.initialReleases()) {
            ModelRelease release = releaseDecoder.decode(initial);
            known.put(release.getVersion(), release);
        }
        // What the stream brought since is newer than what was there at the submission.
        for (Map.Entry<String, byte[]> restored : releaseState.immutableEntries()) {
            known.put(restored.getKey(), releaseDecoder.decode(restored.getValue()));
        }
        Set<String> servedBefore = new HashSet<>();
        servedVersionsState.get().forEach(servedBefore::add);
        releases.restore(known.values(), servedBefore, nowMillis());
        keepReleases();
        releasesChanged();
    }

    private ServedModel serve(DeltaGenerator generator) {
        return new ServedModel(
                generator,
                new DeltaAssembly(
                        generator.modelVersion(),
                        generator.dimensions(),
                        settings.encoding(),
                        signer),
                new MicroBatch(settings.maxBatchDevices(), settings.maxBatchWindows()));
    }

    @Override
    public void processElement1(StreamRecord<DeviceWindow> element) throws Exception {
        DeviceWindow window = element.getValue();
        ServedModel model = releases.model(window.modelVersion());
        if (model == null) {
            refuse(window, notServed(window));
            return;
        }
        int reads = model.dimensions().features();
        if (window.contents().dimension() != reads) {
            refuse(
                    window,
                    "window of device=%s holds %s, model version %s reads %s"
                            .formatted(
                                    window.deviceId(),
                                    InteractionContents.describe(window.contents().dimension()),
                                    model.version(),
                                    InteractionContents.describe(reads)));
            return;
        }
        DeviceHistory merged = merge(window, model);
        if (!model.knowsAny(merged.contents())) {
            refuse(
                    window,
                    "window of device=%s leaves no item that model version %s knows among its newest %,d"
                            .formatted(window.deviceId(), model.version(), merged.size()));
            return;
        }
        if (waitingModels == 0) {
            startBatch();
        }
        if (model.batch().isEmpty()) {
            waitingModels++;
        }
        model.batch().add(window, merged);
        if (model.batch().isFull()) {
            flush();
        } else {
            idleInput.await();
        }
    }

    private String notServed(DeviceWindow window) {
        return "window of device=%s is for model version %s, the job serves %s%s"
                .formatted(
                        window.deviceId(),
                        window.modelVersion(),
                        releases.versions().isEmpty()
                                ? "none"
                                : String.join(", ", releases.versions()),
                        releases.reasonNotServed(window.modelVersion())
                                .map(reason -> "; that one is " + reason)
                                .orElse(""));
    }

    private DeviceHistory merge(DeviceWindow window, ServedModel model) throws Exception {
        DeviceHistory held = historyState.value();
        if (held == null) {
            held = DeviceHistory.empty();
        }
        // A model of another kind may have served the device before; its vectors mean nothing to
        // this one.
        DeviceHistory before = held.takes(window.contents()) ? held : held.cleared();
        HistoryMerge merge =
                before.merge(window.firstSequence(), window.contents(), historyCapacity);
        if (merge.history() != before) {
            historyState.update(merge.history());
        }
        generationMetrics.merged(merge.kind());
        generationMetrics.unknownItems(model.unknown(window.contents(), merge.newer()));
        return merge.history();
    }

    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        super.processWatermark1(mark);
        awaitIdleInput();
    }

    @Override
    public void processWatermark2(Watermark mark) throws Exception {
        super.processWatermark2(mark);
        awaitIdleInput();
    }

    /** What came in was no window, but it may have been all that was left to come in. */
    private void awaitIdleInput() {
        if (waitingModels > 0) {
            idleInput.await();
        }
    }

    @Override
    public void processElement2(StreamRecord<RawRecord> element) throws Exception {
        takeRelease(element.getValue());
        awaitIdleInput();
    }

    private void takeRelease(RawRecord record) throws Exception {
        try {
            if (record.value() == null) {
                deleted(record);
            } else {
                ModelRelease release = releaseDecoder.decode(record.value());
                ReleaseValidation.check(release);
                releases.released(release, nowMillis());
            }
        } catch (MalformedRecordException e) {
            refuse(record, e.getMessage());
            return;
        } catch (RuntimeException e) {
            // As for windows: the decoder may be left half way through a record (FLINK-31951).
            releaseDecoder = Records.releaseDecoder();
            refuse(record, "release cannot be decoded: " + e);
            return;
        }
        keepReleases();
        releasesChanged();
    }

    private void deleted(RawRecord record) throws MalformedRecordException {
        if (record.key() == null) {
            throw new MalformedRecordException("release has neither key nor value");
        }
        releases.deleted(new String(record.key(), StandardCharsets.UTF_8), nowMillis());
    }

    /** The state holds what the registry knows; every subtask writes the same. */
    private void keepReleases() throws Exception {
        Set<String> known = new HashSet<>();
        for (ModelRelease release : releases.known()) {
            known.add(release.getVersion());
            releaseState.put(release.getVersion(), releaseEncoder.encode(release));
        }
        Set<String> forgotten = new HashSet<>();
        releaseState.immutableEntries().forEach(entry -> forgotten.add(entry.getKey()));
        forgotten.removeAll(known);
        for (String version : forgotten) {
            releaseState.remove(version);
        }
    }

    /** After every change of what is served or is to be: how much history is kept, and when to look again. */
    private void releasesChanged() {
        historyCapacity =
                settings.history() == GenerationSettings.MODEL_HISTORY
                        ? releases.all().stream()
                                .mapToInt(model -> model.dimensions().history())
                                .max()
                                .orElse(1)
                        : settings.history();
        if (releaseTimer != null) {
            releaseTimer.cancel(false);
            releaseTimer = null;
        }
        OptionalLong next = releases.nextPoll(nowMillis());
        if (next.isPresent()) {
            releaseTimer =
                    getProcessingTimeService()
                            .registerTimer(next.getAsLong(), timestamp -> pollReleases());
        }
    }

    private void pollReleases() {
        releases.poll(nowMillis());
        releases.takeReports().forEach(this::report);
        releasesChanged();
    }

    private void report(Report report) {
        generationMetrics.released(report);
        output.collect(
                ReleaseStatusOutput.TAG,
                new StreamRecord<>(
                        new EncodedRecord(
                                statusRecords.key(report),
                                statusRecords.value(report, clock.nowMicros()))));
    }

    private int subtask() {
        return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    private long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    private void startBatch() {
        batchStartedAtMicros = clock.nowMicros();
        batchDeadline = nowMillis() + settings.maxBatchDelayMillis();
        scheduleTimer();
    }

    /** One timer at most is under way, however often batches fill up before theirs. */
    private void scheduleTimer() {
        if (!timerPending) {
            timerPending = true;
            getProcessingTimeService().registerTimer(batchDeadline, this::onTimer);
        }
    }

    private void onTimer(long timestamp) {
        timerPending = false;
        if (waitingModels == 0) {
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
            if (releases != null) {
                releases.close();
                releases = null;
            }
        } finally {
            super.close();
        }
    }

    private void flush() {
        if (waitingModels == 0) {
            return;
        }
        waitingModels = 0;
        idleInput.done();
        for (ServedModel model : releases.all()) {
            if (!model.batch().isEmpty()) {
                flush(model);
            }
        }
    }

    private void flush(ServedModel model) {
        List<PendingDevice> devices = model.batch().drain();
        List<InteractionContents> histories =
                devices.stream().map(device -> device.history().contents()).toList();
        DeltaGenerator.Deltas deltas = model.generator().generate(histories);
        long generatedAt = nextGenerationTime();
        for (int i = 0; i < devices.size(); i++) {
            emit(model, devices.get(i), deltas, i, generatedAt);
        }
        generationMetrics.batch(devices.size(), batchStartedAtMicros, clock.nowMicros());
    }

    /**
     * Devices order deltas of the same history by this time, so it grows with every batch even where the clock is set back.
     * After a failover it is another machine's clock that must not be behind by more than the restart took.
     */
    private long nextGenerationTime() {
        generatedAtMicros = Math.max(clock.nowMicros(), generatedAtMicros + 1);
        return generatedAtMicros;
    }

    private void emit(
            ServedModel model,
            PendingDevice device,
            DeltaGenerator.Deltas deltas,
            int index,
            long generatedAt) {
        try {
            Gate.Decision decision = null;
            if (!gate.isOpen()) {
                decision = decide(model, device, deltas.embedding(index), generatedAt);
                if (!decision.sends()) {
                    generationMetrics.gated(device.windows().size());
                    return;
                }
            }
            WeightDelta delta = model.assembly().assemble(device, deltas, index, generatedAt);
            byte[] key = device.deviceId().getBytes(StandardCharsets.UTF_8);
            output.collect(new StreamRecord<>(new EncodedRecord(key, deltaEncoder.encode(delta))));
            if (decision != null) {
                remember(decision);
            }
        } catch (UnusableDeltaException e) {
            for (DeviceWindow window : device.windows()) {
                refuse(
                        window,
                        "no delta for device=%s: %s".formatted(device.deviceId(), e.getMessage()));
            }
            return;
        }
        generationMetrics.generated(
                model.version(),
                device.windows().size(),
                device.newest().sentAtMicros(),
                clock.nowMicros());
    }

    private Gate.Decision decide(
            ServedModel model, PendingDevice device, float[] embedding, long generatedAt)
            throws UnusableDeltaException {
        setCurrentKey(device.deviceId());
        try {
            Gate.Decision decision =
                    gate.decide(
                            sentState.value(),
                            model.version(),
                            embedding,
                            device.windows().size(),
                            generatedAt / MICROS_PER_MILLI);
            generationMetrics.drift(decision.drift());
            return decision;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what a device was sent last", e);
        }
    }

    /** The current key is still that of the device that was decided on. */
    private void remember(Gate.Decision decision) {
        try {
            sentState.update(decision.after());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep what a device was sent", e);
        }
    }

    private void refuse(DeviceWindow window, String reason) {
        generationMetrics.deadLetter();
        byte[] letter =
                deadLetters.encode(
                        settings.windowsTopic(),
                        window.origin().partition(),
                        window.origin().offset(),
                        window.receivedKey(),
                        windowEncoder.encode(window.toRecord()),
                        reason,
                        clock.nowMicros());
        output.collect(
                DeadLetterOutput.TAG,
                new StreamRecord<>(new EncodedRecord(window.receivedKey(), letter)));
    }

    /** All subtasks get the record; one letter is enough. */
    private void refuse(RawRecord release, String reason) {
        if (subtask() != 0) {
            return;
        }
        generationMetrics.deadRelease();
        byte[] letter =
                deadLetters.encode(
                        release.topic(),
                        release.partition(),
                        release.offset(),
                        release.key(),
                        release.value(),
                        reason,
                        clock.nowMicros());
        output.collect(
                DeadLetterOutput.TAG,
                new StreamRecord<>(new EncodedRecord(DeadLetters.keptKey(release.key()), letter)));
    }
}
