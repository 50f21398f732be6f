package duet.simulator.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdTest {

    @Property
    void isReadAsItIsPrinted(@ForAll("thresholds") Threshold threshold) {
        assertThat(Threshold.parse(threshold.toString())).isEqualTo(threshold);
        assertThat(Threshold.parse(threshold.toString().replace(" ", ""))).isEqualTo(threshold);
    }

    @Property
    void anyTextIsReadOrRefused(@ForAll String text) {
        try {
            assertThat(Threshold.parse(text)).isNotNull();
        } catch (InvalidInputException e) {
            assertThat(e).hasMessageContaining("threshold");
        }
    }

    @Provide
    static Arbitrary<Threshold> thresholds() {
        return Arbitraries.of(Metric.all())
                .flatMap(
                        metric ->
                                Combinators.combine(
                                                Arbitraries.of(Operator.class),
                                                limits(metric),
                                                Arbitraries.of(metric.kind().units()))
                                        .as(
                                                (operator, limit, unit) ->
                                                        new Threshold(
                                                                metric, operator, limit, unit)));
    }

    private static Arbitrary<Double> limits(Metric metric) {
        return metric.kind() == Metric.Kind.QUALITY
                ? Arbitraries.doubles()
                : Arbitraries.doubles().greaterOrEqual(0);
    }

    @ParameterizedTest
    @CsvSource({
        "p99 < 100 ms,99.9,true",
        "p99 < 100 ms,100,false",
        "p99<=0.1s,0.1,true",
        "eventToApplied.max > 1 ms,0.5,false",
        "lost = 0,0,true",
        "lost = 0,1,false",
        "unsent < 1 %,0.99,true",
        "rate >= 1000,999.9,false",
        "gain.userAuc > -0.01,-0.005,true",
        "'  bytesPerDelta  <  3e2  ',299,true",
        "p50 < 1 ms,NaN,false"
    })
    void compares(String text, double value, boolean held) {
        assertThat(Threshold.parse(text).holds(value)).isEqualTo(held);
    }

    @Nested
    @DisplayName("a refusal names the text and the place")
    class Refusals {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "'' | 1 | a metric is expected",
                    "p98 < 1 ms | 1 | there is no metric \"p98\"",
                    "p99 | 4 | one of < <= > >= = is expected",
                    "p99 ~ 1 ms | 5 | one of < <= > >= = is expected",
                    "p99 < fast | 7 | a number is expected",
                    "p99 < | 6 | a number is expected",
                    "p99 < 1e999 ms | 7 | the number is too large",
                    "p99 < 1.2.3 ms | 7 | a number is expected",
                    "p99 < 100 | 10 | p99 takes ms or s, not a bare number",
                    "p99 < 100 µs | 11 | p99 takes ms or s, not \"µs\"",
                    "p99 < 1 ms soon | 12 | the threshold should end here",
                    "lost < -1 | 8 | lost is never below 0",
                    "rate > 10 % | 11 | rate takes no unit, not \"%\"",
                })
        void place(String text, int position, String problem) {
            assertThatThrownBy(() -> Threshold.parse(text))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(
                            "threshold \"" + text + "\", position " + position + ": ")
                    .hasMessageContaining(problem);
        }

        @Test
        @DisplayName("and not the whole of one that is too long")
        void tooLong() {
            assertThatThrownBy(() -> Threshold.parse("p99 < " + "1".repeat(1_000_000)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("a threshold of 1,000,006 characters, the limit is 200");
        }
    }
}
