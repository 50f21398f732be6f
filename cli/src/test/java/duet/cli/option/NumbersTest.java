package duet.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A number that is shown")
class NumbersTest {

    @Test
    @DisplayName("has a sign as a difference, unless it is rounded to nothing")
    void difference() {
        assertThat(Numbers.difference(0.12345)).isEqualTo("+0.1235");
        assertThat(Numbers.difference(-0.00005001)).isEqualTo("-0.0001");
        assertThat(Numbers.difference(0)).isEqualTo("0.0000");
        assertThat(Numbers.difference(-0.0)).isEqualTo("0.0000");
        assertThat(Numbers.difference(-0.00004)).isEqualTo("0.0000");
        assertThat(Numbers.difference(0.00004)).isEqualTo("0.0000");
        assertThat(Numbers.difference(Double.NaN)).isEqualTo("–");
    }
}
