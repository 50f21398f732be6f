package duet.simulator.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.InteractionWindow;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetPart;
import duet.simulator.fleet.RunControl;
import duet.simulator.fleet.TinyModel;
import duet.simulator.fleet.account.FleetState;
import duet.simulator.fleet.ranking.RankingQueue;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.network.DeviceNetwork;
import duet.simulator.network.Link;
import duet.simulator.network.NetworkConditions;
import duet.simulator.network.OfflinePeriods;
import duet.simulator.network.Outage;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.ReplayDevice;
import duet.simulator.workload.ReplayWorkload;
import duet.simulator.workload.WindowOptions;
import duet.simulator.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowSenderTest {
    private static final long START = 1_700_000_000_000_000L;
    private static final Outage OUTAGE =
            new Outage(Duration.ofMillis(250), Duration.ofMillis(400), 1);
    private static final long RECONNECTED = START + 650_000;

    @TempDir Path directory;
    private long now = START;

    private final FleetClock clock =
            new FleetClock() {
                @Override
                public long micros() {
                    return now;
                }

                @Override
                public void park(long micros) {
                    now += micros;
                }
            };

    @Test
    @DisplayName("counts what was held back from the moment of reconnection")
    void held() {
        long[] items = LongStream.rangeClosed(1, 20).toArray();
        long[] times = LongStream.range(0, items.length).toArray();
        Workload workload =
                new ReplayWorkload(
                        List.of(new ReplayDevice("a", items, times, 30, new long[0])),
                        new WindowOptions(5, 1, 0, 1, 0),
                        0.5,
                        Arrivals.constant(10),
                        1);
        FleetState state =
                new FleetState(
                        TinyModel.load(directory),
                        workload,
                        FleetPart.WHOLE,
                        START,
                        START,
                        null,
                        false);
        RunControl control = new RunControl(clock, START, workload.duration().toNanos() / 1000);
        List<InteractionWindow> sent = new ArrayList<>();
        List<Long> sentAt = new ArrayList<>();

        new WindowSender(
                        workload,
                        FleetPart.WHOLE,
                        state,
                        new DeviceNetwork(
                                new NetworkConditions(
                                        Link.PERFECT,
                                        Link.PERFECT,
                                        OfflinePeriods.NONE,
                                        List.of(OUTAGE)),
                                7),
                        control,
                        new RankingQueue(state, new QualityRecorder(1, 1), control, false),
                        (window, record, fate) -> {
                            sent.add(record);
                            sentAt.add(now);
                            return 100;
                        },
                        () -> 0)
                .run();

        assertThat(sent).hasSize((int) workload.expectedWindows());
        assertThat(sent).extracting(InteractionWindow::getSentAtMicros).isEqualTo(sentAt);
        assertThat(sentAt.stream().filter(at -> at == RECONNECTED).count())
                .isEqualTo(state.counters().get(Count.HELD_OFFLINE))
                .isEqualTo(4);
    }
}
