package duet.cluster.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.cluster.chaos.hostile.HostileCount;
import duet.cluster.chaos.hostile.HostileKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The report of a chaos run")
class ChaosReportTest {
    private static final ChaosOptions OPTIONS =
            new ChaosOptions(
                    5,
                    7,
                    10,
                    5,
                    new ChaosOptions.Times(Duration.ofSeconds(8), Duration.ofSeconds(12)),
                    List.of(Fault.KILL_BROKER, Fault.HOT_DEVICE));

    private static RoundResult round(
            int number, Fault fault, double outage, double recovery, String problem, int windows) {
        return new RoundResult(
                new RoundResult.Disturbance(number, Instant.EPOCH, fault, "kafka-1"),
                new RoundResult.Verdict(problem == null, problem),
                new RoundResult.Outage(outage, recovery),
                new RoundResult.Deliveries(windows, windows, 0, 3, 1),
                new RoundResult.Comparison(10, 0.5),
                Map.of(HostileKind.CUT, new HostileCount(3, 3, 0, 0)),
                new RoundResult.Memory(60, 90, 800),
                20);
    }

    private static ChaosReport report() {
        return ChaosReport.of(
                OPTIONS,
                List.of(
                        round(1, Fault.KILL_BROKER, 2, 4, null, 100),
                        round(2, Fault.HOT_DEVICE, 0, 0, null, 100),
                        round(3, Fault.KILL_BROKER, 5, 9, "a device is wrong", 100),
                        round(4, Fault.KILL_BROKER, 3, 5, null, 100),
                        round(5, Fault.KILL_BROKER, 0, 0, "no fleet", 0)));
    }

    @Test
    @DisplayName("gives median and longest of each fault, of the rounds that came to an end")
    void figures() {
        assertThat(report().passed()).isEqualTo(3);
        assertThat(report().failed()).isEqualTo(2);
        assertThat(report().faults()).containsOnlyKeys("kill-broker", "hot-device");
        assertThat(report().faults().get("kill-broker"))
                .isEqualTo(
                        new ChaosReport.Recovery(
                                new ChaosReport.Recovery.Counted(4, 2, 3),
                                new ChaosReport.Recovery.Outages(3, 5),
                                new ChaosReport.Recovery.Recoveries(5, 9),
                                12,
                                4));
        assertThat(report().last().disturbance().round()).isEqualTo(5);
    }

    @Test
    @DisplayName("is none of recovery where no round came to an end")
    void nothingMeasured() {
        ChaosReport report =
                ChaosReport.of(OPTIONS, List.of(round(1, Fault.KILL_BROKER, 0, 0, "no fleet", 0)));
        assertThat(report.faults().get("kill-broker").counted().measured()).isZero();
        assertThat(report.faults().get("kill-broker").recovery().medianRecoverySeconds()).isZero();
        assertThat(report.failed()).isOne();
    }

    @Test
    @DisplayName("takes the place of the one before in its file")
    void written(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("chaos.json");
        ChaosReport.of(OPTIONS, report().rounds().subList(0, 1)).write(file);
        report().write(file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.path("rounds")).hasSize(5);
        assertThat(json.path("rounds").get(0).fieldNames())
                .toIterable()
                .containsExactly(
                        "round",
                        "startedAt",
                        "fault",
                        "target",
                        "passed",
                        "problem",
                        "outageSeconds",
                        "recoverySeconds",
                        "windows",
                        "deltas",
                        "deadLetters",
                        "answeredTwice",
                        "duplicates",
                        "devicesChecked",
                        "largestErrorShare",
                        "hostile",
                        "memory",
                        "seconds");
        assertThat(json.path("rounds").get(0).path("startedAt").asText())
                .isEqualTo("1970-01-01T00:00:00Z");
        assertThat(json.path("options").path("after").asText()).isEqualTo("PT12S");
        assertThat(json.path("rounds").get(0).path("hostile").path("cut").path("refused").asInt())
                .isEqualTo(3);
        assertThat(json.path("rounds").get(0).path("memory").path("heapBytes").asInt())
                .isEqualTo(60);
        assertThat(json.path("hostile").path("cut").path("sent").asInt()).isEqualTo(15);
        assertThat(json.path("failed").asInt()).isEqualTo(2);
        assertThat(json.path("faults").path("kill-broker").path("longestOutageSeconds").asDouble())
                .isEqualTo(5);
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    @DisplayName("writes how a fault was recovered from without its groups")
    void flat() {
        assertThat(
                        new ObjectMapper()
                                .<ObjectNode>valueToTree(report().faults().get("kill-broker"))
                                .fieldNames())
                .toIterable()
                .containsExactly(
                        "rounds",
                        "passed",
                        "measured",
                        "medianOutageSeconds",
                        "longestOutageSeconds",
                        "medianRecoverySeconds",
                        "slowestRecoverySeconds",
                        "answeredTwice",
                        "duplicates");
    }
}
