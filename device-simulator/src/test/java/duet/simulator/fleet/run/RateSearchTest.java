package duet.simulator.fleet.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.summary.RateSearchSummary;
import duet.simulator.summary.RateStep;
import duet.simulator.threshold.Threshold;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A search for the highest rate")
class RateSearchTest {
    private static final Threshold P99 = Threshold.parse("p99 < 100 ms");

    /** Rough 99th percentile of the stay in an M/D/1 queue that serves so many a second. */
    private static double p99Millis(double rate, double capacity) {
        double load = rate / capacity;
        if (load >= 1) {
            return 60_000;
        }
        double service = 1000 / capacity;
        return service + 4.6 * service * load / (2 * (1 - load));
    }

    private static RateStep step(double rate, double p99, boolean bottleneck) {
        return new RateStep(
                rate,
                rate,
                new LatencySummary(p99 / 3, p99 / 2, p99, p99, p99, p99 / 3, 1000),
                p99,
                P99.holds(p99),
                bottleneck,
                false);
    }

    private static RateSearchSummary search(double from, double to, RateSearch.Trial trial) {
        return RateSearch.find(P99, from, to, trial);
    }

    @Property(tries = 100)
    void findsTheLimitOfAQueue(@ForAll @DoubleRange(min = 150, max = 50_000) double capacity) {
        RateSearchSummary found =
                search(10, 1e6, rate -> step(rate, p99Millis(rate, capacity), false));
        double highest = found.highestPerSecond();
        assertThat(p99Millis(highest, capacity)).isLessThan(100);
        assertThat(p99Millis(highest * 1.06, capacity)).isGreaterThanOrEqualTo(100);
        assertThat(found.verdict()).startsWith("The system keeps p99 < 100 ms up to");
        assertThat(found.steps()).hasSizeLessThan(40);
    }

    @Property(tries = 100)
    void isNotMisledBySingleDisturbances(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] disturbed = {false};
        RateSearchSummary found =
                search(
                        100,
                        100_000,
                        rate -> {
                            // Never two in a row: what comes twice is no disturbance.
                            disturbed[0] = !disturbed[0] && random.nextInt(4) == 0;
                            return step(rate, disturbed[0] ? 900 : p99Millis(rate, 5000), false);
                        });
        assertThat(found.highestPerSecond()).isBetween(4600.0, 5000.0);
    }

    @Test
    @DisplayName("never takes the load generator's limit for the system's")
    void generator() {
        RateSearchSummary found = search(100, 50_000, rate -> step(rate, 5, rate > 3000));
        assertThat(found.highestPerSecond()).isBetween(2800.0, 3000.0);
        assertThat(found.verdict())
                .contains("the load generator was the limit, that of the system lies above it");
        assertThat(search(100, 50_000, rate -> step(rate, 500, true)).verdict())
                .isEqualTo(
                        "The load generator was the limit at 100 windows a second already: nothing"
                                + " is known of the system.");
    }

    @Test
    @DisplayName("says when nothing keeps it, and when everything does")
    void ends() {
        RateSearchSummary nothing = search(100, 1000, rate -> step(rate, 500, false));
        assertThat(nothing.highestPerSecond()).isNull();
        assertThat(nothing.steps()).hasSize(3);
        assertThat(nothing.verdict())
                .isEqualTo("The system misses p99 < 100 ms at 100 windows a second already.");
        RateSearchSummary everything = search(100, 1000, rate -> step(rate, 5, false));
        assertThat(everything.highestPerSecond()).isEqualTo(1000);
        assertThat(everything.verdict()).contains("the limit lies above it");
        assertThat(everything.steps().stream().map(RateStep::perSecond))
                .containsExactly(100.0, 200.0, 400.0, 800.0, 1000.0);
    }

    @Test
    @DisplayName("ends with the first step whose brokers do not answer, whatever it is about")
    void lostBrokers() {
        // Climbing, confirming a miss, halving.
        for (int atStep = 1; atStep <= 14; atStep++) {
            int last = atStep;
            int[] steps = {0};
            RateSearchSummary found =
                    search(
                            100,
                            100_000,
                            rate ->
                                    ++steps[0] == last
                                            ? RateStep.withoutAnswer(rate)
                                            : step(rate, p99Millis(rate, 5000), false));
            assertThat(found.steps()).hasSize(last);
            RateStep lost = found.steps().get(last - 1);
            assertThat(lost.outcome()).isEqualTo(RateStep.Outcome.NO_ANSWER);
            assertThat(found.verdict()).startsWith("No answer from the broker at ");
            if (last == 1) {
                assertThat(found.highestPerSecond()).isNull();
            } else {
                assertThat(found.highestPerSecond()).isBetween(100.0, 5000.0);
                assertThat(found.verdict()).endsWith("the limit is not known.");
            }
        }
    }

    @Test
    @DisplayName("gives a system that is still warming up another chance")
    void warmingUp() {
        int[] steps = {0};
        RateSearchSummary found =
                search(
                        100,
                        100_000,
                        rate ->
                                step(
                                        rate,
                                        p99Millis(
                                                rate,
                                                ++steps[0] < 3 ? 30 : steps[0] < 12 ? 700 : 5000),
                                        false));
        assertThat(found.highestPerSecond()).isBetween(4600.0, 5000.0);
        assertThat(found.verdict()).startsWith("The system keeps p99 < 100 ms up to");
        assertThat(found.steps()).hasSizeLessThan(40);
    }

    @Test
    @DisplayName("says when the threshold is about something that was not measured")
    void notMeasured() {
        RateSearchSummary found =
                search(
                        100,
                        1000,
                        rate -> {
                            RateStep step = step(rate, 5, false);
                            return new RateStep(
                                    rate, rate, step.latencyMs(), null, false, false, false);
                        });
        assertThat(found.highestPerSecond()).isNull();
        assertThat(found.verdict())
                .isEqualTo(
                        "At 100 windows a second nothing was measured that p99 < 100 ms is about.");
    }

    @Test
    @DisplayName("goes from above 0 upwards")
    void bounds() {
        for (double[] bounds : new double[][] {{0, 10}, {20, 10}, {Double.NaN, 10}, {-1, 10}}) {
            assertThatThrownBy(() -> search(bounds[0], bounds[1], rate -> step(rate, 5, false)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("windows a second");
        }
    }
}
