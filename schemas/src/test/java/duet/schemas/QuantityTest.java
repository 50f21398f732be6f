package duet.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuantityTest {
    @Test
    void onlyASingleOneIsSingular() {
        assertThat(Quantity.of(0, "user")).isEqualTo("0 users");
        assertThat(Quantity.of(1, "user")).isEqualTo("1 user");
        assertThat(Quantity.of(2_000, "user")).isEqualTo("2,000 users");
    }
}
