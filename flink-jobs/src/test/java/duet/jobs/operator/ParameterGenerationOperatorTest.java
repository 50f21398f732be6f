package duet.jobs.operator;

import static duet.jobs.generation.Windows.featureWindow;
import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.config.GenerationSettings;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.DeltaGeneratorFactory;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.PlainGenerator;
import duet.jobs.generation.Windows;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.JumpLimit;
import duet.jobs.policy.Always;
import duet.jobs.serialization.EncodedRecord;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.WeightDelta;
import duet.schemas.release.ReleaseRefusedException;
import duet.schemas.serde.Records;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ParameterGenerationOperatorTest {
    private static final int MAX_DEVICES = 3;
    private static final int MAX_WINDOWS = 5;
    private static final long MAX_DELAY = 5;

    /** Where the clock of records stands; processing time is the harness's own. */
    private static final long NOW_MICROS = 2_000_000;

    private PlainGenerator generator;
    private OperatorHarness harness;

    @BeforeEach
    void open() throws Exception {
        start(null);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void start(OperatorSubtaskState state) throws Exception {
        generator = new PlainGenerator();
        PlainGenerator made = generator;
        harness = harness(settings(GenerationSettings.MODEL_HISTORY), () -> made);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    private static GenerationSettings settings(int history) {
        return new GenerationSettings(
                new GenerationSettings.History(
                        history, Duration.ZERO, new JumpLimit(1_000_000), 1_000_000),
                MAX_DEVICES,
                MAX_WINDOWS,
                MAX_DELAY,
                DeltaEncoding.FLOAT32,
                "windows",
                OperatorHarness.RESETS,
                Duration.ofMinutes(10));
    }

    private static OperatorHarness harness(
            GenerationSettings settings, DeltaGeneratorFactory factory) throws Exception {
        return OperatorHarness.of(operator(settings, factory));
    }

    private static ParameterGenerationOperator operator(
            GenerationSettings settings, DeltaGeneratorFactory factory) {
        return new ParameterGenerationOperator(
                settings,
                new OperatorFactories(
                        factory,
                        release -> {
                            throw new ReleaseRefusedException("no release is expected");
                        },
                        List.of(),
                        subtask -> new Always(),
                        Optional::empty),
                () -> NOW_MICROS);
    }

    private void send(DeviceWindow window) throws Exception {
        harness.send(window);
    }

    private List<WeightDelta> deltas() throws Exception {
        for (EncodedRecord record : harness.extractOutputValues()) {
            assertThat(new String(record.key(), StandardCharsets.UTF_8))
                    .isEqualTo(Records.deltaDecoder().decode(record.value()).getDeviceId());
        }
        return harness.deltas();
    }

    private List<DeadLetter> deadLetters() throws Exception {
        return harness.deadLetters();
    }

    private long count(String name) {
        return harness.count(name);
    }

    private Histogram histogram(String name) {
        return harness.histogram(name);
    }

    private static void assertGeneratedFrom(WeightDelta delta, long... history) throws Exception {
        for (int n = 1; n <= 2; n++) {
            assertThat(DeltaCodec.decode(delta.getLayers().get(n - 1)))
                    .containsExactly(PlainGenerator.layer(history, n));
        }
    }

    @Nested
    class ABatchIsGenerated {
        @Test
        void whenItHoldsAllTheDevicesItMay() throws Exception {
            send(window("a", 0, 0, 1));
            send(window("b", 1, 0, 2));
            assertThat(deltas()).isEmpty();
            send(window("c", 2, 0, 3));

            assertThat(deltas())
                    .extracting(WeightDelta::getDeviceId)
                    .containsExactly("a", "b", "c");
            assertThat(generator.batches()).containsExactly(3);
        }

        @Test
        void whenItHoldsAllTheWindowsItMay() throws Exception {
            for (int i = 0; i < MAX_WINDOWS; i++) {
                assertThat(deltas()).isEmpty();
                send(window("a", i, i, i));
            }

            assertThat(deltas()).hasSize(1);
            assertThat(deltas().get(0).getAnsweredWindows()).isEqualTo(MAX_WINDOWS);
        }

        @Test
        void whenItsTimeIsUpAndNotBefore() throws Exception {
            harness.setProcessingTime(100);
            send(window("a", 0, 0, 1));
            harness.setProcessingTime(103);
            send(window("b", 1, 0, 2));
            harness.setProcessingTime(104);
            assertThat(deltas()).isEmpty();

            harness.setProcessingTime(105);

            assertThat(deltas()).extracting(WeightDelta::getDeviceId).containsExactly("a", "b");
            assertThat(generator.batches()).containsExactly(2);
        }

        @Test
        void whenTheTaskLookedForAnotherWindowAndFoundNone() throws Exception {
            send(window("a", 0, 0, 1));
            harness.runMails();
            assertThat(deltas()).as("the task has not looked yet").isEmpty();

            harness.runMails();

            assertThat(deltas()).hasSize(1);
        }

        @Test
        void notAsLongAsTheTaskFindsWindows() throws Exception {
            send(window("a", 0, 0, 1));
            harness.runMails();
            send(window("b", 1, 0, 2));
            harness.runMails();
            harness.releaseWatermark(1);
            harness.runMails();
            assertThat(deltas()).isEmpty();

            harness.runMails();

            assertThat(deltas()).extracting(WeightDelta::getDeviceId).containsExactly("a", "b");
            assertThat(generator.batches()).containsExactly(2);
        }

        @Test
        void onceWhereItWasFullBeforeTheTaskLooked() throws Exception {
            send(window("a", 0, 0, 1));
            send(window("b", 1, 0, 2));
            send(window("c", 2, 0, 3));
            harness.runMails();
            harness.runMails();
            send(window("d", 3, 0, 4));
            harness.runMails();
            assertThat(generator.batches()).containsExactly(3);

            harness.runMails();

            assertThat(generator.batches()).containsExactly(3, 1);
        }

        @Test
        void inItsOwnTimeWhereTheOneBeforeWasFullEarlier() throws Exception {
            harness.setProcessingTime(100);
            send(window("a", 0, 0, 1));
            send(window("b", 1, 0, 2));
            send(window("c", 2, 0, 3));
            harness.setProcessingTime(102);
            send(window("d", 3, 0, 4));
            harness.setProcessingTime(106);
            assertThat(deltas()).hasSize(3);

            harness.setProcessingTime(107);

            assertThat(deltas()).hasSize(4);
        }

        @Test
        void againAfterATimerFoundNothing() throws Exception {
            harness.setProcessingTime(100);
            send(window("a", 0, 0, 1));
            harness.prepareSnapshotPreBarrier(1);
            harness.setProcessingTime(105);
            assertThat(deltas()).hasSize(1);

            send(window("b", 1, 0, 2));
            harness.setProcessingTime(110);

            assertThat(deltas()).hasSize(2);
        }

        @Test
        void beforeACheckpointBarrier() throws Exception {
            send(window("a", 0, 0, 1));

            harness.prepareSnapshotPreBarrier(1);

            assertThat(deltas()).hasSize(1);
        }

        @Test
        void atTheEndOfInput() throws Exception {
            send(window("a", 0, 0, 1));

            harness.getOperator().finish();

            assertThat(deltas()).hasSize(1);
        }
    }

    @Nested
    class ADevice {
        @Test
        void getsOneDeltaForTheWindowsOfABatchFromTheHistoryAfterAllOfThem() throws Exception {
            send(window("a", 0, 0, 1, 2));
            send(window("a", 1, 1, 2, 3));
            send(window("a", 2, 3, 4));
            harness.prepareSnapshotPreBarrier(1);

            WeightDelta delta = deltas().get(0);
            assertThat(deltas()).hasSize(1);
            assertThat(delta.getAnsweredWindows()).isEqualTo(3);
            assertThat(delta.getLastSequence()).isEqualTo(3);
            assertThat(delta.getWindowSentAtMicros()).isEqualTo(1_002_000);
            assertThat(delta.getReceivedAtMicros()).isEqualTo(1_002_300);
            assertThat(delta.getGeneratedAtMicros()).isEqualTo(NOW_MICROS);
            assertGeneratedFrom(delta, 1, 2, 3, 4);
        }

        @Test
        void keepsItsHistoryFromBatchToBatchAndApartFromOthers() throws Exception {
            send(window("a", 0, 0, 1, 2));
            send(window("b", 1, 0, 9));
            harness.prepareSnapshotPreBarrier(1);
            send(window("a", 2, 2, 3));
            harness.prepareSnapshotPreBarrier(2);

            assertGeneratedFrom(deltas().get(2), 1, 2, 3);
            assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
        }

        @Test
        void isAnsweredAgainForARepeatBecauseItsDeltaMayBeLost() throws Exception {
            send(window("a", 0, 0, 1, 2));
            harness.prepareSnapshotPreBarrier(1);
            send(window("a", 1, 0, 1, 2));
            harness.prepareSnapshotPreBarrier(2);

            assertThat(deltas()).hasSize(2);
            assertThat(deltas().get(1).getLayers()).isEqualTo(deltas().get(0).getLayers());
            assertThat(deltas().get(1).getLastSequence()).isEqualTo(1);
        }

        @Test
        void isMeasuredByItsNewestInteractionsWhateverTheOrder() throws Exception {
            send(window("a", 0, 4, 5, 6));
            send(window("a", 1, 0, 1, 2));
            send(window("a", 2, 2, 3, 4));
            harness.prepareSnapshotPreBarrier(1);

            assertThat(deltas().get(0).getLastSequence()).isEqualTo(5);
            assertGeneratedFrom(deltas().get(0), 1, 2, 3, 4, 5, 6);
        }

        @Test
        void getsABetterDeltaForTheSameLastInteractionWhenAGapIsFilled() throws Exception {
            send(window("a", 0, 0, 1, 2));
            send(window("a", 1, 3, 4));
            harness.prepareSnapshotPreBarrier(1);
            send(window("a", 2, 2, 3));
            harness.prepareSnapshotPreBarrier(2);

            assertThat(deltas()).extracting(WeightDelta::getLastSequence).containsExactly(3L, 3L);
            assertGeneratedFrom(deltas().get(0), 1, 2, 4);
            assertGeneratedFrom(deltas().get(1), 1, 2, 3, 4);
            // The clock stands still here; the time a device orders them by does not.
            assertThat(deltas().get(1).getGeneratedAtMicros())
                    .isGreaterThan(deltas().get(0).getGeneratedAtMicros());
        }

        @Test
        void keepsAsManyItemsAsTheModelNames() throws Exception {
            send(window("a", 0, 0, 1, 2, 3, 4, 5, 6, 7, 8));
            harness.prepareSnapshotPreBarrier(1);

            assertGeneratedFrom(deltas().get(0), 3, 4, 5, 6, 7, 8);
        }

        @Test
        void keepsAsManyItemsAsTheOptionSays() throws Exception {
            harness.close();
            harness = harness(settings(2), PlainGenerator::new);
            harness.open();
            send(window("a", 0, 0, 1, 2, 3));
            harness.prepareSnapshotPreBarrier(1);

            assertGeneratedFrom(deltas().get(0), 2, 3);
        }

        @Test
        void keepsUnknownItemsInItsHistoryWhereAModelToComeMayKnowThem() throws Exception {
            send(window("a", 0, 0, 1, 500, 2));
            harness.prepareSnapshotPreBarrier(1);

            assertGeneratedFrom(deltas().get(0), 1, 2);
            assertThat(deltas().get(0).getLastSequence()).isEqualTo(2);
            assertThat(count("unknownItems")).isEqualTo(1);
        }
    }

    @Nested
    class ADeadLetter {
        private void assertLetterOf(DeviceWindow window, DeadLetter letter) {
            assertThat(letter.getTopic()).isEqualTo("windows");
            assertThat(letter.getPartition()).isEqualTo(3);
            assertThat(letter.getOffset()).isEqualTo(window.origin().offset());
            assertThat(letter.getKey())
                    .isEqualTo(ByteBuffer.wrap(window.deviceId().getBytes(StandardCharsets.UTF_8)));
            assertThat(letter.getValue())
                    .isEqualTo(ByteBuffer.wrap(Records.windowEncoder().encode(window.toRecord())));
            assertThat(letter.getFailedAtMicros()).isEqualTo(NOW_MICROS);
        }

        @Test
        void isWrittenForAnotherModelVersionWhichLeavesNoTrace() throws Exception {
            DeviceWindow other = window("a", "plain-2", 0, 0, 1);
            send(other);
            harness.prepareSnapshotPreBarrier(1);

            assertThat(deltas()).isEmpty();
            assertThat(deadLetters()).hasSize(1);
            assertLetterOf(other, deadLetters().get(0));
            assertThat(deadLetters().get(0).getReason())
                    .isEqualTo(
                            "window of device=a is for model version plain-2, the job serves"
                                    + " plain-1");
            assertThat(harness.numKeyedStateEntries()).isZero();
        }

        @Test
        void isWrittenWhereNoItemOfTheHistoryIsKnownButTheHistoryStays() throws Exception {
            DeviceWindow unknown = window("a", 0, 0, 500, 501);
            send(unknown);
            send(window("a", 1, 2, 7));
            harness.prepareSnapshotPreBarrier(1);

            assertThat(deadLetters()).hasSize(1);
            assertLetterOf(unknown, deadLetters().get(0));
            assertThat(deadLetters().get(0).getReason())
                    .contains("device=a", "no item that model version plain-1 knows");
            assertThat(deltas()).hasSize(1);
            assertThat(deltas().get(0).getAnsweredWindows()).isEqualTo(1);
            assertThat(deltas().get(0).getLastSequence()).isEqualTo(2);
        }

        @Test
        void isNotWrittenWhereUnknownItemsFollowKnownOnes() throws Exception {
            send(window("a", 0, 0, 7));
            send(window("a", 1, 1, 500, 501));
            harness.prepareSnapshotPreBarrier(1);

            assertThat(deadLetters()).isEmpty();
            assertGeneratedFrom(deltas().get(0), 7);
        }

        @Test
        void doesNotTakeWindowsOfTheSameBatchWithIt() throws Exception {
            // The second window pushes the only known item out, the third brings a known one back.
            send(window("a", 0, 0, 7));
            send(window("a", 1, 1, 500, 501, 502, 503, 504, 505));
            send(window("a", 2, 7, 8));
            harness.prepareSnapshotPreBarrier(1);

            assertThat(deadLetters()).extracting(DeadLetter::getOffset).containsExactly(1L);
            assertThat(deltas()).hasSize(1);
            assertThat(deltas().get(0).getAnsweredWindows()).isEqualTo(2);
            assertGeneratedFrom(deltas().get(0), 8);
        }

        @Test
        void isWrittenForEachWindowOfADeviceWithoutAFiniteDeltaAndTheOthersGoOn() throws Exception {
            send(window("a", 0, 0, 1));
            send(window("b", 1, 0, 2));
            send(window("b", 2, 1, PlainGenerator.POISON));
            send(window("c", 3, 0, 3));

            assertThat(deltas()).extracting(WeightDelta::getDeviceId).containsExactly("a", "c");
            assertThat(deadLetters()).extracting(DeadLetter::getOffset).containsExactly(1L, 2L);
            assertThat(deadLetters().get(0).getReason()).contains("device=b", "NaN");

            send(window("b", 4, 2, 4));
            harness.prepareSnapshotPreBarrier(1);

            assertGeneratedFrom(deltas().get(2), 2, PlainGenerator.POISON, 4);
        }

        @Test
        void hasTheKeyItsRecordHad() throws Exception {
            DeviceWindow window = window("a", "plain-2", 0, 0, 1);
            send(
                    new DeviceWindow(
                            "a",
                            "plain-2",
                            0,
                            window.contents(),
                            window.eventTimesMillis(),
                            1,
                            2,
                            new DeviceWindow.Origin(0, 0, new byte[] {1, 2})));

            assertThat(deadLetters().get(0).getKey()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        }
    }

    @Nested
    class WindowsOfFeatures {
        private final float[] a = {1, 2, 3};
        private final float[] b = {4, 5, 6};
        private final float[] c = {7, 8, 9};

        @BeforeEach
        void readFeatures() throws Exception {
            harness.close();
            startReadingFeatures(3, null);
        }

        private void startReadingFeatures(int features, OperatorSubtaskState state)
                throws Exception {
            PlainGenerator made = new PlainGenerator(features);
            generator = made;
            harness = harness(settings(GenerationSettings.MODEL_HISTORY), () -> made);
            if (state != null) {
                harness.initializeState(state);
            }
            harness.open();
        }

        private void assertGeneratedFrom(WeightDelta delta, float[]... history) throws Exception {
            for (int n = 1; n <= 2; n++) {
                assertThat(DeltaCodec.decode(delta.getLayers().get(n - 1)))
                        .containsExactly(PlainGenerator.layer(history, n));
            }
        }

        @Test
        void areMergedAndGenerated() throws Exception {
            send(featureWindow("a", 0, 0, a, b));
            send(featureWindow("a", 1, 1, b, c));
            harness.prepareSnapshotPreBarrier(1);

            assertThat(deltas()).hasSize(1);
            assertThat(deltas().get(0).getAnsweredWindows()).isEqualTo(2);
            assertThat(deltas().get(0).getLastSequence()).isEqualTo(2);
            assertGeneratedFrom(deltas().get(0), a, b, c);
            assertThat(count("unknownItems")).isZero();
        }

        @Test
        void areKeptUpToTheModelsHistory() throws Exception {
            send(featureWindow("a", 0, 0, a, b, c, a, b, c, a, b));
            harness.prepareSnapshotPreBarrier(1);

            assertGeneratedFrom(deltas().get(0), c, a, b, c, a, b);
        }

        @Test
        void goOnAfterAFailureWithTheVectorsOfTheCheckpoint() throws Exception {
            send(featureWindow("a", 0, 0, a, b));
            harness.prepareSnapshotPreBarrier(1);
            OperatorSubtaskState state = harness.snapshot(1, 1);
            harness.close();

            startReadingFeatures(3, state);
            send(featureWindow("a", 1, 2, c));
            harness.prepareSnapshotPreBarrier(2);

            assertThat(deltas()).hasSize(1);
            assertGeneratedFrom(deltas().get(0), a, b, c);
        }

        @Test
        void startAnewWhereAModelOfAnotherKindServedTheDevice() throws Exception {
            send(featureWindow("a", 0, 0, a, b));
            harness.prepareSnapshotPreBarrier(1);
            OperatorSubtaskState state = harness.snapshot(1, 1);
            harness.close();

            startReadingFeatures(0, state);
            send(window("a", 1, 2, 17));
            harness.prepareSnapshotPreBarrier(2);
            ParameterGenerationOperatorTest.assertGeneratedFrom(deltas().get(0), 17);

            state = harness.snapshot(2, 2);
            harness.close();
            startReadingFeatures(2, state);
            send(featureWindow("a", 2, 3, new float[] {1, 2}));
            harness.prepareSnapshotPreBarrier(3);
            assertGeneratedFrom(deltas().get(0), new float[] {1, 2});
        }

        @Test
        void ofAnotherDimensionGoToTheDeadLettersAndGoodOnesGoOn() throws Exception {
            send(featureWindow("a", 0, 0, a));
            send(featureWindow("a", 1, 1, new float[] {1, 2}));
            send(featureWindow("a", 2, 1, b));
            harness.prepareSnapshotPreBarrier(1);

            assertThat(deadLetters()).extracting(DeadLetter::getOffset).containsExactly(1L);
            assertThat(deadLetters().get(0).getReason())
                    .isEqualTo(
                            "window of device=a holds features of 2 numbers, model version plain-1"
                                    + " reads features of 3 numbers");
            assertThat(deadLetters().get(0).getValue())
                    .isEqualTo(
                            ByteBuffer.wrap(
                                    Records.windowEncoder()
                                            .encode(
                                                    featureWindow("a", 1, 1, new float[] {1, 2})
                                                            .toRecord())));
            assertThat(deltas().get(0).getAnsweredWindows()).isEqualTo(2);
            assertGeneratedFrom(deltas().get(0), a, b);
        }

        @Test
        void areWhatAModelOfFeaturesReadsAndNothingElse() throws Exception {
            send(window("a", 0, 0, 17));

            assertThat(deadLetters().get(0).getReason())
                    .isEqualTo(
                            "window of device=a holds item ids, model version plain-1 reads"
                                    + " features of 3 numbers");
            assertThat(harness.numKeyedStateEntries()).isZero();
        }

        @Test
        void areNotReadByAModelOfItems() throws Exception {
            harness.close();
            start(null);
            send(featureWindow("a", 0, 0, a));

            assertThat(deadLetters().get(0).getReason())
                    .isEqualTo(
                            "window of device=a holds features of 3 numbers, model version plain-1"
                                    + " reads item ids");
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Nested
    class Counters {
        @Test
        void addUpToTheWindowsThatCameIn() throws Exception {
            send(window("a", 0, 0, 1));
            send(window("a", 1, 1, 2));
            send(window("b", 2, 0, PlainGenerator.POISON));
            send(window("b", "plain-2", 3, 1, 3));
            send(window("c", 4, 0, 4));
            send(window("a", 5, 0, 1, 2));
            send(window("e", 6, 0, 500));
            harness.prepareSnapshotPreBarrier(1);

            assertThat(count("generated")).isEqualTo(3);
            assertThat(count("coalesced")).isEqualTo(1);
            assertThat(count("deadLetters")).isEqualTo(3);
            assertThat(deltas().stream().mapToInt(WeightDelta::getAnsweredWindows).sum())
                    .isEqualTo(4);
            assertThat(deadLetters()).hasSize(3);
        }

        @Test
        void sayHowWindowsLay() throws Exception {
            send(window("a", 0, 4, 5));
            send(window("a", 1, 4, 5));
            send(window("a", 2, 0, 1, 2));
            send(window("a", 3, 7, 8));

            assertThat(count("repeats")).isEqualTo(1);
            assertThat(count("late")).isEqualTo(1);
            assertThat(count("gaps")).isEqualTo(1);
        }

        @Test
        void measureBatchesAndTimes() throws Exception {
            send(window("a", 0, 0, 1));
            send(window("b", 1, 0, 2));
            harness.prepareSnapshotPreBarrier(1);

            assertThat(histogram("batchSize").getCount()).isEqualTo(1);
            assertThat(histogram("batchSize").getStatistics().getMax()).isEqualTo(2);
            assertThat(histogram("batchLatencyMs").getCount()).isEqualTo(1);
            assertThat(histogram("eventToEmitMs").getCount()).isEqualTo(2);
            assertThat(histogram("eventToEmitMs").getStatistics().getMax()).isEqualTo(1_000);
            assertThat(histogram("eventToEmitMs").getStatistics().getMin()).isEqualTo(999);
        }
    }

    @Nested
    @SuppressWarnings("try") // closing a harness may be interrupted
    class AfterAFailure {
        @Test
        void goesOnWithTheHistoriesOfTheCheckpoint() throws Exception {
            send(window("a", 0, 0, 1, 2));
            harness.prepareSnapshotPreBarrier(1);
            OperatorSubtaskState state = harness.snapshot(1, 1);
            send(window("a", 1, 2, 3));
            harness.close();

            start(state);
            send(window("a", 1, 2, 3));
            send(window("a", 2, 3, 4));
            harness.prepareSnapshotPreBarrier(2);

            assertThat(deltas()).hasSize(1);
            assertThat(deltas().get(0).getLastSequence()).isEqualTo(3);
            assertGeneratedFrom(deltas().get(0), 1, 2, 3, 4);
        }

        @Test
        void hasNothingLeftInABatch() throws Exception {
            send(window("a", 0, 0, 1, 2));
            harness.prepareSnapshotPreBarrier(1);
            OperatorSubtaskState state = harness.snapshot(1, 1);
            harness.close();

            start(state);
            harness.prepareSnapshotPreBarrier(2);

            assertThat(deltas()).isEmpty();
        }

        @Test
        void goesOnWithOtherSubtasks() throws Exception {
            List<String> devices = List.of("a", "b", "c", "d", "e", "f", "g", "h");
            OperatorSubtaskState state;
            try (var alone = subtask(OperatorSubtaskState.builder().build(), 0, 1)) {
                for (String device : devices) {
                    alone.send(window(device, 0, 0, 1, 2));
                }
                alone.prepareSnapshotPreBarrier(1);
                state = alone.snapshot(1, 1);
            }

            int answered = 0;
            for (int subtask = 0; subtask < 2; subtask++) {
                try (var rescaled = subtask(state, subtask, 2)) {
                    for (String device : devices) {
                        if (subtask
                                == KeyGroupRangeAssignment.assignKeyToParallelOperator(
                                        device, OperatorHarness.MAX_PARALLELISM, 2)) {
                            rescaled.send(window(device, 1, 2, 3));
                        }
                    }
                    rescaled.prepareSnapshotPreBarrier(2);
                    for (EncodedRecord record : rescaled.extractOutputValues()) {
                        assertGeneratedFrom(Records.deltaDecoder().decode(record.value()), 1, 2, 3);
                        answered++;
                    }
                    assertThat(rescaled.numKeyedStateEntries()).isBetween(1, devices.size() - 1);
                }
            }
            assertThat(answered).isEqualTo(devices.size());
        }

        private OperatorHarness subtask(OperatorSubtaskState whole, int index, int parallelism)
                throws Exception {
            OperatorHarness rescaled =
                    OperatorHarness.of(
                            operator(
                                    settings(GenerationSettings.MODEL_HISTORY),
                                    PlainGenerator::new),
                            index,
                            parallelism);
            rescaled.initializeState(
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            whole, OperatorHarness.MAX_PARALLELISM, 1, parallelism, index));
            rescaled.open();
            return rescaled;
        }

        @Test
        void closesItsGeneratorThatFailed() throws Exception {
            AtomicBoolean closed = new AtomicBoolean();
            try (var failing =
                    harness(settings(GenerationSettings.MODEL_HISTORY), () -> failing(closed))) {
                failing.open();
                failing.send(window("a", 0, 0, 1));
                assertThatThrownBy(() -> failing.prepareSnapshotPreBarrier(1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("out of order");
                assertThat(closed).isFalse();
            }
            assertThat(closed).isTrue();
        }

        private static DeltaGenerator failing(AtomicBoolean closed) {
            return new DeltaGenerator() {
                @Override
                public String modelVersion() {
                    return Windows.VERSION;
                }

                @Override
                public Dimensions dimensions() {
                    return PlainGenerator.DIMENSIONS;
                }

                @Override
                public boolean knows(long itemId) {
                    return true;
                }

                @Override
                public Deltas generate(List<InteractionContents> histories) {
                    throw new IllegalStateException("out of order");
                }

                @Override
                public void close() {
                    closed.set(true);
                }
            };
        }

        @Test
        void closesItsGenerator() throws Exception {
            send(window("a", 0, 0, 1));
            PlainGenerator opened = generator;

            harness.close();

            assertThat(opened.closed()).isTrue();
        }
    }

    @Test
    void aModelThatCannotBeUsedIsNotTriedAgain() throws Exception {
        harness.close();
        harness =
                harness(
                        settings(2),
                        () -> {
                            throw new InvalidInputException("bundle file x is missing");
                        });

        assertThatThrownBy(harness::open)
                .isInstanceOf(SuppressRestartsException.class)
                .hasRootCauseMessage("bundle file x is missing");
    }

    /**
     * A whole operator's state as version 1 of the job wrote it: device "frozen" with the items 1
     * to 4.
     */
    @Test
    void goesOnFromASavepointOfVersionOne() throws Exception {
        harness.close();
        start(frozenState());
        send(window("frozen", 0, 3, 4, 5));
        harness.prepareSnapshotPreBarrier(1);

        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
        assertGeneratedFrom(deltas().get(0), 1, 2, 3, 4, 5);
    }

    private static OperatorSubtaskState frozenState() throws IOException, ClassNotFoundException {
        var resource =
                ParameterGenerationOperatorTest.class.getResource(
                        "parameter-generation.v1.snapshot");
        return OperatorSnapshotUtil.readStateHandle(resource.getPath());
    }
}
