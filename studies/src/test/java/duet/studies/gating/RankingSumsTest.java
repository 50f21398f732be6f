package duet.studies.gating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Sums of rankings by device")
class RankingSumsTest {
    @Test
    @DisplayName("give the mean over all rankings, whichever device made them")
    void means() {
        RankingSums sums = new RankingSums(3);
        sums.add(0, 0.5, 0.75);
        sums.add(0, 0.5, 0.75);
        sums.add(2, 0.25, 0.5);

        assertThat(sums.rankings()).isEqualTo(3);
        assertThat(sums.userAuc()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(sums.globalUserAuc()).isCloseTo(1.25 / 3, within(1e-9));
    }

    @Test
    @DisplayName("take the rankings of a device for one observation")
    void margin() {
        SplittableRandom random = new SplittableRandom(1);
        int devices = 2_000;
        RankingSums once = new RankingSums(devices);
        RankingSums repeated = new RankingSums(devices);
        RankingSums zero = new RankingSums(devices);
        RankingSums zeros = new RankingSums(devices);
        for (int device = 0; device < devices; device++) {
            double difference = 0.1 + random.nextGaussian();
            once.add(device, 0, difference);
            zero.add(device, 0, 0);
            for (int i = 0; i < 9; i++) {
                repeated.add(device, 0, difference);
                zeros.add(device, 0, 0);
            }
        }

        RankingSums.Difference difference = once.above(zero);
        assertThat(difference.margin()).isCloseTo(1.96 / Math.sqrt(devices), within(0.002));
        assertThat(difference.mean()).isCloseTo(0.1, within(difference.margin() * 1.5));
        assertThat(repeated.above(zeros).margin()).isCloseTo(difference.margin(), within(1e-9));
    }

    @Test
    @DisplayName("are compared over the same rankings only")
    void others() {
        RankingSums one = new RankingSums(1);
        one.add(0, 0.5, 0.5);

        assertThatThrownBy(() -> one.above(new RankingSums(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("device 0 ranked 1 and 0 times");
    }
}
