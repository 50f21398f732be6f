package duet.jobs.operator;

import duet.jobs.config.GenerationSettings;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.PlainGenerator;
import duet.jobs.history.JumpLimit;
import duet.jobs.io.DeadLetterOutput;
import duet.jobs.io.ReleaseStatusOutput;
import duet.jobs.policy.Always;
import duet.jobs.policy.GenerationPolicy;
import duet.jobs.release.ReleaseSource;
import duet.jobs.serialization.EncodedRecord;
import duet.jobs.serialization.RawRecord;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.DeviceReset;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.WeightDelta;
import duet.schemas.release.ReleaseRefusedException;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/**
 * One subtask of the generation operator without a job around it. Flink's own harness for two
 * inputs hides the metrics.
 */
final class OperatorHarness extends AbstractStreamOperatorTestHarness<EncodedRecord> {
    static final int MAX_PARALLELISM = 128;

    /** The topic of resets, in settings for this harness. */
    static final String RESETS = "device-resets";

    private final ParameterGenerationOperator operator;
    private final InterceptingOperatorMetricGroup metrics;
    private long releaseOffset;

    private OperatorHarness(
            ParameterGenerationOperator operator,
            MockEnvironment environment,
            InterceptingOperatorMetricGroup metrics)
            throws Exception {
        super(operator, environment);
        this.operator = operator;
        this.metrics = metrics;
        KeySelector<DeviceWindow, String> device = DeviceWindow::deviceId;
        config.setStatePartitioner(0, device);
        config.setStateKeySerializer(
                Types.STRING.createSerializer(
                        environment.getExecutionConfig().getSerializerConfig()));
        config.serializeAllConfigs();
    }

    /**
     * An operator with the model of {@link PlainGenerator}, small batches and no releases.
     *
     * @param history what is kept of a device
     */
    static ParameterGenerationOperator operator(
            GenerationSettings.History history, GenerationPolicy policy, MicrosClock clock) {
        return new ParameterGenerationOperator(
                new GenerationSettings(
                        history,
                        4,
                        8,
                        5,
                        DeltaEncoding.FLOAT32,
                        "windows",
                        RESETS,
                        Duration.ofMinutes(10)),
                new OperatorFactories(
                        PlainGenerator::new,
                        release -> {
                            throw new ReleaseRefusedException("none is expected");
                        },
                        List.of(),
                        subtask -> policy,
                        Optional::empty),
                clock);
    }

    /** The only subtask there is. */
    static OperatorHarness of(ParameterGenerationOperator operator) throws Exception {
        return of(operator, 1, 0, 1);
    }

    /**
     * The only subtask there is, of a job that has no model but those of its releases and answers
     * every window.
     *
     * @param initial releases that it has from its submission on, encoded
     */
    static OperatorHarness ofReleases(
            ReleaseSource source, List<byte[]> initial, Duration retireAfter) throws Exception {
        return of(
                new ParameterGenerationOperator(
                        new GenerationSettings(
                                new GenerationSettings.History(
                                        GenerationSettings.MODEL_HISTORY,
                                        Duration.ZERO,
                                        new JumpLimit(1_000_000),
                                        1_000_000),
                                10,
                                100,
                                5,
                                DeltaEncoding.FLOAT32,
                                "windows",
                                RESETS,
                                retireAfter),
                        new OperatorFactories(
                                null, source, initial, subtask -> new Always(), Optional::empty),
                        () -> 2_000_000));
    }

    /** One of several subtasks; their states are divided by {@link #MAX_PARALLELISM}. */
    static OperatorHarness of(ParameterGenerationOperator operator, int subtask, int parallelism)
            throws Exception {
        return of(operator, MAX_PARALLELISM, subtask, parallelism);
    }

    private static OperatorHarness of(
            ParameterGenerationOperator operator, int maxParallelism, int subtask, int parallelism)
            throws Exception {
        InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();
        MockEnvironment environment =
                new MockEnvironmentBuilder()
                        .setMaxParallelism(maxParallelism)
                        .setParallelism(parallelism)
                        .setSubtaskIndex(subtask)
                        .setMetricGroup(
                                new InterceptingTaskMetricGroup() {
                                    @Override
                                    public InternalOperatorMetricGroup getOrAddOperator(
                                            OperatorID id,
                                            String name,
                                            Map<String, String> variables) {
                                        return metrics;
                                    }
                                })
                        .build();
        return new OperatorHarness(operator, environment, metrics);
    }

    void send(DeviceWindow window) throws Exception {
        StreamRecord<DeviceWindow> element = new StreamRecord<>(window);
        operator.setKeyContextElement1(element);
        operator.processElement1(element);
    }

    /** What a task does between its records: the mails that are there, not those that they send. */
    void runMails() throws Exception {
        getTaskMailbox().createBatch();
        Optional<Mail> mail = getTaskMailbox().tryTakeFromBatch();
        while (mail.isPresent()) {
            mail.get().run();
            mail = getTaskMailbox().tryTakeFromBatch();
        }
    }

    /** Time passes on the second input. */
    void releaseWatermark(long millis) throws Exception {
        operator.processWatermark2(new Watermark(millis));
    }

    /** Publishes a release, or a change of one. */
    void release(ModelRelease release) throws Exception {
        releaseRecord(
                release.getVersion().getBytes(StandardCharsets.UTF_8),
                Records.releaseEncoder().encode(release));
    }

    /** A record of the topic of releases. */
    void releaseRecord(byte[] key, byte[] value) throws Exception {
        operator.processElement2(
                new StreamRecord<>(new RawRecord("models", 0, releaseOffset++, key, value)));
    }

    /** Asks for a device to be reset. */
    void reset(String device, long atMicros) throws Exception {
        resetRecord(
                device.getBytes(StandardCharsets.UTF_8),
                Records.deviceResetEncoder().encode(new DeviceReset(device, atMicros, null)));
    }

    /** A record of the topic of resets. */
    void resetRecord(byte[] key, byte[] value) throws Exception {
        operator.processElement2(
                new StreamRecord<>(new RawRecord(RESETS, 0, releaseOffset++, key, value)));
    }

    List<WeightDelta> deltas() throws Exception {
        List<WeightDelta> deltas = new ArrayList<>();
        for (EncodedRecord record : extractOutputValues()) {
            if (record.value() != null) {
                deltas.add(Records.deltaDecoder().decode(record.value()));
            }
        }
        return deltas;
    }

    /** The devices whose deltas were taken from the topic, in that order. */
    List<String> tombstones() {
        return extractOutputValues().stream()
                .filter(record -> record.value() == null)
                .map(record -> new String(record.key(), StandardCharsets.UTF_8))
                .toList();
    }

    List<DeadLetter> deadLetters() throws Exception {
        List<DeadLetter> letters = new ArrayList<>();
        var output = getSideOutput(DeadLetterOutput.TAG);
        if (output != null) {
            for (StreamRecord<EncodedRecord> record : output) {
                letters.add(Records.deadLetterDecoder().decode(record.getValue().value()));
            }
        }
        return letters;
    }

    /** All states of releases so far; each is checked to lie under its key. */
    List<ReleaseStatus> statuses() throws Exception {
        List<ReleaseStatus> statuses = new ArrayList<>();
        var output = getSideOutput(ReleaseStatusOutput.TAG);
        if (output != null) {
            for (StreamRecord<EncodedRecord> record : output) {
                ReleaseStatus status =
                        Records.releaseStatusDecoder().decode(record.getValue().value());
                String key = new String(record.getValue().key(), StandardCharsets.UTF_8);
                if (!key.equals(status.getVersion() + "/" + status.getSubtask())) {
                    throw new AssertionError("status under the key " + key);
                }
                statuses.add(status);
            }
        }
        return statuses;
    }

    long count(String name) {
        return ((Counter) metrics.get(name)).getCount();
    }

    Object gauge(String name) {
        return ((Gauge<?>) metrics.get(name)).getValue();
    }

    Histogram histogram(String name) {
        return (Histogram) metrics.get(name);
    }

    int numKeyedStateEntries() {
        return ((HeapKeyedStateBackend<?>) operator.getKeyedStateBackend())
                .numKeyValueStateEntries();
    }
}
