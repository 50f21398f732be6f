package duet.simulator.workload;

import static duet.simulator.workload.ReplayWorkloadTest.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SyntheticWorkloadTest {
    private static SyntheticWorkload workload(int devices, double rate, int seconds, long seed) {
        return new SyntheticWorkload(
                SyntheticCatalogue.standard(),
                devices,
                "t-",
                WindowOptions.defaults(30),
                Arrivals.poisson(rate),
                Duration.ofSeconds(seconds),
                1_700_000_000_000L,
                seed);
    }

    private static List<ScheduledWindow> windows(Workload workload) {
        List<ScheduledWindow> windows = new ArrayList<>();
        workload.windows().forEachRemaining(windows::add);
        return windows;
    }

    @Test
    @DisplayName("each device's windows continue each other, and carry one and the same history")
    void continuous() {
        Map<Integer, Map<Long, Long>> histories = new HashMap<>();
        Map<Integer, Long> next = new HashMap<>();
        int overlaps = 0;
        int repeats = 0;
        for (ScheduledWindow w : windows(workload(20, 50, 15, 1))) {
            Map<Long, Long> history = histories.computeIfAbsent(w.device(), d -> new HashMap<>());
            assertThat(w.items()).hasSizeLessThanOrEqualTo(30);
            if (next.containsKey(w.device())) {
                assertThat(w.firstFreshSequence())
                        .isEqualTo(w.fresh() == 0 ? w.lastSequence() + 1 : next.get(w.device()));
                repeats += w.fresh() == 0 ? 1 : 0;
                overlaps += w.fresh() > 0 && w.fresh() < w.items().length ? 1 : 0;
            } else {
                assertThat(w.upcoming()).isNull();
            }
            if (w.upcoming() != null) {
                assertThat(w.upcoming().positive())
                        .isEqualTo(w.items()[w.items().length - w.fresh()]);
                assertThat(Arrays.stream(w.upcoming().negatives()).boxed())
                        .hasSize(99)
                        .doesNotContainAnyElementsOf(history.values());
                long[] before = w.upcoming().history();
                assertThat(history.get(w.firstFreshSequence() - 1))
                        .isEqualTo(before[before.length - 1]);
            }
            for (int i = 0; i < w.items().length; i++) {
                Long known = history.put(w.firstSequence() + i, w.items()[i]);
                assertThat(known).isIn(null, w.items()[i]);
            }
            next.merge(w.device(), w.lastSequence() + 1, Math::max);
        }
        assertThat(next).hasSize(20);
        assertThat(overlaps).isPositive();
        assertThat(repeats).isPositive();
    }

    @Test
    @DisplayName("lasts as long as asked, at about the rate asked")
    void rate() {
        SyntheticWorkload workload = workload(50, 200, 20, 3);
        List<ScheduledWindow> windows = windows(workload);
        assertThat(windows).hasSizeBetween(3700, 4300);
        assertThat(workload.expectedWindows()).isEqualTo(4000);
        assertThat(windows.get(windows.size() - 1).offsetMicros()).isLessThan(20_000_000);
    }

    @Test
    @DisplayName("every device has its turn before one has its second")
    void turns() {
        List<ScheduledWindow> windows = windows(workload(100, 50, 10, 3));
        assertThat(windows.subList(0, 100).stream().map(ScheduledWindow::device))
                .doesNotHaveDuplicates();
        assertThat(windows.get(0).device()).isNotEqualTo(windows.get(1).device() - 1);
    }

    @Test
    @DisplayName("the same seed gives the same windows, another seed others")
    void seeded() {
        List<ScheduledWindow> windows = windows(workload(20, 50, 5, 1));
        assertThat(texts(windows(workload(20, 50, 5, 1)))).isEqualTo(texts(windows));
        assertThat(texts(windows(workload(20, 50, 5, 2)))).isNotEqualTo(texts(windows));
    }

    @Test
    @DisplayName("options that cannot be are refused by value")
    void refused() {
        assertThatThrownBy(() -> workload(0, 1, 1, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fleet of 0 devices");
        assertThatThrownBy(() -> workload(1, 1, 0, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("PT0S");
    }
}
