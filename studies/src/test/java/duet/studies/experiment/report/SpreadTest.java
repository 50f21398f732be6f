package duet.studies.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Mean and spread over seeds")
class SpreadTest {

    @Test
    @DisplayName("are those of a sample")
    void ofThree() {
        Spread spread = Spread.of(List.of(1.0, 2.0, 4.0));
        assertThat(spread.mean()).isCloseTo(7.0 / 3, within(1e-12));
        // Sum of squares 14/3 over n - 1 = 2.
        assertThat(spread.deviation()).isCloseTo(Math.sqrt(7.0 / 3), within(1e-12));
        assertThat(spread.count()).isEqualTo(3);
    }

    @Test
    @DisplayName("of one value are the value alone")
    void ofOne() {
        assertThat(Spread.of(List.of(0.5)).text(2)).isEqualTo("0.50");
        assertThat(Spread.of(List.of(0.5)).deviation()).isZero();
    }

    @Test
    @DisplayName("are written with as many digits, differences with their sign")
    void text() {
        assertThat(Spread.of(List.of(0.9, 0.91)).text(4)).isEqualTo("0.9050 ± 0.0071");
        assertThat(Spread.of(List.of(0.01, 0.02)).signed(3)).isEqualTo("+0.015 ± 0.007");
        assertThat(Spread.of(List.of(-0.01, -0.02)).signed(3)).isEqualTo("−0.015 ± 0.007");
    }

    @Test
    @DisplayName("of nothing do not exist")
    void ofNothing() {
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
