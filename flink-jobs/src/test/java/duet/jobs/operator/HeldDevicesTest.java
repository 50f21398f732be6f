package duet.jobs.operator;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.config.GenerationSettings;
import duet.jobs.config.MetricNames;
import duet.jobs.history.JumpLimit;
import duet.jobs.policy.Always;
import duet.jobs.policy.DriftPolicy;
import duet.jobs.policy.GenerationPolicy;
import duet.schemas.record.WeightDelta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The devices that a subtask remembers")
class HeldDevicesTest {
    private static final long RESET_MICROS = 1_500_000;
    private static final int MOST = 50;
    private static final Duration TTL = Duration.ofDays(1);
    private static final long START_MILLIS = 1_700_000_000_000L;

    /** Of an item that the model does not know. */
    private static final long UNKNOWN_ITEM = 999_999;

    private OperatorHarness harness;
    private long offset;

    /** A backend of state. */
    private enum Backend {
        HASH_MAP,
        ROCKS_DB;

        StateBackend make() {
            return this == HASH_MAP
                    ? new HashMapStateBackend()
                    : new EmbeddedRocksDBStateBackend(true);
        }
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static ParameterGenerationOperator operator(int most, GenerationPolicy policy) {
        return OperatorHarness.operator(
                new GenerationSettings.History(
                        GenerationSettings.MODEL_HISTORY, TTL, JumpLimit.NONE, most),
                policy,
                () -> 2_000_000);
    }

    private void start(OperatorHarness started, Backend backend, OperatorSubtaskState state)
            throws Exception {
        start(started, backend, state, START_MILLIS);
    }

    private void start(
            OperatorHarness started, Backend backend, OperatorSubtaskState state, long millis)
            throws Exception {
        harness = started;
        harness.setStateBackend(backend.make());
        at(millis);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    private void start(int most) throws Exception {
        start(OperatorHarness.of(operator(most, new Always())), Backend.HASH_MAP, null);
    }

    private OperatorSubtaskState stop() throws Exception {
        checkpoint();
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        return state;
    }

    private void at(long millis) throws Exception {
        harness.setStateTtlProcessingTime(millis);
        harness.setProcessingTime(millis);
    }

    private void send(String device, long first, long... items) throws Exception {
        harness.send(window(device, offset++, first, items));
    }

    private void checkpoint() throws Exception {
        harness.prepareSnapshotPreBarrier(1);
    }

    private static List<String> devices(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "d" + i).toList();
    }

    private void sendFirstOf(List<String> devices) throws Exception {
        for (String device : devices) {
            send(device, 0, 1);
        }
    }

    private WeightDelta newestOf(String device) throws Exception {
        return harness.deltas().stream()
                .filter(delta -> delta.getDeviceId().equals(device))
                .reduce((older, newer) -> newer)
                .orElseThrow();
    }

    private void assertRevision(String device, long revision) throws Exception {
        assertThat(newestOf(device).getRevision()).isEqualTo(revision);
    }

    @Nested
    @DisplayName("where more come than it may remember")
    class Limit {
        @Test
        @DisplayName(
                "stay as many as it may under a flood of made-up ids, the one that sends among"
                        + " them, and each that left has one tombstone")
        void flood() throws Exception {
            start(MOST);
            int madeUp = 100 * MOST;
            int sent = 0;
            for (int i = 0; i < madeUp; i++) {
                send("made-up-" + i, 0, 1);
                if (i % (MOST / 2) == 0) {
                    send("honest", sent++, 1 + sent % 3);
                }
                assertThat(harness.numKeyedStateEntries()).isLessThanOrEqualTo(MOST + 8);
            }
            checkpoint();

            assertThat(harness.numKeyedStateEntries()).isEqualTo(MOST);
            assertThat(harness.gauge(MetricNames.DEVICES)).isEqualTo(MOST);
            List<String> left = harness.tombstones();
            assertThat(left)
                    .hasSize(madeUp + 1 - MOST)
                    .doesNotHaveDuplicates()
                    .doesNotContain("honest");
            assertThat(harness.count(MetricNames.EVICTED_DEVICES)).isEqualTo(left.size());
            assertThat(harness.count(MetricNames.EXPIRED_DEVICES)).isZero();
            assertThat(newestOf("honest").getLastSequence()).isEqualTo(sent - 1);
            assertRevision("honest", sent);
            assertThat(harness.deadLetters()).isEmpty();
        }

        @Test
        @DisplayName(
                "stay as many under a flood of windows that are refused after they were merged")
        void floodOfUnknownItems() throws Exception {
            start(MOST);
            for (int i = 0; i < 10 * MOST; i++) {
                send("made-up-" + i, 0, UNKNOWN_ITEM);
                assertThat(harness.numKeyedStateEntries()).isLessThanOrEqualTo(MOST);
            }

            assertThat(harness.deadLetters()).hasSize(10 * MOST);
            assertThat(harness.tombstones()).hasSize(9 * MOST);
        }

        @Test
        @DisplayName("keeps one that was reset its epoch, without which it would refuse all deltas")
        void epochStays() throws Exception {
            start(1);
            harness.reset("a", RESET_MICROS);
            send("a", 0, 1);
            send("b", 0, 1);
            checkpoint();
            assertThat(harness.tombstones()).containsExactly("a", "a");

            send("a", 1, 2);
            checkpoint();

            assertThat(newestOf("a").getEpoch()).isEqualTo(RESET_MICROS);
            assertThat(newestOf("b").getEpoch()).isZero();
        }

        @Test
        @DisplayName("is the tombstone the last record of a device that leaves with its own batch")
        void tombstoneComesLast() throws Exception {
            start(1);
            send("a", 0, 1);
            send("b", 0, 1);
            send("c", 0, 1);
            checkpoint();

            assertThat(harness.extractOutputValues()).hasSize(5);
            assertThat(harness.deltas())
                    .extracting(WeightDelta::getDeviceId)
                    .containsExactly("a", "b", "c");
            assertThat(harness.tombstones()).containsExactly("a", "b");
            assertThat(harness.extractOutputValues().get(4).value()).isNull();
        }

        @Test
        @DisplayName("is what a device was sent forgotten with its history")
        void sentDeltas() throws Exception {
            start(
                    OperatorHarness.of(operator(MOST, new DriftPolicy(0, 0))),
                    Backend.HASH_MAP,
                    null);
            sendFirstOf(devices(0, 3 * MOST));
            checkpoint();

            assertThat(harness.numKeyedStateEntries()).isEqualTo(2 * MOST);
        }

        @Test
        @DisplayName("begins a device that left and comes back a new history with what it sends")
        void comesBack() throws Exception {
            start(1);
            send("a", 0, 1, 2);
            checkpoint();
            send("b", 0, 1);
            checkpoint();
            send("a", 2, 3);
            checkpoint();

            assertThat(newestOf("a").getLastSequence()).isEqualTo(2);
            assertThat(harness.tombstones()).containsExactly("a", "b");
        }

        @Test
        @DisplayName("leaves none where it may remember any number")
        void off() throws Exception {
            start(DeviceIndex.OFF);
            sendFirstOf(devices(0, 3 * MOST));
            checkpoint();

            assertThat(harness.tombstones()).isEmpty();
            assertThat(harness.numKeyedStateEntries()).isEqualTo(3 * MOST);
            assertThat(harness.gauge(MetricNames.DEVICES)).isEqualTo(0);
        }
    }

    @Nested
    @DisplayName("where one sends nothing new for its time to live")
    class Expiry {
        @Test
        @DisplayName("leave with a tombstone at the next checkpoint, even if no window comes in")
        void expires() throws Exception {
            start(MOST);
            send("quiet", 0, 1);
            checkpoint();
            at(START_MILLIS + TTL.toMillis() / 2);
            send("lively", 0, 1);
            checkpoint();
            at(START_MILLIS + TTL.toMillis() - 1);
            checkpoint();
            assertThat(harness.tombstones()).isEmpty();

            at(START_MILLIS + TTL.toMillis() + DeviceIndex.TICK_MILLIS);
            checkpoint();

            assertThat(harness.tombstones()).containsExactly("quiet");
            assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
            assertThat(harness.gauge(MetricNames.DEVICES)).isEqualTo(1);
            assertThat(harness.count(MetricNames.EXPIRED_DEVICES)).isEqualTo(1);
            assertThat(harness.count(MetricNames.EVICTED_DEVICES)).isZero();
        }

        @Test
        @DisplayName("is none kept by windows that bring nothing new")
        void repeats() throws Exception {
            start(MOST);
            send("a", 0, 1);
            checkpoint();
            at(START_MILLIS + TTL.toMillis() - 1);
            send("a", 0, 1);
            checkpoint();
            at(START_MILLIS + TTL.toMillis() + DeviceIndex.TICK_MILLIS);
            checkpoint();

            assertThat(harness.tombstones()).containsExactly("a");
        }

        @Test
        @DisplayName("leave a part at a time where many expire at once")
        void many() throws Exception {
            int count = 3 * HeldDevices.MOST_AT_ONCE;
            start(count);
            sendFirstOf(devices(0, count));
            checkpoint();
            at(START_MILLIS + TTL.toMillis() + DeviceIndex.TICK_MILLIS);
            checkpoint();
            assertThat(harness.tombstones()).hasSize(HeldDevices.MOST_AT_ONCE);
            checkpoint();
            checkpoint();

            assertThat(harness.tombstones()).containsExactlyElementsOf(devices(0, count));
        }
    }

    @Nested
    @DisplayName("after a restore")
    class Restore {
        @ParameterizedTest(name = "{0}, parallelism {1}")
        @CsvSource({"HASH_MAP, 1", "HASH_MAP, 2", "ROCKS_DB, 1", "ROCKS_DB, 2"})
        @DisplayName(
                "stay under a flood of new ids where they sent last before it, and those that"
                        + " sent nothing since leave")
        void keepTheirOrder(Backend backend, int parallelism) throws Exception {
            start(
                    OperatorHarness.of(operator(6 * MOST, new DriftPolicy(0, 0)), 0, 1),
                    backend,
                    null);
            List<String> active = devices(0, 2 * MOST);
            List<String> madeUp = devices(2 * MOST, 6 * MOST);
            sendFirstOf(active.subList(0, MOST));
            sendFirstOf(madeUp);
            sendFirstOf(active.subList(MOST, 2 * MOST));
            checkpoint();
            at(START_MILLIS + 3 * DeviceIndex.TICK_MILLIS);
            for (String device : active) {
                send(device, 1, 2);
            }
            OperatorSubtaskState state = stop();

            for (int subtask = 0; subtask < parallelism; subtask++) {
                List<String> oldest = ownedBy(subtask, parallelism, madeUp);
                List<String> newest = ownedBy(subtask, parallelism, active);
                List<String> flood =
                        ownedBy(subtask, parallelism, devices(6 * MOST, 60 * MOST))
                                .subList(0, oldest.size());
                start(
                        OperatorHarness.of(
                                operator(oldest.size() + newest.size(), new DriftPolicy(0, 0)),
                                subtask,
                                parallelism),
                        backend,
                        state);
                at(START_MILLIS + 4 * DeviceIndex.TICK_MILLIS);
                sendFirstOf(flood);
                checkpoint();

                assertThat(harness.tombstones()).containsExactlyInAnyOrderElementsOf(oldest);
                for (String device : newest) {
                    send(device, 2, 3);
                }
                checkpoint();
                for (String device : newest) {
                    assertRevision(device, 3);
                }
                harness.close();
            }
        }

        @ParameterizedTest
        @EnumSource(Backend.class)
        @DisplayName("goes their time to live on, also where it ended while the job was down")
        void keepTheirTime(Backend backend) throws Exception {
            start(OperatorHarness.of(operator(4 * MOST, new Always())), backend, null);
            List<String> ended = devices(0, MOST);
            List<String> quiet = devices(MOST, 2 * MOST);
            List<String> lively = devices(2 * MOST, 3 * MOST);
            sendFirstOf(lively);
            sendFirstOf(ended);
            checkpoint();
            at(START_MILLIS + TTL.toMillis() / 2);
            sendFirstOf(quiet);
            for (String device : lively) {
                send(device, 1, 2);
            }
            OperatorSubtaskState state = stop();

            long restored = START_MILLIS + TTL.toMillis() + DeviceIndex.TICK_MILLIS;
            start(OperatorHarness.of(operator(4 * MOST, new Always())), backend, state, restored);
            assertThat(harness.gauge(MetricNames.DEVICES)).isEqualTo(3 * MOST);
            checkpoint();
            assertThat(harness.tombstones()).containsExactlyInAnyOrderElementsOf(ended);
            for (String device : lively) {
                send(device, 2, 3);
            }
            at(START_MILLIS + TTL.toMillis() * 3 / 2 - 1);
            checkpoint();
            assertThat(harness.tombstones()).hasSize(MOST);

            at(START_MILLIS + TTL.toMillis() * 3 / 2 + DeviceIndex.TICK_MILLIS);
            checkpoint();
            assertThat(harness.tombstones())
                    .hasSize(2 * MOST)
                    .containsAll(ended)
                    .containsAll(quiet);
            assertThat(harness.gauge(MetricNames.DEVICES)).isEqualTo(MOST);
            assertThat(harness.count(MetricNames.EXPIRED_DEVICES)).isEqualTo(2 * MOST);
        }

        @ParameterizedTest
        @EnumSource(Backend.class)
        @DisplayName("are those of the checkpoint, and leave when their number or time says so")
        void sameParallelism(Backend backend) throws Exception {
            start(OperatorHarness.of(operator(MOST, new Always())), backend, null);
            sendFirstOf(devices(0, MOST));
            OperatorSubtaskState state = stop();

            start(OperatorHarness.of(operator(MOST, new Always())), backend, state);
            assertThat(harness.gauge(MetricNames.DEVICES)).isEqualTo(MOST);
            send("d7", 1, 2);
            checkpoint();
            assertThat(harness.tombstones()).isEmpty();
            send("new", 0, 1);
            checkpoint();
            assertThat(harness.tombstones()).hasSize(1).doesNotContain("d7", "new");

            at(START_MILLIS + TTL.toMillis() + DeviceIndex.TICK_MILLIS);
            checkpoint();

            List<String> all = new ArrayList<>(devices(0, MOST));
            all.add("new");
            assertThat(harness.tombstones()).containsExactlyInAnyOrderElementsOf(all);
        }

        @ParameterizedTest
        @EnumSource(Backend.class)
        @DisplayName("are divided among other subtasks as their state is")
        void rescaled(Backend backend) throws Exception {
            start(OperatorHarness.of(operator(4 * MOST, new Always()), 0, 1), backend, null);
            List<String> devices = devices(0, 2 * MOST);
            sendFirstOf(devices);
            OperatorSubtaskState state = stop();

            Set<String> left = new HashSet<>();
            for (int subtask = 0; subtask < 2; subtask++) {
                List<String> owned = ownedBy(subtask, 2, devices);
                start(
                        OperatorHarness.of(operator(4 * MOST, new Always()), subtask, 2),
                        backend,
                        state);
                assertThat(harness.gauge(MetricNames.DEVICES)).isEqualTo(owned.size());
                at(START_MILLIS + TTL.toMillis() + DeviceIndex.TICK_MILLIS);
                checkpoint();
                assertThat(harness.tombstones()).containsExactlyInAnyOrderElementsOf(owned);
                left.addAll(harness.tombstones());
                harness.close();
            }
            assertThat(left).hasSize(2 * MOST);
        }

        private List<String> ownedBy(int subtask, int parallelism, List<String> devices) {
            return devices.stream()
                    .filter(
                            device ->
                                    KeyGroupRangeAssignment.assignKeyToParallelOperator(
                                                    device,
                                                    OperatorHarness.MAX_PARALLELISM,
                                                    parallelism)
                                            == subtask)
                    .toList();
        }

        @ParameterizedTest
        @EnumSource(Backend.class)
        @DisplayName("become fewer, a part at a time, where fewer may be remembered than before")
        void lowered(Backend backend) throws Exception {
            int count = 2 * HeldDevices.MOST_AT_ONCE + MOST;
            start(OperatorHarness.of(operator(count, new Always())), backend, null);
            sendFirstOf(devices(0, count));
            OperatorSubtaskState state = stop();

            start(OperatorHarness.of(operator(MOST, new Always())), backend, state);
            checkpoint();
            assertThat(harness.gauge(MetricNames.DEVICES))
                    .isEqualTo(count - HeldDevices.MOST_AT_ONCE);
            checkpoint();

            assertThat(harness.gauge(MetricNames.DEVICES)).isEqualTo(MOST);
            assertThat(harness.count(MetricNames.EVICTED_DEVICES))
                    .isEqualTo(2 * HeldDevices.MOST_AT_ONCE);
        }
    }
}
