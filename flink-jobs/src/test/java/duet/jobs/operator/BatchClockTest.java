package duet.jobs.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchClockTest {
    private static final long MAX_DELAY = 5;

    private final TestProcessingTimeService timers = new TestProcessingTimeService();
    private final List<Long> overdue = new ArrayList<>();
    private long nowMicros = 2_000_000;
    private BatchClock clock;

    @BeforeEach
    void startTime() throws Exception {
        timers.setCurrentTime(100);
        clock = new BatchClock(timers, () -> nowMicros, MAX_DELAY, this::overdue);
    }

    private void overdue() {
        overdue.add(timers.getCurrentProcessingTime());
        clock.stop();
    }

    @Test
    void callsWhenTheFirstWindowHasWaitedLongEnough() throws Exception {
        clock.start();
        timers.setCurrentTime(104);
        clock.start();
        assertThat(overdue).isEmpty();

        timers.setCurrentTime(105);

        assertThat(overdue).containsExactly(105L);
        assertThat(clock.isRunning()).isFalse();
    }

    @Test
    void countsFromTheFirstWindow() {
        clock.start();
        nowMicros += 7;
        clock.start();

        assertThat(clock.startedAtMicros()).isEqualTo(2_000_000);
        clock.stop();
        assertThat(clock.startedAtMicros()).as("of the batch just over").isEqualTo(2_000_000);
    }

    @Test
    void doesNotCallWhereTheBatchWasGeneratedEarlier() throws Exception {
        clock.start();
        clock.stop();

        timers.setCurrentTime(105);

        assertThat(overdue).isEmpty();
        assertThat(timers.getNumActiveTimers()).isZero();
    }

    @Test
    void givesTheNextBatchItsOwnTimeWithOneTimerUnderWay() throws Exception {
        clock.start();
        clock.stop();
        timers.setCurrentTime(102);
        clock.start();
        assertThat(timers.getActiveTimerTimestamps()).containsExactly(105L);

        timers.setCurrentTime(105);
        assertThat(overdue).isEmpty();
        assertThat(timers.getActiveTimerTimestamps()).containsExactly(107L);

        timers.setCurrentTime(107);
        assertThat(overdue).containsExactly(107L);
    }

    @Test
    void startsAgainAfterATimerThatFoundNothing() throws Exception {
        clock.start();
        clock.stop();
        timers.setCurrentTime(105);

        clock.start();
        timers.setCurrentTime(110);

        assertThat(overdue).containsExactly(110L);
    }
}
