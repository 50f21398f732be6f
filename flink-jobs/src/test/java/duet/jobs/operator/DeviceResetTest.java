package duet.jobs.operator;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.config.GenerationSettings;
import duet.jobs.config.MetricNames;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.PlainGenerator;
import duet.jobs.history.JumpLimit;
import duet.jobs.policy.Always;
import duet.jobs.policy.DriftPolicy;
import duet.jobs.policy.GenerationPolicy;
import duet.jobs.serialization.EncodedRecord;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.DeviceReset;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A reset of a device")
class DeviceResetTest {
    private static final long NOW = 1_700_000_000_000_000L;
    private static final Duration TTL = Duration.ofDays(1);

    /** Within the largest jump, and beyond what the device reaches in years. */
    private static final long POISON = 900_000;

    private static final GenerationPolicy ALWAYS = new Always();

    private OperatorHarness harness;

    /** Where the state is. */
    private enum Backend {
        HASH_MAP,
        ROCKS_DB;

        StateBackend make() {
            return this == HASH_MAP
                    ? new HashMapStateBackend()
                    : new EmbeddedRocksDBStateBackend(true);
        }
    }

    @BeforeEach
    void start() throws Exception {
        start(ALWAYS, null);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static ParameterGenerationOperator operator(GenerationPolicy policy) {
        return OperatorHarness.operator(
                new GenerationSettings.History(
                        GenerationSettings.MODEL_HISTORY, TTL, new JumpLimit(1_000_000), 0),
                policy,
                () -> NOW);
    }

    private void start(GenerationPolicy policy, OperatorSubtaskState state) throws Exception {
        harness = OperatorHarness.of(operator(policy));
        harness.setStateTtlProcessingTime(NOW / 1_000);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    private void restart() throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        start(ALWAYS, state);
    }

    private void answer(DeviceWindow window) throws Exception {
        harness.send(window);
        harness.prepareSnapshotPreBarrier(1);
    }

    private WeightDelta newest() throws Exception {
        List<WeightDelta> deltas = harness.deltas();
        return deltas.get(deltas.size() - 1);
    }

    private static void assertGenerated(
            WeightDelta delta, long epoch, long lastSequence, long... history) throws Exception {
        assertThat(delta.getEpoch()).isEqualTo(epoch);
        assertThat(delta.getLastSequence()).isEqualTo(lastSequence);
        for (int n = 1; n <= 2; n++) {
            assertThat(DeltaCodec.decode(delta.getLayers().get(n - 1)))
                    .containsExactly(PlainGenerator.layer(history, n));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName(
            "lets it begin anew with its own numbers, after a poisoned window moved them ahead.")
    void beginsAnew() throws Exception {
        answer(window("a", 0, 0, 1, 2));
        answer(window("a", 1, POISON, 9));
        assertThat(newest().getLastSequence()).isEqualTo(POISON);

        harness.reset("a", NOW);
        answer(window("a", 2, 2, 3));

        assertGenerated(newest(), NOW, 2, 3);
        assertThat(harness.count(MetricNames.DEVICE_RESETS)).isEqualTo(1);
        assertThat(harness.deadLetters()).isEmpty();
    }

    @Test
    @DisplayName("takes the delta of the time before from the topic, once.")
    void tombstone() throws Exception {
        harness.send(window("a", 0, 0, 1));
        harness.reset("a", NOW);
        harness.reset("a", NOW);

        assertThat(harness.tombstones()).containsExactly("a");
        assertThat(harness.extractOutputValues()).extracting(EncodedRecord::value).last().isNull();
    }

    @Test
    @DisplayName("leaves all other devices as they are.")
    void leavesOthers() throws Exception {
        answer(window("b", 0, 0, 1, 2));
        harness.reset("a", NOW);
        answer(window("b", 1, 2, 3));

        assertGenerated(newest(), 0, 2, 1, 2, 3);
    }

    @Test
    @DisplayName("answers a window that waits before it forgets, as of the epoch it came in.")
    void answersWhatWaits() throws Exception {
        harness.send(window("a", 0, 0, 1));
        harness.reset("a", NOW);

        assertGenerated(newest(), 0, 0, 1);
        answer(window("a", 1, 1, 2));
        assertGenerated(newest(), NOW, 1, 2);
    }

    @Test
    @DisplayName("that comes again, or late, changes nothing.")
    void repeats() throws Exception {
        harness.reset("a", NOW);
        answer(window("a", 0, 0, 1));
        harness.reset("a", NOW);
        harness.reset("a", NOW - 1);
        answer(window("a", 1, 1, 2));

        assertGenerated(newest(), NOW, 1, 1, 2);
        assertThat(harness.count(MetricNames.DEVICE_RESETS)).isEqualTo(1);
        harness.reset("a", NOW + 1);
        answer(window("a", 2, 2, 3));
        assertGenerated(newest(), NOW + 1, 2, 3);
    }

    @Test
    @DisplayName("outlasts a restore, and the time after which its device is forgotten.")
    void outlasts() throws Exception {
        harness.reset("a", NOW);
        answer(window("a", 0, 5, 1));
        restart();
        harness.reset("a", NOW);
        answer(window("a", 1, 6, 2));
        assertGenerated(newest(), NOW, 6, 1, 2);

        restart();
        harness.setStateTtlProcessingTime(NOW / 1_000 + 10 * TTL.toMillis());
        answer(window("a", 2, 7, 3));
        assertGenerated(newest(), NOW, 7, 3);
    }

    @Test
    @DisplayName(
            "forgets what its device was sent, so that a policy does not hold its answer back.")
    void forgetsWhatWasSent() throws Exception {
        harness.close();
        start(new DriftPolicy(0.4, 0), null);
        answer(window("a", 0, 0, 1));
        answer(window("a", 1, 1, 1));
        assertThat(harness.deltas()).hasSize(1);

        harness.reset("a", NOW);
        answer(window("a", 2, 2, 1));

        assertGenerated(newest(), NOW, 2, 1);
        assertThat(harness.deltas()).hasSize(2);
    }

    @Test
    @DisplayName("that is none is a dead letter, and resets nothing.")
    void deadLetters() throws Exception {
        answer(window("a", 0, 0, 1));
        harness.resetRecord(
                bytes("b"), Records.deviceResetEncoder().encode(new DeviceReset("a", NOW, null)));
        harness.reset("a", NOW + Duration.ofMinutes(11).toMillis() * 1_000);
        harness.resetRecord(bytes("a"), bytes("no reset"));
        harness.resetRecord(bytes("a"), null);
        answer(window("a", 1, 1, 2));

        assertGenerated(newest(), 0, 1, 1, 2);
        assertThat(harness.deadLetters())
                .extracting(DeadLetter::getTopic)
                .containsOnly(OperatorHarness.RESETS)
                .hasSize(4);
        assertThat(harness.deadLetters())
                .extracting(DeadLetter::getReason)
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("its key must be the device id"),
                        reason -> assertThat(reason).contains("which is 660 s ahead"),
                        reason -> assertThat(reason).contains("does not start with the marker"),
                        reason -> assertThat(reason).contains("record has no value"));
        assertThat(harness.count(MetricNames.DEAD_RESETS)).isEqualTo(4);
        assertThat(harness.count(MetricNames.DEAD_LETTERS)).isZero();
        assertThat(harness.count(MetricNames.DEAD_RELEASES)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "is carried out by the one subtask that holds its device, which it stays with at"
                    + " another parallelism.")
    void otherParallelism(Backend backend) throws Exception {
        List<String> devices = List.of("a", "b", "c", "d", "e", "f", "g", "h");
        List<OperatorSubtaskState> states = new ArrayList<>();
        long applied = 0;
        for (int subtask = 0; subtask < 2; subtask++) {
            try (var half =
                    subtask(backend, OperatorSubtaskState.builder().build(), 2, subtask, 2)) {
                for (String device : devices) {
                    if (isOf(device, subtask, 2)) {
                        half.send(window(device, 0, POISON, 1));
                    }
                }
                half.prepareSnapshotPreBarrier(1);
                for (int i = 0; i < devices.size(); i++) {
                    half.reset(devices.get(i), NOW + i);
                }
                applied += half.count(MetricNames.DEVICE_RESETS);
                states.add(half.snapshot(1, 1));
            }
        }
        assertThat(applied).isEqualTo(devices.size());
        OperatorSubtaskState whole =
                AbstractStreamOperatorTestHarness.repackageState(
                        states.toArray(OperatorSubtaskState[]::new));

        int answered = 0;
        for (int subtask = 0; subtask < 3; subtask++) {
            try (var third = subtask(backend, whole, 2, subtask, 3)) {
                for (int i = 0; i < devices.size(); i++) {
                    third.reset(devices.get(i), NOW + i);
                    if (isOf(devices.get(i), subtask, 3)) {
                        third.send(window(devices.get(i), 1, 5, 7));
                        third.prepareSnapshotPreBarrier(2);
                        List<WeightDelta> deltas = third.deltas();
                        assertGenerated(deltas.get(deltas.size() - 1), NOW + i, 5, 7);
                        answered++;
                    }
                }
                assertThat(third.count(MetricNames.DEVICE_RESETS)).isZero();
            }
        }
        assertThat(answered).isEqualTo(devices.size());
    }

    private static boolean isOf(String device, int subtask, int parallelism) {
        return subtask
                == KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        device, OperatorHarness.MAX_PARALLELISM, parallelism);
    }

    private static OperatorHarness subtask(
            Backend backend, OperatorSubtaskState state, int before, int index, int parallelism)
            throws Exception {
        OperatorHarness subtask = OperatorHarness.of(operator(ALWAYS), index, parallelism);
        subtask.setStateBackend(backend.make());
        subtask.setStateTtlProcessingTime(NOW / 1_000);
        subtask.initializeState(
                AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        state, OperatorHarness.MAX_PARALLELISM, before, parallelism, index));
        subtask.open();
        return subtask;
    }
}
