package duet.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import duet.simulator.fleet.LoadGeneratorWatch.ProducerFacts;
import duet.simulator.measurement.LatencySummary;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The load generator")
class LoadGeneratorVerdictTest {
    private static final ProducerFacts READY = new ProducerFacts(0, 2);

    private static LatencySummary delay(double p99) {
        return new LatencySummary(1, 2, p99, p99, p99, 1, 1000);
    }

    private static List<String> late(double share, double pause, ProducerFacts producer) {
        return LoadGeneratorVerdict.reasons(delay(80), 30, 0, share, pause, producer);
    }

    @Test
    @DisplayName("is not the limit where it is on time, however busy it is")
    void onTime() {
        assertThat(
                        LoadGeneratorVerdict.reasons(
                                delay(4), 10, 0, 0.99, 400, new ProducerFacts(900, 900)))
                .isEmpty();
    }

    @Test
    @DisplayName("is the limit where it is late or leaves windows out, and says by how much")
    void late() {
        assertThat(late(0.5, 0, READY).get(0))
                .startsWith("3.0 % of the windows left more than 10 ms late")
                .contains("80.0 ms");
        assertThat(LoadGeneratorVerdict.reasons(delay(4), 0, 1234, 0.5, 0, READY).get(0))
                .isEqualTo("1,234 windows were not sent: their time was over by more than 5 s.");
    }

    @Test
    @DisplayName("says what it knows of the cause")
    void causes() {
        assertThat(late(0.5, 0, new ProducerFacts(1500, 0)))
                .anyMatch(reason -> reason.contains("buffer was full for 1,500 ms"));
        assertThat(late(0.5, 0, new ProducerFacts(0, 300)))
                .anyMatch(
                        reason -> reason.contains("waited in the Kafka producer for up to 300 ms"));
        assertThat(late(0.5, 120, READY))
                .anyMatch(
                        reason ->
                                reason.contains(
                                        "Garbage collection stopped this process for up to 120 ms"));
        assertThat(late(0.95, 0, READY))
                .anyMatch(reason -> reason.contains("used 95 % of the machine's processors"));
        assertThat(late(0.2, 0, READY))
                .anyMatch(reason -> reason.contains("something else on this machine"));
    }
}
