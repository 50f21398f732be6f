package duet.jobs.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The index of devices")
class DeviceIndexTest {
    private static final Duration TTL = Duration.ofDays(1);
    private static final long NOW = 1_700_000_000_123L;

    @Test
    @DisplayName("lets the device go that was written least recently, once there is one too many")
    void limit() {
        DeviceIndex index = new DeviceIndex(2, TTL);
        index.written("a", NOW);
        index.written("b", NOW);
        assertThat(index.takeBeyondLimit()).isNull();
        index.written("a", NOW);
        index.written("c", NOW);

        assertThat(index.takeBeyondLimit()).isEqualTo("b");
        assertThat(index.takeBeyondLimit()).isNull();
        assertThat(index.size()).isEqualTo(2);
    }

    @Test
    @DisplayName("lets a device go after its time to live, not before and at most a tick later")
    void expiry() {
        DeviceIndex index = new DeviceIndex(2, TTL);
        index.written("a", NOW);

        assertThat(index.takeExpired(NOW + TTL.toMillis() - 1)).isNull();
        assertThat(index.takeExpired(NOW + TTL.toMillis() + DeviceIndex.TICK_MILLIS))
                .isEqualTo("a");
        assertThat(index.takeExpired(Long.MAX_VALUE)).isNull();
        assertThat(index.size()).isZero();
    }

    @Test
    @DisplayName("counts the time to live from the last write")
    void lastWrite() {
        DeviceIndex index = new DeviceIndex(2, TTL);
        index.written("a", NOW);
        index.written("b", NOW);
        index.written("a", NOW + TTL.toMillis());
        long later = NOW + TTL.toMillis() + DeviceIndex.TICK_MILLIS;

        assertThat(index.takeExpired(later)).isEqualTo("b");
        assertThat(index.takeExpired(later)).isNull();
    }

    @Test
    @DisplayName("keeps a device for ever where there is no time to live")
    void noTimeToLive() {
        DeviceIndex index = new DeviceIndex(2, Duration.ZERO);
        index.written("a", NOW);

        assertThat(index.takeExpired(Long.MAX_VALUE)).isNull();
        assertThat(index.size()).isEqualTo(1);
    }

    @Test
    @DisplayName("holds nothing where the number has no limit")
    void off() {
        DeviceIndex index = new DeviceIndex(DeviceIndex.OFF, TTL);
        index.written("a", NOW);

        assertThat(index.takeBeyondLimit()).isNull();
        assertThat(index.takeExpired(Long.MAX_VALUE)).isNull();
        assertThat(index.size()).isZero();
    }
}
