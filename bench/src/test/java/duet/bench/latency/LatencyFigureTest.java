package duet.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.bench.latency.LatencyProbe.Seen;
import duet.simulator.measurement.LatencySummary;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A figure of latency")
class LatencyFigureTest {
    private static Seen seen(double p50, double p99) {
        LatencySummary latency = new LatencySummary(p50, p50, p99, p99, p99, p50, 10);
        return new Seen(latency, new LatencySummary(0, 0, 1, 1, 1, 0, 10));
    }

    @Test
    @DisplayName("is of the medians of each percentile, so that one bad repetition does not decide")
    void medians() {
        LatencyFigure figure =
                LatencyFigure.of(
                        new LatencyRate(0.5, 1_000),
                        List.of(seen(10, 30), seen(12, 500), seen(11, 33)),
                        List.of(seen(10, 22), seen(9, 20), seen(300, 900)));
        assertThat(figure.job().p50()).isEqualTo(11);
        assertThat(figure.job().p99()).isEqualTo(33);
        assertThat(figure.job().count()).isEqualTo(30);
        assertThat(figure.p50Ratio()).isCloseTo(1.1, within(1e-9));
        assertThat(figure.p99Ratio()).isCloseTo(1.5, within(1e-9));
        assertThat(figure.jobSendDelay().p99()).isEqualTo(1);
    }
}
