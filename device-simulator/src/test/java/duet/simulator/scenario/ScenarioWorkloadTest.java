package duet.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.schemas.InvalidInputException;
import duet.simulator.network.NetworkConditions;
import duet.simulator.workload.ClosedLoop;
import duet.simulator.workload.Oddity;
import duet.simulator.workload.RankingTask;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ScenarioWorkloadTest {
    private static final long START_MILLIS = 1_700_000_000_000L;

    private static Scenario plain(int devices, double rate, int seconds, long seed) {
        return Scenario.plain(
                "test", devices, ArrivalModel.POISSON, rate, Duration.ofSeconds(seconds), seed);
    }

    private static Scenario with(Scenario scenario, DriftPlan drift, Misbehaviour misbehaviour) {
        return new Scenario(
                scenario.name(),
                scenario.description(),
                scenario.seed(),
                new Scenario.Fleet(
                        scenario.fleet().devices(),
                        scenario.fleet().catalogue(),
                        scenario.fleet().windows(),
                        scenario.fleet().versions()),
                new Scenario.Load(
                        scenario.load().arrivals(),
                        scenario.load().warmUp(),
                        scenario.load().stages()),
                new Scenario.Conditions(drift, NetworkConditions.PERFECT, misbehaviour),
                scenario.rankingShare(),
                scenario.thresholds());
    }

    private static Scenario misbehaving(Misbehaviour misbehaviour) {
        return with(plain(50, 200, 40, 3), DriftPlan.NONE, misbehaviour);
    }

    private static ScenarioWorkload workload(Scenario scenario) {
        return new ScenarioWorkload(
                scenario, SyntheticCatalogue.standard(), "t-", 30, START_MILLIS);
    }

    private static List<ScheduledWindow> windows(Scenario scenario) {
        return list(workload(scenario).windows());
    }

    private static List<ScheduledWindow> list(Iterator<ScheduledWindow> windows) {
        List<ScheduledWindow> all = new ArrayList<>();
        windows.forEachRemaining(all::add);
        return all;
    }

    private static Map<Integer, List<ScheduledWindow>> byDevice(List<ScheduledWindow> windows) {
        return windows.stream().collect(Collectors.groupingBy(ScheduledWindow::device));
    }

    /** All of a window but the moment it leaves. */
    private static String content(ScheduledWindow w) {
        RankingTask ranking = w.upcoming();
        return String.format(
                Locale.ROOT,
                "%d %d %s %d %s %s",
                w.device(),
                w.firstSequence(),
                Arrays.toString(w.items()),
                w.fresh(),
                w.oddity(),
                ranking == null
                        ? ""
                        : Arrays.toString(ranking.history())
                                + Arrays.toString(ranking.candidates()));
    }

    private static String text(ScheduledWindow w) {
        return w.offsetMicros() + " " + Arrays.toString(w.eventTimesMillis()) + content(w);
    }

    private static List<String> texts(List<ScheduledWindow> windows) {
        return windows.stream().map(ScenarioWorkloadTest::text).toList();
    }

    @Nested
    class Windows {
        @Test
        @DisplayName(
                "each device's windows continue each other, and carry one and the same history")
        void continuous() {
            Map<Integer, Map<Long, Long>> histories = new HashMap<>();
            Map<Integer, Long> next = new HashMap<>();
            int overlaps = 0;
            int repeats = 0;
            for (ScheduledWindow w : windows(plain(20, 50, 15, 1))) {
                Map<Long, Long> history =
                        histories.computeIfAbsent(w.device(), d -> new HashMap<>());
                assertThat(w.items()).hasSizeLessThanOrEqualTo(30);
                if (next.containsKey(w.device())) {
                    assertThat(w.firstFreshSequence())
                            .isEqualTo(
                                    w.fresh() == 0 ? w.lastSequence() + 1 : next.get(w.device()));
                    repeats += w.oddity() == Oddity.REPEAT ? 1 : 0;
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
        @DisplayName("last as long as asked, at about the rate asked")
        void rate() {
            List<ScheduledWindow> windows = windows(plain(50, 200, 20, 3));
            assertThat(windows).hasSizeBetween(3700, 4300);
            assertThat(workload(plain(50, 200, 20, 3)).expectedWindows()).isEqualTo(4000);
            assertThat(windows.get(windows.size() - 1).offsetMicros()).isLessThan(20_000_000);
        }

        @Test
        @DisplayName("every device has its turn before one has its second")
        void turns() {
            List<ScheduledWindow> windows = windows(plain(100, 50, 10, 3));
            assertThat(windows.subList(0, 100).stream().map(ScheduledWindow::device))
                    .doesNotHaveDuplicates();
            assertThat(windows.get(0).device()).isNotEqualTo(windows.get(1).device() - 1);
        }

        @Test
        @DisplayName("follow the stages: as many in each as its rate asks for")
        void stages() {
            Scenario scenario =
                    plain(100, 1, 1, 1)
                            .withLoad(
                                    Duration.ZERO,
                                    List.of(
                                            LoadStage.ramp(Duration.ofSeconds(20), 0, 200),
                                            LoadStage.hold(Duration.ofSeconds(10), 200),
                                            LoadStage.hold(Duration.ofSeconds(2), 2000)));
            ScenarioWorkload workload = workload(scenario);
            Map<String, Long> counts =
                    list(workload.windows()).stream()
                            .collect(
                                    Collectors.groupingBy(
                                            w ->
                                                    workload.stageAt(w.offsetMicros())
                                                            .orElseThrow()
                                                            .name(),
                                            Collectors.counting()));
            assertThat(counts).containsOnlyKeys("ramp", "hold", "hold 2");
            assertThat(counts.get("ramp")).isBetween(1800L, 2200L);
            assertThat(counts.get("hold")).isBetween(1800L, 2200L);
            assertThat(counts.get("hold 2")).isBetween(3700L, 4300L);
            assertThat(workload.duration()).isEqualTo(Duration.ofSeconds(32));
            assertThat(workload.expectedWindows()).isEqualTo(8000);
        }

        @Test
        @DisplayName("of a closed loop come without end, each at the moment it is taken")
        void closedLoop() {
            ClosedLoop closed = new ClosedLoop(10, Duration.ZERO);
            Scenario scenario =
                    Scenario.plain(
                            "closed",
                            20,
                            ArrivalModel.closed(closed),
                            0,
                            Duration.ofSeconds(10),
                            1);
            ScenarioWorkload workload = workload(scenario);
            assertThat(workload.closedLoop()).contains(closed);
            long[] now = {0};
            Iterator<ScheduledWindow> windows = workload.windows(device -> true, () -> now[0]);
            for (int i = 0; i < 100; i++) {
                now[0] += 10_000;
                ScheduledWindow window = windows.next();
                assertThat(window.offsetMicros()).isEqualTo(now[0]);
                assertThat(window.eventTimesMillis()[window.items().length - 1])
                        .isLessThanOrEqualTo(START_MILLIS + now[0] / 1000);
            }
        }
    }

    @Nested
    class Seeds {
        @Test
        @DisplayName("the same seed gives the same windows, another seed others")
        void seeded() {
            List<ScheduledWindow> windows = windows(plain(20, 50, 5, 1));
            assertThat(texts(windows(plain(20, 50, 5, 1)))).isEqualTo(texts(windows));
            assertThat(texts(windows(plain(20, 50, 5, 2)))).isNotEqualTo(texts(windows));
        }

        @Property(tries = 20)
        void aDeviceSendsTheSameWhateverTheFleetDoes(
                @ForAll @IntRange(min = 1, max = 40) int fewer,
                @ForAll @IntRange(min = 20, max = 400) int rate,
                @ForAll long seed) {
            Misbehaviour faults = new Misbehaviour(0.1, 0.1, 0.1, 0.3, Duration.ofMinutes(5), 0.05);
            Map<Integer, List<ScheduledWindow>> large =
                    byDevice(windows(with(plain(40, 100, 10, seed), DriftPlan.LIFE, faults)));
            Map<Integer, List<ScheduledWindow>> small =
                    byDevice(windows(with(plain(fewer, rate, 10, seed), DriftPlan.LIFE, faults)));
            small.forEach(
                    (device, windows) -> {
                        List<ScheduledWindow> others = large.getOrDefault(device, List.of());
                        int common = Math.min(windows.size(), others.size());
                        assertThat(
                                        windows.subList(0, common).stream()
                                                .map(ScenarioWorkloadTest::content))
                                .containsExactlyElementsOf(
                                        others.subList(0, common).stream()
                                                .map(ScenarioWorkloadTest::content)
                                                .toList());
                    });
        }

        @Property(tries = 20)
        void thePartsOfAFleetAreTheFleet(
                @ForAll @IntRange(min = 2, max = 5) int parts, @ForAll long seed) {
            Scenario scenario =
                    plain(200, 200, 5, seed)
                            .withDevices(new DevicePopulation(200, 60, 0.9, 3, 0.3));
            List<String> union =
                    IntStream.range(0, parts)
                            .mapToObj(
                                    part ->
                                            list(
                                                    workload(scenario)
                                                            .windows(
                                                                    device ->
                                                                            device % parts
                                                                                    == part)))
                            .flatMap(List::stream)
                            .map(ScenarioWorkloadTest::text)
                            .toList();
            assertThat(union).containsExactlyInAnyOrderElementsOf(texts(windows(scenario)));
        }
    }

    @Nested
    class Population {
        private static Map<Integer, Long> counts(DevicePopulation population) {
            return windows(plain(1, 2000, 20, 5).withDevices(population)).stream()
                    .collect(Collectors.groupingBy(ScheduledWindow::device, Collectors.counting()));
        }

        @Test
        @DisplayName("of those that never send, none sends, and the others are spread over all")
        void active() {
            Map<Integer, Long> counts = counts(new DevicePopulation(1000, 100, 0, 0, 0));
            assertThat(counts).hasSize(100);
            assertThat(counts.keySet()).anyMatch(d -> d > 800).anyMatch(d -> d < 200);
        }

        @Test
        @DisplayName("activity falls off by Zipf's law")
        void zipf() {
            DevicePopulation population = new DevicePopulation(500, 500, 1, 0, 0);
            List<Long> counts =
                    counts(population).values().stream()
                            .sorted((a, b) -> Long.compare(b, a))
                            .toList();
            double harmonic = IntStream.rangeClosed(1, 500).mapToDouble(r -> 1.0 / r).sum();
            double sent = counts.stream().mapToLong(Long::longValue).sum();
            assertThat(counts.get(0) / sent).isCloseTo(1 / harmonic, within(0.01));
            assertThat(counts.get(1) / sent).isCloseTo(0.5 / harmonic, within(0.01));
            assertThat(Activity.shareOfBusiest(population, 5))
                    .isCloseTo(
                            (1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0 + 1 / 5.0) / harmonic, within(1e-9));
        }

        @Test
        @DisplayName("hot devices send the share that they are given")
        void hot() {
            List<Long> counts =
                    counts(new DevicePopulation(1000, 1000, 0, 4, 0.4)).values().stream()
                            .sorted((a, b) -> Long.compare(b, a))
                            .toList();
            double sent = counts.stream().mapToLong(Long::longValue).sum();
            assertThat(counts.subList(0, 4)).allMatch(n -> Math.abs(n / sent - 0.1) < 0.01);
            assertThat(counts.get(4) / sent).isLessThan(0.003);
        }

        @Test
        @DisplayName("a device is found by its identity, and nothing else is")
        void identity() {
            Workload workload = workload(plain(1000, 1, 1, 1));
            for (int device : new int[] {0, 7, 10, 999}) {
                assertThat(workload.indexOf(workload.deviceId(device))).isEqualTo(device);
            }
            assertThat(
                            Stream.of(
                                            "t-1000",
                                            "t-",
                                            "t-01",
                                            "t-00",
                                            "u-1",
                                            "t--1",
                                            "t-1 ",
                                            "",
                                            "t-99999999999",
                                            "t-4294967296")
                                    .map(workload::indexOf))
                    .containsOnly(-1);
        }
    }

    @Nested
    class Faults {
        private static double share(List<ScheduledWindow> windows, Oddity oddity) {
            return windows.stream().filter(w -> w.oddity() == oddity).count()
                    / (double) windows.size();
        }

        @Test
        @DisplayName("come in the shares asked for")
        void shares() {
            List<ScheduledWindow> windows =
                    windows(misbehaving(new Misbehaviour(0.1, 0.05, 0.08, 0, Duration.ZERO, 0.03)));
            assertThat(share(windows, Oddity.REPEAT)).isCloseTo(0.1, within(0.02));
            assertThat(share(windows, Oddity.REORDERED)).isCloseTo(0.05, within(0.02));
            assertThat(share(windows, Oddity.GAP)).isCloseTo(0.08, within(0.02));
            assertThat(share(windows, Oddity.GARBAGE)).isCloseTo(0.03, within(0.02));
            assertThat(share(windows(misbehaving(Misbehaviour.NONE)), Oddity.NONE)).isEqualTo(1);
        }

        @Test
        @DisplayName("a repeat is its device's window before, unchanged")
        void repeats() {
            byDevice(windows(misbehaving(Misbehaviour.repeats(0.3))))
                    .values()
                    .forEach(
                            windows -> {
                                for (int i = 1; i < windows.size(); i++) {
                                    ScheduledWindow w = windows.get(i);
                                    if (w.oddity() == Oddity.REPEAT) {
                                        ScheduledWindow before = windows.get(i - 1);
                                        assertThat(w.items()).isEqualTo(before.items());
                                        assertThat(w.firstSequence())
                                                .isEqualTo(before.firstSequence());
                                        assertThat(w.eventTimesMillis())
                                                .isEqualTo(before.eventTimesMillis());
                                    }
                                }
                            });
        }

        @Test
        @DisplayName("before a gap are interactions that no window ever carries")
        void gaps() {
            Scenario scenario = misbehaving(new Misbehaviour(0, 0, 0.2, 0, Duration.ZERO, 0));
            int gaps = 0;
            for (List<ScheduledWindow> windows : byDevice(windows(scenario)).values()) {
                long end = windows.get(0).lastSequence() + 1;
                for (ScheduledWindow w : windows.subList(1, windows.size())) {
                    boolean gap = w.oddity() == Oddity.GAP;
                    gaps += gap ? 1 : 0;
                    assertThat(w.firstSequence() > end).isEqualTo(gap);
                    end = w.lastSequence() + 1;
                }
            }
            assertThat(gaps).isGreaterThan(1000);
        }

        @Test
        @DisplayName("a reordered window fills the hole that the one which overtook it left")
        void reordered() {
            Scenario scenario = misbehaving(new Misbehaviour(0, 0.2, 0, 0, Duration.ZERO, 0));
            for (List<ScheduledWindow> windows : byDevice(windows(scenario)).values()) {
                for (int i = 2; i < windows.size(); i++) {
                    ScheduledWindow late = windows.get(i);
                    if (late.oddity() == Oddity.REORDERED) {
                        assertThat(late.lastSequence() + 1)
                                .isEqualTo(windows.get(i - 1).firstSequence());
                        assertThat(late.firstSequence())
                                .isLessThanOrEqualTo(
                                        windows.subList(0, i - 1).stream()
                                                        .mapToLong(ScheduledWindow::lastSequence)
                                                        .max()
                                                        .orElseThrow()
                                                + 1);
                        assertThat(late.fresh()).isZero();
                    }
                }
            }
        }

        @Test
        @DisplayName("a wrong clock is that of a device, fast or slow by as much as asked")
        void skew() {
            List<ScheduledWindow> windows =
                    windows(misbehaving(new Misbehaviour(0, 0, 0, 0.5, Duration.ofMinutes(5), 0)));
            Map<Long, Long> skews =
                    windows.stream()
                            .filter(w -> w.oddity() == Oddity.SKEWED && w.upcoming() != null)
                            .collect(
                                    Collectors.groupingBy(
                                            w ->
                                                    w.eventTimesMillis()[w.items().length - 1]
                                                            - START_MILLIS
                                                            - w.offsetMicros() / 1000,
                                            Collectors.counting()));
            assertThat(skews).containsOnlyKeys(300_000L, -300_000L);
            byDevice(windows)
                    .values()
                    .forEach(
                            of ->
                                    assertThat(of.stream().map(ScheduledWindow::oddity).distinct())
                                            .hasSize(1));
        }
    }

    @Test
    @DisplayName(
            "a device ranks before the share of its windows that is asked for, and sends the same")
    void rankingShare() {
        Scenario scenario = plain(50, 200, 20, 3);
        List<ScheduledWindow> all = windows(scenario);
        List<ScheduledWindow> some = windows(scenario.withRankingShare(0.25));
        assertThat(some.stream().map(w -> text(w.withoutRanking())))
                .containsExactlyElementsOf(
                        all.stream().map(w -> text(w.withoutRanking())).toList());
        assertThat(some.stream().filter(w -> w.upcoming() != null).count())
                .isBetween((long) (all.size() * 0.2), (long) (all.size() * 0.28));
    }

    @Test
    @DisplayName("what cannot be is refused by value")
    void refused() {
        assertThatThrownBy(() -> plain(0, 1, 1, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("devices.count is 0, it must be 1 to 10000000");
        assertThatThrownBy(() -> plain(1, 1, 0, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("0s");
    }
}
