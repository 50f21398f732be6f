package duet.simulator.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReplayWorkloadTest {
    private static final Arrivals RATE = Arrivals.constant(100);

    /** Devices with 1 to 80 interactions each, times with many ties. */
    private static List<ReplayDevice> log(long seed, int devices) {
        Random random = new Random(seed);
        List<ReplayDevice> log = new ArrayList<>();
        for (int d = 0; d < devices; d++) {
            int size = 1 + random.nextInt(80);
            long[] items = random.longs(size, 1, 300).toArray();
            long[] times = random.longs(size, 0, 500).sorted().toArray();
            log.add(new ReplayDevice("d" + d, items, times, 1000 + d, new long[0]));
        }
        return log;
    }

    private static List<ScheduledWindow> windows(Workload workload) {
        List<ScheduledWindow> windows = new ArrayList<>();
        workload.windows().forEachRemaining(windows::add);
        return windows;
    }

    /** All of a window as text: records compare arrays by identity. */
    static List<String> texts(List<ScheduledWindow> windows) {
        return windows.stream()
                .map(
                        w ->
                                String.format(
                                        Locale.ROOT,
                                        "%d %d %d %d %s %s %s",
                                        w.offsetMicros(),
                                        w.device(),
                                        w.firstSequence(),
                                        w.fresh(),
                                        Arrays.toString(w.items()),
                                        Arrays.toString(w.eventTimesMillis()),
                                        w.upcoming() == null
                                                ? ""
                                                : Arrays.toString(w.upcoming().history())
                                                        + Arrays.toString(
                                                                w.upcoming().candidates())))
                .toList();
    }

    private static Map<Integer, List<ScheduledWindow>> byDevice(List<ScheduledWindow> windows) {
        Map<Integer, List<ScheduledWindow>> byDevice = new HashMap<>();
        windows.forEach(w -> byDevice.computeIfAbsent(w.device(), d -> new ArrayList<>()).add(w));
        return byDevice;
    }

    @Nested
    @Group
    @DisplayName("for any log, options and seed")
    class Properties {
        @Provide
        Arbitrary<WindowOptions> options() {
            return Combinators.combine(
                            Arbitraries.integers().between(1, 40),
                            Arbitraries.integers().between(1, 8),
                            Arbitraries.doubles().between(0, 1),
                            Arbitraries.integers().between(1, 10),
                            Arbitraries.doubles().between(0, 1))
                    .as(
                            (limit, fresh, overlap, most, repeat) ->
                                    new WindowOptions(
                                            limit, Math.min(fresh, limit), overlap, most, repeat));
        }

        @Property(tries = 100)
        void everyDeviceSendsItsWholeHistoryInOrder(
                @ForAll("options") WindowOptions options,
                @ForAll @DoubleRange(min = 0, max = 1) double start,
                @ForAll long seed) {
            List<ReplayDevice> log = log(seed, 5);
            ReplayWorkload workload = new ReplayWorkload(log, options, start, RATE, seed);
            Map<Integer, List<ScheduledWindow>> byDevice = byDevice(windows(workload));
            assertThat(byDevice).hasSize(log.size());
            byDevice.forEach(
                    (device, windows) -> {
                        long[] items = log.get(device).items();
                        long known = -1;
                        for (ScheduledWindow w : windows) {
                            assertThat(w.items())
                                    .hasSizeLessThanOrEqualTo(options.limit())
                                    .isEqualTo(
                                            Arrays.copyOfRange(
                                                    items,
                                                    (int) w.firstSequence(),
                                                    (int) w.lastSequence() + 1));
                            if (w.fresh() > 0) {
                                // Nothing is left out after the first window, and nothing comes
                                // twice as fresh.
                                if (known >= 0) {
                                    assertThat(w.firstFreshSequence()).isEqualTo(known + 1);
                                }
                                known = w.lastSequence();
                            } else {
                                assertThat(w.lastSequence()).isLessThanOrEqualTo(known);
                            }
                        }
                        assertThat(known).isEqualTo(items.length - 1);
                        assertThat(windows.get(windows.size() - 1).lastSequence())
                                .isEqualTo(items.length - 1);
                    });
        }

        @Property(tries = 100)
        void freshInteractionsLeaveInGlobalTimeOrder(
                @ForAll("options") WindowOptions options, @ForAll long seed) {
            long before = Long.MIN_VALUE;
            long offset = 0;
            for (ScheduledWindow w :
                    windows(new ReplayWorkload(log(seed, 5), options, 0.5, RATE, seed))) {
                if (w.fresh() > 0) {
                    long at = w.eventTimesMillis()[w.items().length - 1];
                    assertThat(at).isGreaterThanOrEqualTo(before);
                    before = at;
                }
                assertThat(w.offsetMicros()).isGreaterThanOrEqualTo(offset);
                offset = w.offsetMicros();
            }
        }

        @Property(tries = 100)
        void firstWindowsHoldWhatHappenedBeforeTheStream(
                @ForAll("options") WindowOptions options, @ForAll long seed) {
            List<ReplayDevice> log = log(seed, 5);
            long[] all =
                    log.stream()
                            .flatMapToLong(d -> Arrays.stream(d.timesMillis()))
                            .sorted()
                            .toArray();
            long start = all[all.length / 2];
            byDevice(windows(new ReplayWorkload(log, options, 0.5, RATE, seed)))
                    .forEach(
                            (device, windows) -> {
                                long[] times = log.get(device).timesMillis();
                                int before =
                                        (int) Arrays.stream(times).filter(t -> t < start).count();
                                ScheduledWindow first = windows.get(0);
                                if (before > 0) {
                                    assertThat(first.lastSequence()).isEqualTo(before - 1);
                                    assertThat(first.items())
                                            .hasSize(Math.min(before, options.limit()));
                                    assertThat(first.upcoming()).isNull();
                                } else {
                                    assertThat(first.firstSequence()).isZero();
                                }
                            });
        }

        @Property(tries = 50)
        void theSameSeedGivesTheSameWindows(
                @ForAll("options") WindowOptions options, @ForAll long seed) {
            ReplayWorkload workload = new ReplayWorkload(log(seed, 8), options, 0.3, RATE, seed);
            ReplayWorkload again = new ReplayWorkload(log(seed, 8), options, 0.3, RATE, seed);
            assertThat(texts(windows(workload)))
                    .isEqualTo(texts(windows(again)))
                    .isEqualTo(texts(windows(workload)));
            assertThat(windows(workload)).hasSize((int) workload.expectedWindows());
        }

        @Property(tries = 50)
        void whatIsRankedIsTheFirstFreshItemAgainstItemsNeverTouched(
                @ForAll("options") WindowOptions options, @ForAll long seed) {
            List<ReplayDevice> log = log(seed, 8);
            for (ScheduledWindow w : windows(new ReplayWorkload(log, options, 0.5, RATE, seed))) {
                if (w.upcoming() != null) {
                    ReplayDevice device = log.get(w.device());
                    int at = (int) w.firstFreshSequence();
                    assertThat(w.upcoming().positive()).isEqualTo(device.items()[at]);
                    assertThat(w.upcoming().history()).isEqualTo(Arrays.copyOf(device.items(), at));
                    Set<Long> touched = new HashSet<>();
                    Arrays.stream(device.items()).forEach(touched::add);
                    assertThat(Arrays.stream(w.upcoming().negatives()).boxed())
                            .doesNotHaveDuplicates()
                            .doesNotContain(device.positive())
                            .doesNotContainAnyElementsOf(touched);
                }
            }
        }
    }

    @Nested
    @DisplayName("of a usual log")
    class Usual {
        private final List<ReplayDevice> log = log(1, 60);
        private final List<ScheduledWindow> windows =
                windows(new ReplayWorkload(log, WindowOptions.defaults(30), 0.5, RATE, 7));

        @Test
        @DisplayName(
                "some windows overlap, some repeat one before, some of those come after newer ones")
        void overlapsAndRepeats() {
            int overlaps = 0;
            int repeats = 0;
            int late = 0;
            for (List<ScheduledWindow> mine : byDevice(windows).values()) {
                long newest = -1;
                Set<List<Long>> sent = new HashSet<>();
                for (ScheduledWindow w : mine) {
                    List<Long> identity = List.of(w.firstSequence(), w.lastSequence());
                    if (w.fresh() == 0) {
                        assertThat(sent).contains(identity);
                        repeats++;
                        late += w.lastSequence() < newest ? 1 : 0;
                    } else if (w.fresh() < w.items().length) {
                        overlaps++;
                    }
                    sent.add(identity);
                    newest = Math.max(newest, w.lastSequence());
                }
            }
            assertThat(overlaps).isBetween(windows.size() / 10, windows.size() / 4);
            assertThat(repeats).isBetween(windows.size() / 50, windows.size() / 10);
            assertThat(late).isPositive();
        }

        @Test
        @DisplayName("another seed gives other windows")
        void seeds() {
            assertThat(
                            texts(
                                    windows(
                                            new ReplayWorkload(
                                                    log,
                                                    WindowOptions.defaults(30),
                                                    0.5,
                                                    RATE,
                                                    8))))
                    .hasSizeGreaterThan(10)
                    .isNotEqualTo(texts(windows));
        }

        @Test
        @DisplayName("the final ranking is over the whole history and the given negatives")
        void finalTask() {
            ReplayDevice device =
                    new ReplayDevice(
                            "d", new long[] {1, 2, 3}, new long[] {1, 2, 3}, 9, new long[] {7, 8});
            ReplayWorkload workload =
                    new ReplayWorkload(List.of(device), WindowOptions.defaults(30), 0.5, RATE, 1);
            RankingTask task = workload.finalTask(0).orElseThrow();
            assertThat(task.history()).containsExactly(1, 2, 3);
            assertThat(task.candidates()).containsExactly(9, 7, 8);
        }
    }

    @Nested
    @DisplayName("bad input is refused")
    class BadInput {
        @Test
        void noDevice() {
            assertThatThrownBy(
                            () ->
                                    new ReplayWorkload(
                                            List.of(), WindowOptions.defaults(30), 0.5, RATE, 1))
                    .isInstanceOf(InvalidInputException.class);
        }

        @Test
        void timesBackwards() {
            assertThatThrownBy(
                            () ->
                                    new ReplayDevice(
                                            "d-1",
                                            new long[] {1, 2},
                                            new long[] {5, 4},
                                            ReplayDevice.NONE,
                                            new long[0]))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("d-1");
        }

        @Test
        void quantile() {
            assertThatThrownBy(
                            () ->
                                    new ReplayWorkload(
                                            log(1, 1), WindowOptions.defaults(30), 1.5, RATE, 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("1.5");
        }

        @Test
        void options() {
            assertThatThrownBy(() -> WindowOptions.defaults(0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("window limit is 0");
            assertThatThrownBy(() -> new WindowOptions(30, 5, 1.1, 5, 0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("overlap share is 1.1");
        }
    }
}
