package duet.model.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The interval of a ratio of means")
class RatioIntervalTest {

    private static double[] noise(long seed, int count, double mean, double deviation) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[count];
        Arrays.setAll(values, i -> mean + deviation * random.nextGaussian());
        return values;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("ends where a paired t test begins to refuse the ratio")
    void ends(long seed) {
        double[] below = noise(seed, 40, 0.1, 0.1);
        double[] above = noise(seed + 100, 40, 0.03, 0.1);
        for (int i = 0; i < above.length; i++) {
            above[i] += below[i] / 2;
        }

        RatioInterval interval = RatioInterval.of(above, below).orElseThrow();

        assertThat(interval.ratio()).isBetween(interval.low(), interval.high());
        double critical = TDistribution.of(39).inverseSurvivalProbability(0.025);
        assertThat(statistic(above, below, interval.low())).isCloseTo(critical, within(1e-6));
        assertThat(statistic(above, below, interval.high())).isCloseTo(-critical, within(1e-6));
    }

    /** Mean of above - ratio * below over its standard error. */
    private static double statistic(double[] above, double[] below, double ratio) {
        double[] differences = new double[above.length];
        Arrays.setAll(differences, i -> above[i] - ratio * below[i]);
        MeanInterval interval = MeanInterval.of(differences);
        double critical = TDistribution.of(above.length - 1.0).inverseSurvivalProbability(0.025);
        return interval.mean() / (interval.halfWidth() / critical);
    }

    @Test
    @DisplayName("is a point where every user has the same share")
    void exact() {
        double[] below = noise(7, 50, 0.2, 0.1);
        double[] above = Arrays.stream(below).map(value -> value * 0.75).toArray();

        RatioInterval interval = RatioInterval.of(above, below).orElseThrow();

        assertThat(interval.ratio()).isCloseTo(0.75, within(1e-9));
        assertThat(interval.low()).isCloseTo(0.75, within(1e-6));
        assertThat(interval.high()).isCloseTo(0.75, within(1e-6));
    }

    @Test
    @DisplayName("has ends where all denominators are the same")
    void constantDenominators() {
        double[] below = new double[30];
        Arrays.fill(below, 0.5);
        double[] above = noise(3, 30, 0.25, 0.1);

        RatioInterval interval = RatioInterval.of(above, below).orElseThrow();

        MeanInterval mean = MeanInterval.of(above);
        assertThat(interval.low()).isCloseTo(mean.low() / 0.5, within(1e-9));
        assertThat(interval.high()).isCloseTo(mean.high() / 0.5, within(1e-9));
    }

    @Test
    @DisplayName("does not exist where the denominator may be 0, is below it, or is unknown")
    void none() {
        double[] above = noise(1, 30, 0.5, 0.1);
        assertThat(RatioInterval.of(above, noise(2, 30, 0, 0.1))).isEmpty();
        assertThat(RatioInterval.of(above, noise(2, 30, -1, 0.1))).isEmpty();
        assertThat(RatioInterval.of(above, new double[30])).isEmpty();
        assertThat(RatioInterval.of(new double[] {1}, new double[] {1})).isEmpty();
        assertThat(RatioInterval.of(new double[0], new double[0])).isEmpty();
        assertThatThrownBy(() -> RatioInterval.of(above, new double[29]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
