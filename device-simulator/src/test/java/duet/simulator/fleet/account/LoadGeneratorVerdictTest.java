package duet.simulator.fleet.account;

import static org.assertj.core.api.Assertions.assertThat;

import duet.simulator.measurement.LatencySummary;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The load generator")
class LoadGeneratorVerdictTest {
    private static LatencySummary delay(double p99) {
        return new LatencySummary(1, 2, p99, p99, p99, 1, 1000);
    }

    private static LoadGeneratorVerdict late(double share, double pause, double blocked) {
        return LoadGeneratorVerdict.of(delay(80), 30, 0, share, pause, blocked);
    }

    @Test
    @DisplayName("is not the limit where it is on time, however busy it is")
    void onTime() {
        LoadGeneratorVerdict verdict = LoadGeneratorVerdict.of(delay(4), 10, 0, 0.99, 400, 900);
        assertThat(verdict.bottleneck()).isFalse();
        assertThat(verdict.brokersSlow()).isFalse();
        assertThat(verdict.reasons()).isEmpty();
    }

    @Test
    @DisplayName("is the limit where it is late or leaves windows out, and says by how much")
    void late() {
        assertThat(late(0.5, 0, 0).bottleneck()).isTrue();
        assertThat(late(0.5, 0, 0).reasons().get(0))
                .startsWith("3.0 % of the windows left more than 10 ms late")
                .contains("80.0 ms");
        LoadGeneratorVerdict unsent = LoadGeneratorVerdict.of(delay(4), 0, 1234, 0.5, 0, 0);
        assertThat(unsent.bottleneck()).isTrue();
        assertThat(unsent.reasons().get(0))
                .isEqualTo("1,234 windows were not sent: their time was over by more than 5 s.");
    }

    @Test
    @DisplayName("is not the limit where it waited for the brokers for most of its delay")
    void brokers() {
        LoadGeneratorVerdict verdict = late(0.5, 20, 60);
        assertThat(verdict.bottleneck()).isFalse();
        assertThat(verdict.brokersSlow()).isTrue();
        assertThat(verdict.reasons()).hasSize(2).last().asString().contains("full for 60 ms");
        assertThat(late(0.5, 0, 30).bottleneck()).as("waited for less than half of it").isTrue();
        assertThat(late(0.95, 0, 60).bottleneck()).as("busy processors").isTrue();
    }

    @Test
    @DisplayName("says what it knows of the cause")
    void causes() {
        assertThat(late(0.5, 0, 30).reasons())
                .anyMatch(reason -> reason.contains("buffer was full for 30 ms"));
        assertThat(late(0.5, 120, 0).reasons())
                .anyMatch(
                        reason ->
                                reason.contains(
                                        "Garbage collection stopped this process for up to 120"
                                                + " ms"));
        assertThat(late(0.95, 0, 0).reasons())
                .anyMatch(reason -> reason.contains("used 95 % of the machine's processors"));
        assertThat(late(0.2, 0, 0).reasons())
                .anyMatch(reason -> reason.contains("something else on this machine"));
    }
}
