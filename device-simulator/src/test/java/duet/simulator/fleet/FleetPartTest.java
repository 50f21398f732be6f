package duet.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetPartTest {
    private static final SyntheticCatalogue CATALOGUE = SyntheticCatalogue.standard();

    private static Workload workload(int devices, long seed) {
        return new ScenarioWorkload(
                Scenario.plain(
                        "synthetic",
                        devices,
                        ArrivalModel.POISSON,
                        500,
                        Duration.ofSeconds(1),
                        seed),
                CATALOGUE,
                "d-",
                10,
                1_700_000_000_000L);
    }

    /** What tells two windows apart. */
    private record Sent(long offsetMicros, int device, long firstSequence, List<Long> items) {
        static Sent of(ScheduledWindow window) {
            return new Sent(
                    window.offsetMicros(),
                    window.device(),
                    window.firstSequence(),
                    java.util.Arrays.stream(window.items()).boxed().toList());
        }
    }

    private static List<Sent> sent(Iterator<ScheduledWindow> windows) {
        List<Sent> sent = new ArrayList<>();
        windows.forEachRemaining(window -> sent.add(Sent.of(window)));
        return sent;
    }

    @Property(tries = 30)
    void sendTogetherWhatOneProcessWouldSend(
            @ForAll @IntRange(min = 1, max = 6) int parts,
            @ForAll @IntRange(min = 1, max = 200) int devices,
            @ForAll @IntRange(max = 1000) int seed) {
        Workload whole = workload(devices, seed);
        List<Sent> together = new ArrayList<>();
        for (int i = 1; i <= parts; i++) {
            FleetPart part = new FleetPart(i, parts);
            // Every process makes the workload anew.
            List<Sent> of = sent(workload(devices, seed).windows(part::holds));
            assertThat(of).allMatch(window -> part.holds(window.device()));
            together.addAll(of);
        }
        Comparator<Sent> order =
                Comparator.comparingLong(Sent::offsetMicros).thenComparing(Sent::device);
        together.sort(order);
        List<Sent> expected = sent(whole.windows());
        expected.sort(order);
        assertThat(together).isEqualTo(expected);
    }

    @Property(tries = 50)
    void holdEveryDeviceOnce(
            @ForAll @IntRange(min = 1, max = 64) int parts,
            @ForAll @IntRange(max = 9_999_999) int device) {
        int holders = 0;
        for (int i = 1; i <= parts; i++) {
            holders += new FleetPart(i, parts).holds(device) ? 1 : 0;
        }
        assertThat(holders).isEqualTo(1);
    }

    @Test
    @DisplayName("are of about the same size, among the first devices too")
    void even() {
        int sum = 0;
        for (int i = 1; i <= 4; i++) {
            FleetPart part = new FleetPart(i, 4);
            assertThat(part.of(100_000)).isBetween(24_500, 25_500);
            assertThat(part.of(1_000)).isBetween(200, 300);
            sum += part.of(100_000);
        }
        assertThat(sum).isEqualTo(100_000);
    }

    @Test
    @DisplayName("are named by their number and how many there are")
    void named() {
        assertThat(FleetPart.parse("2/3")).isEqualTo(new FleetPart(2, 3)).hasToString("2/3");
        assertThat(FleetPart.WHOLE.holds(17)).isTrue();
        assertThat(FleetPart.WHOLE.of(17)).isEqualTo(17);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "0/3", "4/3", "1/2/3", "one/two", "-1/3", "1/9999999"})
    @DisplayName("of other names are refused")
    void refused(String text) {
        assertThatThrownBy(() -> FleetPart.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("part");
    }
}
