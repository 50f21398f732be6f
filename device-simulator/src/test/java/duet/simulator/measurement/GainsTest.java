package duet.simulator.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The margin of a gain")
class GainsTest {

    private static Gains of(double... values) {
        Gains gains = new Gains();
        for (double value : values) {
            gains.add(value);
        }
        return gains;
    }

    @Test
    @DisplayName("is that of the mean by the normal distribution")
    void margin() {
        // Deviations -0.1, 0, 0.1: a standard deviation of 0.1, over the root of 3.
        assertThat(of(0.1, 0.2, 0.3).margin()).isCloseTo(0.113159, within(1e-6));
        assertThat(of(0.2, 0.2).margin()).isCloseTo(0, within(1e-9));
        assertThat(of(0.2).margin()).isNull();
        assertThat(of().margin()).isNull();
    }

    @Test
    @DisplayName("of parts is that of all, and unknown where that of a part is")
    void parts() {
        assertThat(
                        Gains.margin(
                                List.of(
                                        new Gains.Part(2, 0.15, of(0.1, 0.2).margin()),
                                        new Gains.Part(1, 0.3, null))))
                .isCloseTo(of(0.1, 0.2, 0.3).margin(), within(1e-9));
        assertThat(
                        Gains.margin(
                                List.of(
                                        new Gains.Part(2, 0.15, null),
                                        new Gains.Part(1, 0.3, null))))
                .isNull();
        assertThat(Gains.margin(List.of())).isNull();
    }
}
