package duet.jobs.operator;

import duet.jobs.config.GenerationSettings;
import duet.jobs.generation.DeltaSigning;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.ServedModel;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryMerge;
import duet.jobs.history.JumpLimit;
import duet.jobs.internal.SentDeltaSerializer;
import duet.jobs.io.DeadLetterOutput;
import duet.jobs.io.IdleInput;
import duet.jobs.io.ReleaseStatusOutput;
import duet.jobs.policy.Gate;
import duet.jobs.release.ReleaseLoader;
import duet.jobs.release.ReleaseRecords;
import duet.jobs.release.ReleaseRegistry;
import duet.jobs.release.ReleaseRegistry.Report;
import duet.jobs.release.StatusRecords;
import duet.jobs.serialization.EncodedRecord;
import duet.jobs.serialization.RawRecord;
import duet.schemas.InvalidInputException;
import duet.schemas.release.ReleaseLedger;
import duet.schemas.serde.MalformedRecordException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TimestampedCollector;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * The operator is keyed by device: it merges a window into the device's history and puts the device
 * into the micro-batch of the model version that the device runs; it has the batches answered when
 * one is full, when no further window is there to join them, when their time is up, before a
 * checkpoint barrier, and at the end of input. The second input, the same for all subtasks, holds
 * model releases, which are loaded beside the running versions and served without a restart, and
 * resets of devices.
 *
 * <p>Batches are never part of a checkpoint: they are empty whenever one is taken. Keyed state
 * holds the histories, when a device was reset, and what it was sent last where a policy asks for
 * it. Operator state holds the releases, their highest counter and the versions that are served, so
 * that they are there again before the first window after a failure. The windows since the last
 * checkpoint are read again then; deltas are idempotent.
 */
public final class ParameterGenerationOperator extends AbstractStreamOperator<EncodedRecord>
        implements TwoInputStreamOperator<DeviceWindow, RawRecord, EncodedRecord> {
    private static final long serialVersionUID = 1L;

    private final GenerationSettings settings;
    private final OperatorFactories factories;
    private final MicrosClock clock;

    private transient DeviceHistories histories;
    private transient SentDeltas sentDeltas;
    private transient DeviceIndex deviceIndex;
    private transient DeviceEpochs epochs;
    private transient KeptReleases keptReleases;

    private transient DeviceResets resets;
    private transient ReleaseRecords releaseRecords;
    private transient StatusRecords statusRecords;
    private transient DeadLetterRecords deadLetters;
    private transient GenerationMetrics generationMetrics;
    private transient HeldDevices devices;

    private transient ReleaseLedger releaseLedger;
    private transient @Nullable ServedReleases releases;
    private transient BatchClock batchClock;
    private transient IdleInput idleInput;
    private transient BatchGeneration generation;

    public ParameterGenerationOperator(
            GenerationSettings settings, OperatorFactories factories, MicrosClock clock) {
        this.settings = settings;
        this.factories = factories;
        this.clock = clock;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        var keyed = context.getKeyedStateStore();
        Duration timeToLive = settings.history().timeToLive();
        histories =
                new DeviceHistories(
                        keyed.getState(DeviceState.history(timeToLive)),
                        getProcessingTimeService()::getCurrentProcessingTime);
        sentDeltas =
                new SentDeltas(
                        keyed.getState(DeviceState.sent(new SentDeltaSerializer(), timeToLive)),
                        this::setCurrentKey);
        deviceIndex = new DeviceIndex(settings.history().maxDevices(), timeToLive);
        if (context.isRestored() && settings.history().maxDevices() != DeviceIndex.OFF) {
            indexRestored();
        }
        epochs = new DeviceEpochs(keyed.getState(DeviceState.epoch()), this::setCurrentKey);
        epochs.restore(DeviceState.devicesWithEpoch(getKeyedStateBackend()));
        releaseRecords = new ReleaseRecords();
        var ofOperator = context.getOperatorStateStore();
        keptReleases =
                new KeptReleases(
                        ofOperator.getBroadcastState(KeptReleases.RELEASES),
                        ofOperator.getBroadcastState(KeptReleases.HIGHEST_COUNTER),
                        ofOperator.getUnionListState(KeptReleases.SERVED_VERSIONS),
                        releaseRecords);
    }

    /** Learns of which devices there is state, and of their histories when it was written. */
    private void indexRestored() throws IOException {
        KeyedStateBackend<String> backend = getKeyedStateBackend();
        RestoredDevices restored = new RestoredDevices(deviceIndex);
        DeviceState.devicesWithSent(backend).forEach(restored::found);
        for (String device : DeviceState.devicesWithHistory(backend)) {
            setCurrentKey(device);
            restored.found(device, histories.held());
        }
        restored.index(getProcessingTimeService().getCurrentProcessingTime());
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        keptReleases.keepServed(releases.versions());
    }

    @Override
    public void open() throws Exception {
        super.open();
        TaskInfo task = getRuntimeContext().getTaskInfo();
        int subtask = task.getIndexOfThisSubtask();
        statusRecords = new StatusRecords(subtask, task.getNumberOfParallelSubtasks());
        deadLetters = new DeadLetterRecords(clock);
        TimestampedCollector<EncodedRecord> deltas = new TimestampedCollector<>(output);
        generationMetrics = new GenerationMetrics(getMetricGroup());
        generation =
                new BatchGeneration(
                        new Gate(factories.policy().create(subtask)),
                        sentDeltas,
                        epochs::of,
                        deltas::collect,
                        this::refuse,
                        generationMetrics,
                        clock);
        devices =
                new HeldDevices(
                        deviceIndex,
                        this::forget,
                        deltas::collect,
                        generationMetrics,
                        getProcessingTimeService()::getCurrentProcessingTime);
        generationMetrics.heldDevices(deviceIndex::size);
        resets = new DeviceResets(devices::forget, epochs, this::isOwn, clock);
        batchClock =
                new BatchClock(
                        getProcessingTimeService(),
                        clock,
                        settings.maxBatchDelayMillis(),
                        this::flush);
        idleInput =
                IdleInput.of(getContainingTask(), getOperatorConfig().getChainIndex(), this::flush);
        try {
            openReleases("release-loader-" + subtask);
        } catch (InvalidInputException e) {
            throw new SuppressRestartsException(e);
        }
        releases.restore(
                keptReleases.restored(
                        factories.initialReleases(), releaseLedger, releases::turnAway),
                keptReleases.servedBefore());
        keptReleases.keep(releases.known(), releaseLedger.highestCounter());
    }

    private void openReleases(String loaderName) throws Exception {
        DeltaSigning signing = factories.signer().create().orElse(null);
        releaseLedger =
                new ReleaseLedger(factories.releases().keys(), keptReleases.highestCounter());
        releases =
                new ServedReleases(
                        releaseLedger,
                        new ReleaseRegistry(settings.retireAfter()),
                        new ReleaseLoader(
                                factories.releases(), loaderName, getUserCodeClassloader()),
                        generator -> settings.served(generator, signing),
                        this::flush,
                        this::report,
                        getProcessingTimeService());
        generationMetrics.servedVersions(() -> releases.versions().size());
        if (factories.shipped() != null) {
            releases.shipped(factories.shipped().create());
        }
    }

    @Override
    public void processElement1(StreamRecord<DeviceWindow> element) throws Exception {
        DeviceWindow window = element.getValue();
        ServedModel model = releases.model(window.modelVersion());
        if (model == null) {
            refuse(window, releases.notServed(window));
            return;
        }
        if (!model.reads(window)) {
            refuse(window, model.notRead(window));
            return;
        }
        DeviceHistory held = histories.held();
        JumpLimit jumps = settings.history().jumps();
        if (!jumps.takes(held, window.firstSequence())) {
            generationMetrics.jump();
            refuse(window, jumps.notTaken(window.deviceId(), held, window.firstSequence()));
            return;
        }
        HistoryMerge merge =
                histories.merge(held, window, settings.historyCapacity(releases.longestHistory()));
        if (merge.history() != held) {
            devices.written(window.deviceId());
        }
        generationMetrics.merged(merge.kind());
        generationMetrics.unknownItems(model.unknown(window.contents(), merge.newer()));
        if (!model.knowsAny(merge.history().contents())) {
            refuse(window, model.notKnown(window, merge.history()));
            if (!batchClock.isRunning()) {
                devices.leave();
            }
            return;
        }
        batchClock.start();
        model.batch().add(window, merge.history());
        if (model.batch().isFull()) {
            flush();
        } else {
            idleInput.await();
        }
    }

    @Override
    public void processElement2(StreamRecord<RawRecord> element) throws Exception {
        RawRecord record = element.getValue();
        if (record.topic().equals(settings.resetsTopic())) {
            reset(record);
        } else {
            change(record);
        }
        awaitIdleInput();
    }

    private void reset(RawRecord record) throws Exception {
        try {
            if (resets.apply(record, this::flush)) {
                generationMetrics.deviceReset();
            }
        } catch (MalformedRecordException e) {
            refuse(record, e.getMessage(), generationMetrics::deadReset);
        }
    }

    /** Returns whether this subtask holds the state of that device. */
    private boolean isOwn(String deviceId) {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        deviceId,
                        task.getMaxNumberOfParallelSubtasks(),
                        task.getNumberOfParallelSubtasks())
                == task.getIndexOfThisSubtask();
    }

    private void change(RawRecord record) throws Exception {
        try {
            Optional<String> refusal =
                    releases.apply(releaseRecords.read(record.key(), record.value()));
            if (refusal.isPresent()) {
                refuse(record, refusal.get(), generationMetrics::deadRelease);
            } else {
                keptReleases.keep(releases.known(), releaseLedger.highestCounter());
            }
        } catch (MalformedRecordException e) {
            refuse(record, e.getMessage(), generationMetrics::deadRelease);
        }
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

    /**
     * Waits for idle input again: what came in was no window, but it may have been all that was
     * left to come in.
     */
    private void awaitIdleInput() {
        if (batchClock.isRunning()) {
            idleInput.await();
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        flush();
        devices.leave(); // where no window comes in, too
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
            }
        } finally {
            super.close();
        }
    }

    private void flush() {
        if (!batchClock.isRunning()) {
            return;
        }
        batchClock.stop();
        idleInput.done();
        for (ServedModel model : releases.all()) {
            if (!model.batch().isEmpty()) {
                generation.answer(model, batchClock.startedAtMicros());
            }
        }
        devices.leave();
    }

    private void forget(String deviceId) {
        setCurrentKey(deviceId);
        histories.forget();
        sentDeltas.forget();
    }

    private void refuse(DeviceWindow window, String reason) {
        generationMetrics.deadLetter();
        output.collect(
                DeadLetterOutput.TAG,
                new StreamRecord<>(deadLetters.of(window, settings.windowsTopic(), reason)));
    }

    /**
     * Refuses a record of the topic of releases or of that of resets; all subtasks get the record,
     * and one letter is enough.
     */
    private void refuse(RawRecord record, String reason, Runnable count) {
        if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() != 0) {
            return;
        }
        count.run();
        output.collect(DeadLetterOutput.TAG, new StreamRecord<>(deadLetters.of(record, reason)));
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
}
