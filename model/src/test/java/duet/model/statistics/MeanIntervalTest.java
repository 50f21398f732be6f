package duet.model.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MeanIntervalTest {
    private static MeanInterval of(double... values) {
        MeanInterval.Sum sum = new MeanInterval.Sum();
        for (double value : values) {
            sum.add(value);
        }
        return sum.result();
    }

    @Test
    void isThatOfStudentsT() {
        // Standard deviation √2.5, and 2.776445 of it over √5: a table of t with 4 degrees.
        MeanInterval interval = of(1, 2, 3, 4, 5);

        assertThat(interval.mean()).isCloseTo(3, within(1e-12));
        assertThat(interval.halfWidth()).isCloseTo(2.776445 * Math.sqrt(0.5), within(1e-5));
        assertThat(interval.isApartFromZero()).isTrue();
        assertThat(of(-1, 1, 2).isApartFromZero()).isFalse();
    }

    @Test
    void oneUserTellsNothingOfOthers() {
        assertThat(of(0.7).mean()).isEqualTo(0.7);
        assertThat(of(0.7).halfWidth()).isNaN();
        assertThat(of(0.7).isApartFromZero()).isFalse();
        assertThat(of().mean()).isNaN();
    }

    @Test
    void holdsTheTrueMeanNineteenTimesOfTwenty() {
        Random random = new Random(5);
        int holds = 0;
        for (int i = 0; i < 2000; i++) {
            double[] values = random.doubles(12).toArray(); // of mean 0.5
            MeanInterval interval = of(values);
            holds += interval.low() <= 0.5 && 0.5 <= interval.high() ? 1 : 0;
        }
        assertThat(holds / 2000.0).isBetween(0.93, 0.97);
    }
}
