package duet.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PartitionTimesTest {
    private static final long IDLE_SECONDS = 10;

    private long nowNanos = 5;
    private final PartitionTimes times =
            new PartitionTimes(TimeUnit.SECONDS.toNanos(IDLE_SECONDS), () -> nowNanos);

    private void pass(long seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void isNowhereBeforeTheFirstWindow() {
        assertThat(times.progress()).isEmpty();
        assertThat(times.lagMillis()).isZero();
    }

    @Test
    void isAsFarAsThePartitionThatIsLeastFar() {
        times.seen(0, 5_000, 5_100);
        times.seen(1, 3_000, 5_200);

        assertThat(times.progress()).hasValue(3_000);
        assertThat(times.lagMillis()).isEqualTo(2_200);
    }

    @Test
    void goesNotBackForALateWindowOfAPartition() {
        times.seen(0, 5_000, 5_100);
        times.seen(0, 1_000, 5_300);

        assertThat(times.progress()).hasValue(5_000);
        assertThat(times.lagMillis()).isEqualTo(4_300);
    }

    @Test
    void leavesOutAPartitionThatFellSilent() {
        times.seen(0, 5_000, 5_100);
        times.seen(1, 3_000, 5_200);
        pass(IDLE_SECONDS - 1);
        times.seen(0, 14_000, 14_150);
        assertThat(times.progress()).hasValue(3_000);

        pass(1);

        assertThat(times.progress()).hasValue(14_000);
        assertThat(times.lagMillis()).isEqualTo(150);
    }

    @Test
    void countsAPartitionAgainThatSpeaksAgain() {
        times.seen(0, 5_000, 5_100);
        pass(IDLE_SECONDS);
        assertThat(times.progress()).isEmpty();

        times.seen(1, 20_000, 20_010);
        times.seen(0, 19_000, 20_010);

        assertThat(times.progress()).hasValue(19_000);
    }

    @Test
    void lagsNotWhereAllPartitionsAreSilent() {
        times.seen(0, 5_000, 65_000);
        assertThat(times.progress()).hasValue(5_000);
        assertThat(times.lagMillis()).isEqualTo(60_000);

        pass(IDLE_SECONDS);

        assertThat(times.progress()).isEmpty();
        assertThat(times.lagMillis()).isZero();
    }

    @Test
    void lagsNotBehindADeviceWhoseClockIsAhead() {
        times.seen(0, 9_000, 5_000);
        times.progress();

        assertThat(times.lagMillis()).isZero();
    }
}
