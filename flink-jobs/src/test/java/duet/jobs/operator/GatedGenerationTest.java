package duet.jobs.operator;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.config.GenerationSettings;
import duet.jobs.config.MetricNames;
import duet.jobs.generation.PlainGenerator;
import duet.jobs.history.JumpLimit;
import duet.jobs.policy.Always;
import duet.jobs.policy.BudgetPolicy;
import duet.jobs.policy.DriftPolicy;
import duet.jobs.policy.GenerationPolicy;
import duet.jobs.policy.RandomPolicy;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.WeightDelta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The generation operator where a policy decides which windows are answered. */
class GatedGenerationTest {
    private static final int HISTORY = PlainGenerator.DIMENSIONS.history();
    private static final DriftPolicy ON_DRIFT = new DriftPolicy(0.4, 0);

    private OperatorHarness harness;
    private long nowMicros = 1_000_000;
    private long offset;

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void start(GenerationPolicy policy, OperatorSubtaskState state) throws Exception {
        harness =
                OperatorHarness.of(
                        OperatorHarness.operator(
                                new GenerationSettings.History(
                                        GenerationSettings.MODEL_HISTORY,
                                        Duration.ZERO,
                                        new JumpLimit(1_000_000),
                                        1_000_000),
                                policy,
                                () -> nowMicros));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    /** Sends a window whose batch is generated at once. */
    private void answer(String device, long first, long... items) throws Exception {
        send(device, first, items);
        harness.prepareSnapshotPreBarrier(1);
    }

    private void send(String device, long first, long... items) throws Exception {
        harness.send(window(device, offset++, first, items));
    }

    private List<Long> lastSequences() throws Exception {
        return harness.deltas().stream().map(WeightDelta::getLastSequence).toList();
    }

    @Nested
    class OnDrift {
        @Test
        void aWindowThatChangesNothingMuchIsGated() throws Exception {
            start(ON_DRIFT, null);

            answer("a", 0, 1);
            answer("a", 1, 5, 9);

            assertThat(lastSequences()).containsExactly(0L);
            assertThat(harness.count(MetricNames.GENERATED)).isEqualTo(1);
            assertThat(harness.count(MetricNames.GATED)).isEqualTo(1);
            assertThat(harness.deadLetters()).isEmpty();
        }

        @Test
        void whatWasGatedIsInTheNextDelta() throws Exception {
            start(ON_DRIFT, null);

            answer("a", 0, 1);
            answer("a", 1, 5);
            answer("a", 2, 2, 2, 2, 2);

            assertThat(lastSequences()).containsExactly(0L, 5L);
            assertGeneratedFrom(harness.deltas().get(1), 1, 5, 2, 2, 2, 2);
        }

        @Test
        void driftIsCountedFromWhatWasSentNotFromWhatWasGated() throws Exception {
            start(ON_DRIFT, null);

            answer("a", 0, 1, 1);
            answer("a", 2, 2);
            answer("a", 3, 2);
            assertThat(lastSequences()).containsExactly(1L);
            answer("a", 4, 2, 2);

            assertThat(lastSequences()).containsExactly(1L, 5L);
            assertThat(harness.count(MetricNames.GATED)).isEqualTo(2);
        }

        @Test
        void allWindowsOfADeviceInABatchAreGatedTogether() throws Exception {
            start(ON_DRIFT, null);
            answer("a", 0, 1);

            send("a", 1, 5);
            send("a", 2, 9);
            answer("a", 3, 13);

            assertThat(harness.count(MetricNames.GATED)).isEqualTo(3);
            assertThat(harness.count(MetricNames.COALESCED)).isZero();
        }

        @Test
        void devicesOfABatchAreComparedEachWithItsOwn() throws Exception {
            start(ON_DRIFT, null);
            send("a", 0, 1);
            send("b", 0, 2);
            answer("c", 0, 3);

            send("a", 1, 5);
            send("b", 1, 5, 5, 5);
            answer("c", 1, 7);

            assertThat(harness.deltas())
                    .extracting(WeightDelta::getDeviceId)
                    .containsExactly("a", "b", "c", "b");
            assertThat(harness.count(MetricNames.GATED)).isEqualTo(2);
        }

        @Test
        void driftIsShownInThousandthsAlsoOfWhatIsGated() throws Exception {
            start(ON_DRIFT, null);
            answer("a", 0, 1);
            answer("a", 1, 2);

            // From zeros to a single 1 of four numbers, then half of it elsewhere.
            assertThat(harness.histogram(MetricNames.DRIFT_MILLI).getStatistics().getValues())
                    .containsExactlyInAnyOrder(500, 354);
        }

        @Test
        void aNewDeviceWaitsUntilItsDeltaIsFarEnoughFromTheGlobalModel() throws Exception {
            start(ON_DRIFT, null);

            answer("a", 0, 1, 2);
            assertThat(harness.deltas()).isEmpty();
            assertThat(harness.count(MetricNames.GATED)).isEqualTo(1);
            answer("a", 2, 2, 2, 2);

            assertThat(lastSequences()).containsExactly(4L);
        }
    }

    @Test
    void theIntervalIsThatOfTheClock() throws Exception {
        start(new DriftPolicy(0.4, 1_000), null);
        answer("a", 0, 1);

        nowMicros += 999_000;
        answer("a", 1, 2, 2, 2);
        assertThat(lastSequences()).containsExactly(0L);
        nowMicros += 2_000;
        answer("a", 4, 2);

        assertThat(lastSequences()).containsExactly(0L, 4L);
    }

    @Nested
    class WhatWasSent {
        @Test
        void isThereAgainAfterARestore() throws Exception {
            start(ON_DRIFT, null);
            answer("a", 0, 1);
            OperatorSubtaskState state = harness.snapshot(2, 2);
            harness.close();

            start(ON_DRIFT, state);
            answer("a", 1, 5);
            answer("a", 2, 2, 2, 2, 2);

            assertThat(lastSequences()).containsExactly(5L);
            assertThat(harness.count(MetricNames.GATED)).isEqualTo(1);
        }

        @Test
        void isNotThereInTheStateOfAJobThatAnsweredEverything() throws Exception {
            start(new Always(), null);
            answer("a", 0, 1);
            answer("a", 1, 5);
            assertThat(harness.count(MetricNames.GATED)).isZero();
            assertThat(harness.numKeyedStateEntries()).as("the history alone").isEqualTo(1);
            OperatorSubtaskState state = harness.snapshot(2, 2);
            harness.close();

            start(ON_DRIFT, state);
            answer("a", 2, 9);
            answer("a", 3, 13);

            assertThat(lastSequences()).containsExactly(2L);
            assertThat(harness.count(MetricNames.GATED)).isEqualTo(1);
        }

        @Test
        void isOneEntryBesideTheHistory() throws Exception {
            start(ON_DRIFT, null);
            answer("a", 0, 1);
            answer("a", 1, 2, 2, 2);

            assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
        }
    }

    static Stream<GenerationPolicy> policies() {
        return Stream.of(
                new Always(),
                ON_DRIFT,
                new DriftPolicy(0.2, 3),
                new BudgetPolicy(0.3, 0, 1),
                new RandomPolicy(0.3, 0, 1));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyWindowIsAccountedForAndEveryDeltaIsThatOfItsHistory(GenerationPolicy policy)
            throws Exception {
        start(policy, null);
        SplittableRandom random = new SplittableRandom(11);
        Map<String, List<Long>> sent = new HashMap<>();
        int windows = 2_000;
        for (int i = 0; i < windows; i++) {
            nowMicros += random.nextInt(3_000);
            String device = "device-" + random.nextInt(20);
            List<Long> items = sent.computeIfAbsent(device, id -> new ArrayList<>());
            // Some windows only repeat, and some devices' newest item makes no delta.
            int fresh = random.nextInt(10) == 0 && !items.isEmpty() ? 0 : 1 + random.nextInt(3);
            int from = Math.max(0, items.size() - random.nextInt(3));
            for (int k = 0; k < fresh; k++) {
                items.add(
                        random.nextInt(50) == 0
                                ? PlainGenerator.POISON
                                : random.nextLong(PlainGenerator.ITEMS));
            }
            from = from == items.size() ? from - 1 : from;
            harness.send(
                    window(
                            device,
                            offset++,
                            from,
                            items.subList(from, items.size()).stream()
                                    .mapToLong(Long::longValue)
                                    .toArray()));
        }
        harness.prepareSnapshotPreBarrier(1);

        long answered = harness.count(MetricNames.GENERATED) + harness.count(MetricNames.COALESCED);
        long gated = harness.count(MetricNames.GATED);
        assertThat(answered + gated + harness.count(MetricNames.DEAD_LETTERS)).isEqualTo(windows);
        assertThat(gated > 0).isEqualTo(!policy.answersAll());
        for (WeightDelta delta : harness.deltas()) {
            List<Long> items = sent.get(delta.getDeviceId());
            int end = (int) delta.getLastSequence() + 1;
            assertGeneratedFrom(
                    delta,
                    items.subList(Math.max(0, end - HISTORY), end).stream()
                            .mapToLong(Long::longValue)
                            .toArray());
        }
        assertThat(sent.keySet())
                .containsAll(harness.deltas().stream().map(WeightDelta::getDeviceId).toList());
    }

    private static void assertGeneratedFrom(WeightDelta delta, long... history) throws Exception {
        for (int n = 1; n <= 2; n++) {
            assertThat(DeltaCodec.decode(delta.getLayers().get(n - 1)))
                    .as("layer %d of %s from %s", n, delta.getDeviceId(), Arrays.toString(history))
                    .containsExactly(PlainGenerator.layer(history, n));
        }
    }
}
