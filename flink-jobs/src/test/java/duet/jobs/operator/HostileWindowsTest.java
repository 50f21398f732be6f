package duet.jobs.operator;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.config.GenerationSettings;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.PlainGenerator;
import duet.jobs.history.JumpLimit;
import duet.jobs.policy.Always;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.WeightDelta;
import java.time.Duration;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A window with a sequence number that its device never reaches")
class HostileWindowsTest {
    private static final long MOST = 1_000;
    private static final Duration TTL = Duration.ofDays(1);
    private static final long START_MILLIS = 1_700_000_000_000L;

    /** Of device "a", after its interactions 0 and 1. */
    private static final String JUMP_REASON =
            "window of device=a begins at sequence number 9,223,372,036,854,775,000 where 2 comes"
                    + " next, the largest jump is 1,000";

    private static final long POISON = 9_223_372_036_854_775_000L;

    private OperatorHarness harness;

    @BeforeEach
    void start() throws Exception {
        start(new JumpLimit(MOST), null);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void restart(JumpLimit limit, OperatorSubtaskState state) throws Exception {
        harness.close();
        start(limit, state);
    }

    /** One subtask that answers every window. */
    static OperatorHarness harness(JumpLimit limit) throws Exception {
        return OperatorHarness.of(
                OperatorHarness.operator(
                        new GenerationSettings.History(
                                GenerationSettings.MODEL_HISTORY, TTL, limit, 1_000_000),
                        new Always(),
                        () -> 2_000_000));
    }

    private void start(JumpLimit limit, OperatorSubtaskState state) throws Exception {
        harness = harness(limit);
        harness.setStateTtlProcessingTime(START_MILLIS);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    private void send(DeviceWindow window) throws Exception {
        harness.send(window);
        harness.prepareSnapshotPreBarrier(1);
    }

    private List<String> reasons() throws Exception {
        return harness.deadLetters().stream().map(DeadLetter::getReason).toList();
    }

    private void assertNewestGeneratedFrom(long lastSequence, long... history) throws Exception {
        List<WeightDelta> deltas = harness.deltas();
        WeightDelta newest = deltas.get(deltas.size() - 1);
        assertThat(newest.getLastSequence()).isEqualTo(lastSequence);
        for (int n = 1; n <= 2; n++) {
            assertThat(DeltaCodec.decode(newest.getLayers().get(n - 1)))
                    .containsExactly(PlainGenerator.layer(history, n));
        }
    }

    @Nested
    @DisplayName("of a device that is known")
    class Known {
        @Test
        @DisplayName("is a dead letter, and is not answered")
        void refused() throws Exception {
            send(window("a", 0, 0, 1, 2));
            send(window("a", 1, POISON, 9));

            assertThat(reasons()).containsExactly(JUMP_REASON);
            assertThat(harness.deadLetters().get(0).getOffset()).isEqualTo(1);
            assertThat(harness.deltas()).hasSize(1);
            assertThat(harness.count("jumps")).isEqualTo(1);
            assertThat(harness.count("deadLetters")).isEqualTo(1);
            assertThat(harness.count("gaps")).isZero();
        }

        @Test
        @DisplayName("leaves the device's answers as they are, after a restore too")
        void leavesNoTrace() throws Exception {
            send(window("a", 0, 0, 1, 2));
            send(window("a", 1, POISON, 9));
            send(window("a", 2, 2, 3));
            assertNewestGeneratedFrom(2, 1, 2, 3);
            OperatorSubtaskState state = harness.snapshot(1, 1);

            restart(new JumpLimit(MOST), state);
            send(window("a", 3, POISON, 9));
            send(window("a", 4, 3, 4));

            assertThat(harness.deltas()).hasSize(1);
            assertNewestGeneratedFrom(3, 1, 2, 3, 4);
        }

        @Test
        @DisplayName("does not keep a device alive that sends nothing itself")
        void doesNotWriteState() throws Exception {
            send(window("a", 0, 0, 1, 2));
            harness.setStateTtlProcessingTime(START_MILLIS + TTL.toMillis() - 1);
            send(window("a", 1, POISON, 9));
            harness.setStateTtlProcessingTime(START_MILLIS + TTL.toMillis() + 1);
            send(window("a", 2, 2, 3));

            assertNewestGeneratedFrom(2, 3);
        }

        @Test
        @DisplayName("is one that leaves out more than the largest jump, and none that leaves less")
        void exactly() throws Exception {
            send(window("a", 0, 0, 1, 2));
            send(window("a", 1, 2 + MOST + 1, 9));
            assertThat(reasons()).singleElement().asString().contains("number 1,003 where 2");
            assertThat(harness.deltas()).hasSize(1);

            send(window("a", 2, 2 + MOST, 3));

            assertThat(reasons()).hasSize(1);
            assertNewestGeneratedFrom(2 + MOST, 1, 2, 3);
        }

        @Test
        @DisplayName("is taken where the check is turned off")
        void off() throws Exception {
            restart(JumpLimit.NONE, null);
            send(window("a", 0, 0, 1, 2));
            send(window("a", 1, POISON, 9));

            assertThat(reasons()).isEmpty();
            assertNewestGeneratedFrom(POISON, 1, 2, 9);
        }

        @Test
        @DisplayName("is taken where the limit is raised between a savepoint and its restore")
        void raised() throws Exception {
            send(window("a", 0, 0, 1, 2));
            DeviceWindow replayed = window("a", 1, 5_000, 3);
            send(replayed);
            assertThat(reasons()).hasSize(1);

            restart(new JumpLimit(10 * MOST), harness.snapshot(1, 1));
            send(replayed);

            assertThat(reasons()).isEmpty();
            assertNewestGeneratedFrom(5_000, 1, 2, 3);
        }
    }

    @Nested
    @DisplayName("of a device that is not known")
    class Unknown {
        @ParameterizedTest
        @ValueSource(longs = {POISON, JumpLimit.HIGHEST_SEQUENCE + 1})
        @DisplayName("leaves no state, and the device begins as it would have")
        void refused(long first) throws Exception {
            send(window("a", 0, first, 9));
            assertThat(reasons())
                    .singleElement()
                    .asString()
                    .endsWith(", no device counts beyond 9,007,199,254,740,992");
            assertThat(harness.numKeyedStateEntries()).isZero();

            send(window("a", 1, 0, 1, 2));

            assertNewestGeneratedFrom(1, 1, 2);
        }

        @Test
        @DisplayName("is none where the device was forgotten and counts on from where it was")
        void forgotten() throws Exception {
            send(window("a", 0, 0, 1, 2));
            harness.setStateTtlProcessingTime(START_MILLIS + 2 * TTL.toMillis());
            send(window("a", 1, 3_000_000, 3, 4));

            assertThat(reasons()).isEmpty();
            assertNewestGeneratedFrom(3_000_001, 3, 4);
        }
    }
}
