package duet.simulator.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The network of a fleet")
class DeviceNetworkTest {
    private static final Link SLOW = new Link(Duration.ofMillis(20), Duration.ofMillis(80), 0.1);
    private static final OfflinePeriods PERIODS =
            new OfflinePeriods(0.3, Duration.ofSeconds(60), Duration.ofSeconds(10), true);

    private static DeviceNetwork network(OfflinePeriods offline, Outage... outages) {
        return new DeviceNetwork(
                new NetworkConditions(SLOW, Link.PERFECT, offline, List.of(outages)), 7);
    }

    @Test
    @DisplayName("has the median, the 99th percentile and the loss that it is told")
    void distribution() {
        DeviceNetwork network = network(OfflinePeriods.NONE);
        long[] passages =
                LongStream.range(0, 50_000)
                        .map(record -> network.up((int) (record % 100), record))
                        .sorted()
                        .toArray();
        int lost = (int) LongStream.of(passages).filter(p -> p == DeviceNetwork.LOST).count();
        int came = passages.length - lost;
        assertThat((double) lost / passages.length).isCloseTo(0.1, within(0.01));
        assertThat(passages[lost + came / 2] / 1000.0).isCloseTo(20, within(0.5));
        assertThat(passages[lost + came * 99 / 100] / 1000.0).isCloseTo(80, within(5.0));
        assertThat(network.down(3, 4)).isZero();
    }

    @Property
    void givesARecordTheSameFateEveryTime(
            @ForAll @IntRange(max = 1_000_000) int device, @ForAll long record) {
        assertThat(network(PERIODS).up(device, record))
                .isEqualTo(network(OfflinePeriods.NONE).up(device, record))
                .isLessThanOrEqualTo(Link.LONGEST.toNanos() / 1000);
    }

    @Property
    void bringsADeviceBackAndKeepsItSo(
            @ForAll @IntRange(max = 10_000) int device,
            @ForAll @LongRange(max = 600_000_000) long at) {
        DeviceNetwork network =
                network(PERIODS, new Outage(Duration.ofSeconds(30), Duration.ofSeconds(15), 0.8));
        long online = network.onlineFrom(device, at);
        assertThat(online).isBetween(at, at + 35_000_000);
        assertThat(network.onlineFrom(device, online)).isEqualTo(online);
        if (online > at) {
            assertThat(network.onlineFrom(device, online - 1)).isEqualTo(online);
        }
    }

    @Test
    @DisplayName("takes a share of the devices, each at its own moments, for its own time")
    void periods() {
        DeviceNetwork network = network(PERIODS);
        long everywhere =
                IntStream.range(0, 10_000)
                        .filter(device -> network.onlineFrom(device, 90_000_000) > 90_000_000)
                        .count();
        assertThat(everywhere / 10_000.0).isCloseTo(0.3 * 10 / 60, within(0.01));
        long affected =
                IntStream.range(0, 1_000)
                        .filter(
                                device ->
                                        LongStream.range(0, 60)
                                                .map(second -> second * 1_000_000)
                                                .anyMatch(
                                                        at -> network.onlineFrom(device, at) > at))
                        .count();
        assertThat(affected / 1_000.0).isCloseTo(0.3, within(0.04));
        assertThat(network.dropsAt(1, 0)).isFalse();
    }

    @Test
    @DisplayName("takes many devices at once in an outage and gives them back at once")
    void outage() {
        DeviceNetwork network =
                network(
                        OfflinePeriods.NONE,
                        new Outage(Duration.ofSeconds(30), Duration.ofSeconds(15), 0.8));
        assertThat(
                        IntStream.range(0, 1000)
                                .allMatch(d -> network.onlineFrom(d, 29_999_999) < 30_000_000))
                .isTrue();
        long away =
                IntStream.range(0, 10_000)
                        .filter(d -> network.onlineFrom(d, 30_000_000) == 45_000_000)
                        .count();
        assertThat(away / 10_000.0).isCloseTo(0.8, within(0.02));
        assertThat(
                        IntStream.range(0, 1000)
                                .allMatch(d -> network.onlineFrom(d, 45_000_000) == 45_000_000))
                .isTrue();
    }

    @Test
    @DisplayName("drops what a device that keeps nothing would send while it is away")
    void drops() {
        DeviceNetwork network =
                network(
                        new OfflinePeriods(
                                1, Duration.ofSeconds(60), Duration.ofSeconds(30), false));
        for (int device = 0; device < 100; device++) {
            assertThat(network.dropsAt(device, 5_000_000))
                    .isEqualTo(network.onlineFrom(device, 5_000_000) > 5_000_000);
        }
    }

    @Test
    @DisplayName("refuses what cannot be, and names it")
    void refused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new Link(second, Duration.ZERO, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("below the median of 1000 ms");
        assertThatThrownBy(() -> new Link(Duration.ZERO, second, 0))
                .hasMessageContaining("a median above 0 is needed");
        assertThatThrownBy(() -> new Link(Duration.ofHours(1), Duration.ofHours(1), 0))
                .hasMessageContaining("it must be 0 to 300000 ms");
        assertThatThrownBy(() -> new Link(second, second, 1.5)).hasMessageContaining("1.5");
        assertThatThrownBy(() -> new OfflinePeriods(2, second, Duration.ZERO, true))
                .hasMessageContaining("it must be 0 to 1");
        assertThatThrownBy(() -> new OfflinePeriods(0.5, second, second, true))
                .hasMessageContaining("they must come back before the next time");
        assertThatThrownBy(() -> new Outage(second.negated(), second, 0.5))
                .hasMessageContaining("neither may be below 0");
    }
}
