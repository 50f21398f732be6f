package duet.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The rates of the latency")
class LatencyRateTest {
    @Test
    @DisplayName("are one that is the same everywhere, and shares of the limit that was found")
    void rates() {
        assertThat(LatencyRate.upTo(50_000))
                .containsExactly(
                        new LatencyRate(null, 1_000),
                        new LatencyRate(0.1, 5_000),
                        new LatencyRate(0.5, 25_000),
                        new LatencyRate(0.8, 40_000));
    }
}
