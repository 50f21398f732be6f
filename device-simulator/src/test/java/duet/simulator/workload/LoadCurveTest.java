package duet.simulator.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.simulator.workload.LoadCurve.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoadCurveTest {
    private static final double MOST_PER_SECOND = 200;

    private static List<Long> times(LoadCurve curve, boolean poisson, long seed) {
        LongSupplier schedule = curve.schedule(poisson, new SplittableRandom(seed));
        List<Long> times = new ArrayList<>();
        for (long at = schedule.getAsLong(); at != LoadCurve.NEVER; at = schedule.getAsLong()) {
            times.add(at);
        }
        return times;
    }

    private static Segment segment(double seconds, double from, double to) {
        return new Segment(Duration.ofNanos((long) (seconds * 1e9)), from, to);
    }

    @Provide
    Arbitrary<List<Segment>> segments() {
        return Combinators.combine(
                        Arbitraries.doubles().between(0.1, 20),
                        Arbitraries.doubles().between(0, MOST_PER_SECOND),
                        Arbitraries.doubles().between(0, MOST_PER_SECOND))
                .as(LoadCurveTest::segment)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Property(tries = 200)
    void arrivalNIsWhereTheIntegralOfTheRateIsN(
            @ForAll("segments") List<Segment> segments,
            @ForAll @DoubleRange(min = 0, max = 1) double amplitude,
            @ForAll @DoubleRange(min = 0.5, max = 100) double period) {
        LoadCurve curve =
                LoadCurve.modulated(segments, Duration.ofNanos((long) (period * 1e9)), amplitude);
        List<Long> times = times(curve, false, 0);
        assertThat(times).hasSize((int) Math.ceil(curve.total()));
        for (int n = 0; n < times.size(); n++) {
            // Half a microsecond of rounding at the highest rate, and a root's precision.
            assertThat(curve.totalBefore(Duration.ofNanos(times.get(n) * 1000)))
                    .isCloseTo(n, within(1e-3));
        }
        assertThat(times).isSorted();
    }

    @Property(tries = 100)
    void totalsAreSumsOfTheRate(
            @ForAll("segments") List<Segment> segments,
            @ForAll @DoubleRange(min = 0, max = 1) double amplitude) {
        LoadCurve curve = LoadCurve.modulated(segments, Duration.ofSeconds(7), amplitude);
        long steps = 20_000;
        double seconds = segments.stream().mapToDouble(s -> s.duration().toNanos() / 1e9).sum();
        // Each segment boundary may fall into a step.
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            sum += curve.rateAt(Duration.ofNanos((long) ((i + 0.5) * seconds / steps * 1e9)));
        }
        assertThat(sum * seconds / steps)
                .isCloseTo(curve.total(), within(0.05 + 2 * MOST_PER_SECOND * seconds / steps));
    }

    @Property(tries = 50)
    void poissonArrivalsAreAsManyAsTheRateSaysAndNeverRunBackwards(
            @ForAll("segments") List<Segment> segments, @ForAll long seed) {
        LoadCurve curve = LoadCurve.of(segments);
        List<Long> times = times(curve, true, seed);
        assertThat(times).isSorted();
        assertThat((double) times.size())
                .isCloseTo(curve.total(), within(3 + 6 * Math.sqrt(curve.total())));
        assertThat(times(curve, true, seed)).isEqualTo(times);
    }

    @Test
    @DisplayName("a constant rate does not drift in a week")
    void exact() {
        LoadCurve curve = LoadCurve.of(List.of(segment(7 * 24 * 3600, 3, 3)));
        LongSupplier schedule = curve.schedule(false, new SplittableRandom(0));
        long last = 0;
        for (long n = 0; n < 3L * 7 * 24 * 3600; n++) {
            last = schedule.getAsLong();
            assertThat(Math.abs(last - n * 1_000_000.0 / 3)).isLessThanOrEqualTo(1);
        }
        assertThat(schedule.getAsLong()).isEqualTo(LoadCurve.NEVER);
        assertThat(last).isLessThan(7L * 24 * 3600 * 1_000_000);
    }

    @Test
    @DisplayName("in a ramp from 0 as many come in the second half as three times the first")
    void ramp() {
        List<Long> times = times(LoadCurve.of(List.of(segment(100, 0, 100))), false, 0);
        assertThat(times).hasSize(5000);
        assertThat(times.stream().filter(t -> t < 50_000_000)).hasSize(1250);
    }

    @Test
    @DisplayName("nothing comes in a pause")
    void pause() {
        List<Long> times =
                times(
                        LoadCurve.of(
                                List.of(
                                        segment(5, 0, 0),
                                        segment(1, 10, 10),
                                        segment(5, 0, 0),
                                        segment(1, 10, 10))),
                        false,
                        0);
        assertThat(times).hasSize(20);
        assertThat(times).allMatch(t -> t >= 5_000_000 && t < 6_000_000 || t >= 11_000_000);
    }

    @Test
    @DisplayName("the gaps of a Poisson process are as spread as they are long")
    void exponential() {
        List<Long> times = times(LoadCurve.of(List.of(segment(100, 500, 500))), true, 3);
        double mean = times.get(times.size() - 1) / (times.size() - 1.0);
        double squares = 0;
        for (int i = 1; i < times.size(); i++) {
            squares += Math.pow(times.get(i) - times.get(i - 1) - mean, 2);
        }
        assertThat(Math.sqrt(squares / (times.size() - 1)) / mean).isCloseTo(1, within(0.05));
    }
}
