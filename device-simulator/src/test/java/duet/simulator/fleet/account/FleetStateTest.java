package duet.simulator.fleet.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.device.DeviceModel;
import duet.schemas.InvalidInputException;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.Encoding;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetPart;
import duet.simulator.fleet.TinyModel;
import duet.simulator.fleet.account.FleetState.Fate;
import duet.simulator.fleet.ranking.FinalRanking;
import duet.simulator.fleet.ranking.StreamRankings;
import duet.simulator.fleet.ranking.StreamRankings.Pending;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.summary.Delivery;
import duet.simulator.summary.VersionFacts;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.Oddity;
import duet.simulator.workload.RankingTask;
import duet.simulator.workload.ReplayDevice;
import duet.simulator.workload.ReplayWorkload;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.WindowOptions;
import duet.simulator.workload.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FleetStateTest {
    private static final long START = 1_700_000_000_000_000L;

    @TempDir Path directory;
    private DeviceModel model;
    private Workload workload;
    private List<ScheduledWindow> windows;
    private FleetState state;
    private final SetClock clock = new SetClock();
    private final KeptOutbox outbox = new KeptOutbox();

    private static final class KeptOutbox implements FleetState.Outbox {
        private final List<InteractionWindow> sent = new ArrayList<>();
        private Fate last;

        @Override
        public long send(ScheduledWindow window, InteractionWindow record, Fate fate) {
            sent.add(record);
            last = fate;
            return 100;
        }
    }

    private static final class SetClock implements FleetClock {
        private long now = START;

        @Override
        public long micros() {
            return now;
        }

        @Override
        public void park(long micros) {
            now += micros;
        }
    }

    @BeforeEach
    void fleet() {
        model = TinyModel.load(directory);
        workload =
                new ReplayWorkload(
                        List.of(
                                device("a", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
                                device("b", 11, 12, 13, 14, 15, 16, 17, 18)),
                        new WindowOptions(5, 1, 0, 1, 0),
                        0.5,
                        Arrivals.constant(1000),
                        1);
        windows = new ArrayList<>();
        workload.windows().forEachRemaining(windows::add);
        state = new FleetState(model, workload, FleetPart.WHOLE, START, START, null, false);
    }

    private static ReplayDevice device(String id, long... items) {
        long[] times = new long[items.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = 10L * i;
        }
        return new ReplayDevice(id, items, times, 30, new long[] {31, 32, 33, 34});
    }

    private List<ScheduledWindow> of(int device) {
        return windows.stream().filter(w -> w.device() == device).toList();
    }

    /** Sends the first {@code count} windows of a device at their intended times. */
    private void send(int device, int count) {
        for (ScheduledWindow w : of(device).subList(0, count)) {
            send(w, w.offsetMicros());
        }
    }

    private void send(ScheduledWindow window, long at) {
        state.send(window, START + window.offsetMicros(), START + at, outbox);
    }

    private InteractionWindow lastSent() {
        return outbox.sent.get(outbox.sent.size() - 1);
    }

    private WeightDelta answer(int device, int newestWindow, int answered) {
        ScheduledWindow w = of(device).get(newestWindow);
        return TinyModel.delta(
                model,
                workload.deviceId(device),
                w.lastSequence(),
                answered,
                0.1f,
                START + w.offsetMicros());
    }

    private boolean arrives(WeightDelta delta, long at) {
        clock.now = START + at;
        return state.arrived(delta, 300, clock);
    }

    @Nested
    @DisplayName("the accounts")
    class Accounts {
        @Test
        @DisplayName("close when every window is answered, coalesced or dead")
        void close() {
            send(0, 4);
            assertThat(state.allAnswered(0)).isFalse();
            assertThat(arrives(answer(0, 1, 2), 20_000)).isTrue();
            assertThat(state.allAnswered(0)).isFalse();
            assertThat(arrives(answer(0, 2, 1), 21_000)).isTrue();
            assertThat(state.deadLetter("a", lastSent(), "unknown")).isTrue();
            assertThat(state.allAnswered(0)).isTrue();
            assertThat(state.missing(0)).isNull();
            assertThat(state.counters().get(Count.DELTAS)).isEqualTo(2);
            assertThat(state.counters().coalesced()).isEqualTo(1);
            assertThat(state.counters().get(Count.DEAD_LETTERS)).isEqualTo(1);
        }

        @Test
        @DisplayName("name what is missing")
        void missing() {
            send(0, 2);
            send(1, 3);
            arrives(answer(0, 1, 2), 20_000);
            assertThat(state.missing(0))
                    .isEqualTo(
                            "3 of 5 windows were not answered: 2 went into deltas, 0 into the dead"
                                    + " letters; 1 devices wait, for example b");
        }

        @Test
        @DisplayName("do not count a delta that was delivered twice")
        void duplicate() {
            send(0, 3);
            WeightDelta delta = answer(0, 1, 2);
            assertThat(arrives(delta, 20_000)).isTrue();
            assertThat(arrives(delta, 21_000)).isFalse();
            assertThat(state.counters().get(Count.DUPLICATES)).isEqualTo(1);
            assertThat(state.counters().get(Count.ANSWERED_WINDOWS)).isEqualTo(2);
            assertThat(state.outcomes()).containsEntry("APPLIED", 1L).containsEntry("STALE", 1L);
        }

        @Test
        @DisplayName("take what a device gets after a reset for new, however little it reaches")
        void reset() {
            send(0, 4);
            WeightDelta poisoned = answer(0, 2, 3);
            poisoned.setLastSequence(1_000_000L);
            assertThat(arrives(sealed(poisoned), 20_000)).isTrue();
            WeightDelta after = answer(0, 3, 1);
            after.setEpoch(START);
            assertThat(arrives(sealed(after), 21_000)).isTrue();
            // Made in the same microsecond as the one before, of another epoch.
            WeightDelta later = answer(0, 3, 1);
            later.setEpoch(START + 1);
            arrives(sealed(later), 22_000);

            assertThat(state.counters().get(Count.DUPLICATES)).isZero();
            assertThat(state.outcomes()).containsEntry("APPLIED", 3L).containsEntry("STALE", 0L);
            assertThat(state.device(0).lastSequence()).isEqualTo(after.getLastSequence());
            assertThat(state.allAnswered(0)).isTrue();
        }

        private WeightDelta sealed(WeightDelta delta) {
            delta.setChecksum(DeltaChecksum.of(delta));
            return delta;
        }

        @Test
        @DisplayName("leave out other devices, and windows of an earlier run")
        void foreign() {
            send(0, 1);
            assertThat(arrives(TinyModel.delta(model, "z", 3, 1, 0.1f, START), 5)).isFalse();
            assertThat(arrives(TinyModel.delta(model, "a", 3, 1, 0.1f, START - 1), 5)).isFalse();
            assertThat(state.counters().get(Count.FOREIGN_DELTAS)).isEqualTo(2);
            assertThat(state.device(0).lastSequence()).isEqualTo(-1);
            assertThat(state.deadLetter("z", null, "unknown")).isFalse();
        }

        @Test
        @DisplayName("are not open for a window that the broker did not take")
        void sendFailed() {
            send(0, 1);
            outbox.last.undelivered(Count.SEND_FAILURES);
            assertThat(state.allAnswered(0)).isTrue();
            assertThat(state.counters().sent()).isZero();
        }

        @Test
        @DisplayName("do not take a window for answered that a delta for a newer one passed over")
        void passedOver() {
            send(0, 2);
            arrives(answer(0, 1, 1), 20_000);
            assertThat(state.allAnswered(0)).isFalse();
            assertThat(state.measures().latencies().summary(Stage.EVENT_TO_APPLIED).count())
                    .isEqualTo(1);
            arrives(answer(0, 0, 1), 21_000);
            assertThat(state.allAnswered(0)).isTrue();
        }

        @Test
        @DisplayName("a window stays open where another was answered twice")
        void answeredTwice() {
            send(0, 2);
            arrives(answer(0, 0, 1), 20_000);
            WeightDelta again = answer(0, 0, 1);
            again.setGeneratedAtMicros(again.getGeneratedAtMicros() + 500);
            arrives(again, 21_000);
            assertThat(state.counters().unanswered()).isZero();
            assertThat(state.allAnswered(0)).isFalse();
            assertThat(state.missing(0)).startsWith("1 of 2 windows were not answered");
            assertThat(state.counters().get(Count.REPEATED)).isEqualTo(1);
        }

        @Test
        @DisplayName("tell windows that a delta answers again from those it answers first")
        void repeated() {
            send(0, 4);
            arrives(answer(0, 1, 2), 20_000);
            assertThat(state.counters().get(Count.REPEATED)).isZero();
            // The job goes on from a checkpoint before the first of them, and takes them together.
            arrives(answer(0, 2, 3), 21_000);
            assertThat(state.counters().get(Count.REPEATED)).isEqualTo(2);
            arrives(answer(0, 3, 1), 22_000);
            Delivery delivery = Delivery.of(state.counters(), state.outcomes(), 0, 0);
            assertThat(delivery.accounts().repeated()).isEqualTo(2);
            assertThat(
                            delivery.accounts().deltas()
                                    + delivery.accounts().coalesced()
                                    - delivery.accounts().repeated())
                    .isEqualTo(delivery.accounts().windows());
            assertThat(state.allAnswered(0)).isTrue();
        }
    }

    @Nested
    @DisplayName("a device that goes over to another model")
    class Switched {
        private DeviceModel other;

        @BeforeEach
        void load() {
            other = DeviceModel.load(TinyModel.write(directory.resolve("other"), 2));
        }

        private boolean switchTo(DeviceModel to, long at) {
            return state.switchTo(0, to, START + at, outbox);
        }

        private WeightDelta answerOf(DeviceModel version, int newestWindow, long sentAt) {
            return TinyModel.delta(
                    version, "a", of(0).get(newestWindow).lastSequence(), 1, 0.1f, START + sentAt);
        }

        @Test
        @DisplayName("sends its newest window at once, and names the version in all that follow")
        void republishes() {
            send(0, 2);
            assertThat(switchTo(other, 50_000)).isTrue();
            InteractionWindow again = lastSent();
            assertThat(outbox.sent).hasSize(3);
            assertThat(again.getModelVersion()).isEqualTo(other.version());
            assertThat(again.getSentAtMicros()).isEqualTo(START + 50_000);
            assertThat(again.getFirstSequence()).isEqualTo(of(0).get(1).firstSequence());
            assertThat(again.getInteractions()).hasSize(of(0).get(1).items().length);
            send(of(0).get(2), 60_000);
            assertThat(lastSent().getModelVersion()).isEqualTo(other.version());
            assertThat(state.counters().get(Count.WINDOWS)).isEqualTo(4);
            assertThat(state.counters().get(Count.REPUBLISHED)).isEqualTo(1);
        }

        @Test
        @DisplayName(
                "sends nothing before its first window, nor where it runs that version already")
        void nothingToSend() {
            assertThat(switchTo(other, 0)).isTrue();
            assertThat(outbox.sent).isEmpty();
            send(0, 1);
            assertThat(switchTo(other, 50_000)).isFalse();
            assertThat(outbox.sent).hasSize(1);
            assertThat(lastSent().getModelVersion()).isEqualTo(other.version());
        }

        @Test
        @DisplayName("takes no delta of the version it left; the accounts close all the same")
        void accounts() {
            send(0, 2);
            switchTo(other, 50_000);
            assertThat(arrives(answer(0, 1, 2), 60_000)).isTrue();
            assertThat(state.device(0).lastSequence()).isEqualTo(-1);
            assertThat(state.allAnswered(0)).isFalse();
            assertThat(arrives(answerOf(other, 1, 50_000), 70_000)).isTrue();
            assertThat(state.device(0).lastSequence()).isEqualTo(of(0).get(1).lastSequence());
            assertThat(state.allAnswered(0)).isTrue();
            assertThat(state.versions())
                    .containsEntry(model.version(), new VersionFacts(1, 0, 2, 1, 1))
                    .containsEntry(other.version(), new VersionFacts(1, 1, 1, 1, 0));
        }

        @Test
        @DisplayName("a delta answers windows of its own version alone")
        void ownVersion() {
            send(0, 2);
            switchTo(other, 50_000);
            arrives(answerOf(other, 1, 50_000), 60_000);
            assertThat(state.allAnswered(0)).isFalse();
            arrives(answer(0, 1, 2), 70_000);
            assertThat(state.allAnswered(0)).isTrue();
        }

        @Test
        @DisplayName(
                "has what the windows on their way were worth with its first delta for the new"
                        + " model")
        void latency() {
            send(0, 2);
            switchTo(other, 50_000);
            arrives(answer(0, 1, 2), 60_000);
            assertThat(state.measures().latencies().summary(Stage.EVENT_TO_APPLIED).count())
                    .isZero();
            arrives(answerOf(other, 1, 50_000), 90_000);
            LatencySummary latency = state.measures().latencies().summary(Stage.EVENT_TO_APPLIED);
            assertThat(latency.count()).isEqualTo(3);
            assertThat(latency.max())
                    .isCloseTo((90_000 - of(0).get(0).offsetMicros()) / 1000.0, within(0.1));
            assertThat(latency.p50())
                    .isCloseTo((90_000 - of(0).get(1).offsetMicros()) / 1000.0, within(0.1));
        }

        @Test
        @DisplayName("keeps the order of what it has seen when it returns")
        void returns() {
            send(0, 3);
            arrives(answer(0, 2, 3), 40_000);
            switchTo(other, 50_000);
            switchTo(model, 60_000);
            assertThat(arrives(answer(0, 1, 1), 70_000)).isTrue();
            assertThat(state.outcomes()).containsEntry("STALE", 1L);
            assertThat(state.device(0).lastSequence()).isEqualTo(-1);
            arrives(answerOf(other, 2, 50_000), 80_000);
            WeightDelta again = answerOf(model, 2, 60_000);
            arrives(again, 90_000);
            assertThat(state.device(0).lastSequence()).isEqualTo(of(0).get(2).lastSequence());
            assertThat(state.allAnswered(0)).isTrue();
            assertThat(state.measures().latencies().summary(Stage.EVENT_TO_APPLIED).count())
                    .isEqualTo(5);
        }
    }

    @Nested
    @DisplayName("where the job gates")
    class Gated {
        @BeforeEach
        void gates() {
            state = new FleetState(model, workload, FleetPart.WHOLE, START, START, null, true);
        }

        @Test
        @DisplayName("windows passed over are accounted for by what the job counted")
        void accounts() {
            send(0, 4);
            arrives(answer(0, 3, 1), 20_000);
            assertThat(state.allAnswered(2)).isFalse();
            assertThat(state.missing(2)).startsWith("1 of 4 windows were not answered");
            assertThat(state.allAnswered(3)).isTrue();
            assertThat(state.measures().latencies().summary(Stage.EVENT_TO_APPLIED).count())
                    .isEqualTo(1);
        }

        @Test
        @DisplayName("a window that is merely late is missing")
        void late() {
            send(0, 4);
            arrives(answer(0, 2, 1), 20_000);
            assertThat(state.allAnswered(2)).isFalse();
        }
    }

    @Nested
    @DisplayName("over a network that fails")
    class FailingNetwork {
        @Test
        @DisplayName("a window that is lost is accounted for and answered by nothing")
        void lostUp() {
            send(0, 2);
            outbox.last.undelivered(Count.LOST_UP);
            arrives(answer(0, 0, 1), 20_000);
            assertThat(state.allAnswered(0)).isTrue();
            assertThat(state.counters().sent()).isEqualTo(2);
            assertThat(state.counters().get(Count.LOST_UP)).isEqualTo(1);
        }

        @Test
        @DisplayName("a window that was given up never was one")
        void unsent() {
            send(0, 1);
            outbox.last.undelivered(Count.UNSENT);
            assertThat(state.allAnswered(0)).isTrue();
            assertThat(state.counters().sent()).isZero();
            assertThat(state.versions().get(model.version()).windows()).isZero();
        }

        @Test
        @DisplayName("what a lost delta answers is answered, and of use with the next one")
        void lostDown() {
            send(0, 2);
            assertThat(state.missed(answer(0, 0, 1), 300, Count.LOST_DOWN, START + 20_000))
                    .isTrue();
            assertThat(state.device(0).lastSequence()).isEqualTo(-1);
            assertThat(state.measures().latencies().summary(Stage.EVENT_TO_APPLIED).count())
                    .isZero();
            assertThat(state.missed(answer(0, 0, 1), 300, Count.LOST_DOWN, START + 21_000))
                    .as("delivered again")
                    .isFalse();
            arrives(answer(0, 1, 1), 90_000);
            assertThat(state.allAnswered(0)).isTrue();
            LatencySummary latency = state.measures().latencies().summary(Stage.EVENT_TO_APPLIED);
            assertThat(latency.count()).isEqualTo(2);
            assertThat(latency.max())
                    .isCloseTo((90_000 - of(0).get(0).offsetMicros()) / 1000.0, within(0.1));
        }

        @Test
        @DisplayName("spoilt bytes end with a dead letter that nobody can read")
        void garbage() {
            ScheduledWindow w = of(0).get(0);
            send(
                    new ScheduledWindow(
                            w.offsetMicros(),
                            w.device(),
                            w.firstSequence(),
                            w.items(),
                            w.eventTimesMillis(),
                            w.fresh(),
                            null,
                            Oddity.GARBAGE),
                    w.offsetMicros());
            assertThat(state.allAnswered(0)).isFalse();
            assertThat(state.deadLetter("a", null, "unknown")).isTrue();
            assertThat(state.allAnswered(0)).isTrue();
            assertThat(state.counters().get(Count.GARBAGE)).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("keeps what is meant to leave in the warm-up apart")
    void warmUp() {
        long middle = of(0).get(1).offsetMicros();
        state =
                new FleetState(
                        model, workload, FleetPart.WHOLE, START, START + middle, null, false);
        send(0, 2);
        outbox.last.handedOver(1_000);
        arrives(answer(0, 1, 2), 90_000);
        assertThat(state.measures().warmUpLatencies().summary(Stage.EVENT_TO_APPLIED).count())
                .isEqualTo(1);
        assertThat(state.measures().latencies().summary(Stage.EVENT_TO_APPLIED).count())
                .isEqualTo(1);
        assertThat(state.measures().latencies().summary(Stage.SEND_DELAY).count()).isEqualTo(1);
    }

    @Nested
    @DisplayName("latency")
    class Latency {
        @Test
        @DisplayName("counts every window from its own intended time, coalesced ones too")
        void perWindow() {
            send(0, 3);
            long first = of(0).get(0).offsetMicros();
            arrives(answer(0, 2, 3), 100_000);
            LatencySummary latency = state.measures().latencies().summary(Stage.EVENT_TO_APPLIED);
            assertThat(latency.count()).isEqualTo(3);
            assertThat(latency.max()).isCloseTo((100_000 - first) / 1000.0, within(0.2));
            assertThat(state.measures().latencies().summary(Stage.INTAKE).count()).isEqualTo(1);
            assertThat(state.measures().latencies().summary(Stage.GENERATION).max())
                    .isCloseTo(2, within(0.01));
        }

        @Test
        @DisplayName("includes what the sender was late, and the sender's delay is its own")
        void sendDelay() {
            ScheduledWindow w = of(0).get(0);
            send(w, w.offsetMicros() + 50_000);
            outbox.last.handedOver(50_000);
            arrives(answer(0, 0, 1), w.offsetMicros() + 60_000);
            assertThat(state.measures().latencies().summary(Stage.SEND_DELAY).max())
                    .isCloseTo(50, within(0.05));
            assertThat(state.measures().latencies().summary(Stage.EVENT_TO_APPLIED).max())
                    .isCloseTo(60, within(0.06));
            assertThat(state.counters().get(Count.SENT_BEHIND)).isEqualTo(1);
        }

        @Test
        @DisplayName("of a delta that the device refused is not counted")
        void refused() {
            send(0, 1);
            WeightDelta delta = answer(0, 0, 1);
            delta.setChecksum(delta.getChecksum() + 1);
            arrives(delta, 20_000);
            assertThat(state.outcomes()).containsEntry("CORRUPT", 1L);
            assertThat(state.measures().latencies().summary(Stage.EVENT_TO_APPLIED).count())
                    .isZero();
            assertThat(state.allAnswered(0)).isTrue();
        }

        @ParameterizedTest
        @EnumSource(
                value = Encoding.class,
                names = {"FLOAT32", "INT8", "INT4"})
        @DisplayName("of a delta of low rank is counted where its rank and encoding are known")
        void lowRank(Encoding encoding) {
            send(0, 3);
            arrives(lowRank(0, 1, encoding), 20_000);
            assertThat(state.outcomes()).containsEntry("APPLIED", 1L);
            assertThat(state.measures().latencies().summary(Stage.EVENT_TO_APPLIED).count())
                    .isEqualTo(1);

            WeightDelta unknownRank = lowRank(1, 1, encoding);
            unknownRank.getLayers().get(1).setRank(5);
            unknownRank.setChecksum(DeltaChecksum.of(unknownRank));
            arrives(unknownRank, 30_000);
            assertThat(state.outcomes()).containsEntry("CORRUPT", 1L);

            WeightDelta unknownEncoding = lowRank(2, 1, encoding);
            unknownEncoding.getLayers().get(0).setEncoding(Encoding.UNKNOWN);
            unknownEncoding.setChecksum(DeltaChecksum.of(unknownEncoding));
            arrives(unknownEncoding, 40_000);
            assertThat(state.outcomes()).containsEntry("CORRUPT", 2L).containsEntry("APPLIED", 1L);
            assertThat(state.measures().latencies().summary(Stage.EVENT_TO_APPLIED).count())
                    .isEqualTo(1);
            assertThat(state.allAnswered(0)).isTrue();
        }

        private WeightDelta lowRank(int newestWindow, int rank, Encoding encoding) {
            WeightDelta delta = answer(0, newestWindow, 1);
            int width = TinyModel.DIMENSIONS.width();
            delta.getLayers()
                    .replaceAll(
                            layer ->
                                    DeltaCodec.encode(
                                            layer.getName(),
                                            width + 1,
                                            width,
                                            rank,
                                            new float[(2 * rank + 1) * width],
                                            encoding));
            delta.setChecksum(DeltaChecksum.of(delta));
            return delta;
        }
    }

    @Nested
    @DisplayName("a record")
    class Record {
        @Test
        @DisplayName("carries the window, its sequence number and the intended time")
        void fields() {
            ScheduledWindow w = of(1).get(1);
            send(w, w.offsetMicros() + 7);
            InteractionWindow record = lastSent();
            assertThat(record.getDeviceId()).isEqualTo("b");
            assertThat(record.getModelVersion()).isEqualTo(model.version());
            assertThat(record.getFirstSequence()).isEqualTo(w.firstSequence());
            assertThat(record.getSentAtMicros()).isEqualTo(START + w.offsetMicros());
            assertThat(record.getInteractions().get(0).getItemId()).isEqualTo(w.items()[0]);
            assertThat(record.getInteractions()).hasSize(w.items().length);
        }
    }

    @Nested
    @DisplayName("rankings")
    class Rankings {
        private final RankingTask task =
                new RankingTask(new long[] {1, 2, 3}, 4, new long[] {20, 21, 22});

        private StreamQuality rank(RankingTask ranked, long sequence) {
            QualityRecorder quality = new QualityRecorder(100, 1);
            new StreamRankings(quality, state.measures().timeline())
                    .rank(new Pending(state.device(0), ranked, sequence, 1_000));
            return quality.result();
        }

        @Test
        @DisplayName("before the first delta are not compared")
        void beforeFirst() {
            StreamQuality result = rank(task, 3);
            assertThat(result.beforeFirstDelta()).isEqualTo(1);
            assertThat(result.rankings()).isZero();
        }

        @Test
        @DisplayName("know the age of the delta")
        void age() {
            state.device(0).apply(TinyModel.delta(model, "a", 2, 1, 0.3f, START));
            assertThat(rank(task, 3).byAge().get(0).toAge()).isZero();
            assertThat(rank(task, 10).byAge().get(0).fromAge()).isEqualTo(6);
        }

        @Test
        @DisplayName("with a delta that already knows the item are left out")
        void tooLate() {
            state.device(0).apply(TinyModel.delta(model, "a", 3, 1, 0.3f, START));
            StreamQuality result = rank(task, 3);
            assertThat(result.tooLate()).isEqualTo(1);
            assertThat(result.rankings()).isZero();
        }

        @Test
        @DisplayName(
                "of items the model does not know are left out, unknown negatives are passed over")
        void unknown() {
            state.device(0).apply(TinyModel.delta(model, "a", 2, 1, 0.3f, START));
            assertThat(rank(new RankingTask(task.history(), 99, task.negatives()), 3).unknown())
                    .isEqualTo(1);
            assertThat(rank(new RankingTask(task.history(), 4, new long[] {20, 999}), 3).rankings())
                    .isEqualTo(1);
        }

        @Test
        @DisplayName(
                "at the end are by the weights received, and equal scoring each device directly")
        void atTheEnd() {
            state.device(0).apply(TinyModel.delta(model, "a", 9, 1, 0.3f, START));
            FinalRanking ranking =
                    FinalRanking.of(workload, FleetPart.WHOLE, state::device).orElseThrow();
            assertThat(ranking.global().users()).isEqualTo(2);
            double sum = 0;
            for (int i = 0; i < 2; i++) {
                RankingTask last = workload.finalTask(i).orElseThrow();
                float[] scores = state.device(i).score(last.history(), last.candidates());
                for (int c = 1; c < scores.length; c++) {
                    sum += (scores[0] > scores[c] ? 1 : 0) / 4.0 / 2;
                }
            }
            assertThat(ranking.personalized().userAuc()).isCloseTo(sum, within(1e-9));
        }

        @Test
        @DisplayName("at the end of an item the model does not know are refused before the run")
        void unknownCandidate() {
            Workload strange =
                    new ReplayWorkload(
                            List.of(
                                    new ReplayDevice(
                                            "s",
                                            new long[] {1},
                                            new long[] {1},
                                            4242,
                                            new long[] {2})),
                            WindowOptions.defaults(5),
                            0.5,
                            Arrivals.constant(1),
                            1);
            assertThatThrownBy(() -> FinalRanking.check(strange, model))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("device s is to rank item 4242");
        }
    }

    @Nested
    @DisplayName("options")
    class Options {
        @Test
        @DisplayName("take client properties over the defaults, and need an address")
        void properties() {
            FleetOptions options =
                    FleetOptions.of("localhost:1").withKafka(java.util.Map.of("linger.ms", 9));
            assertThat(options.kafka()).containsEntry("linger.ms", 9);
            assertThatThrownBy(() -> FleetOptions.of(" "))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("bootstrap.servers");
        }
    }
}
