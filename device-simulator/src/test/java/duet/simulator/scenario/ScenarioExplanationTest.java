package duet.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import duet.simulator.workload.ClosedLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioExplanationTest {
    private static Map<String, String> facts(ScenarioExplanation explanation) {
        return explanation.facts().stream()
                .collect(
                        Collectors.toMap(
                                ScenarioExplanation.Fact::about, ScenarioExplanation.Fact::text));
    }

    @ParameterizedTest
    @MethodSource("duet.simulator.scenario.ScenarioReaderTest#readyNames")
    @DisplayName("says something about everything, and shows the first windows")
    void complete(String name) {
        ScenarioExplanation explanation = ScenarioExplanation.of(Scenario.ready(name));
        assertThat(explanation.title()).startsWith(name + ": ");
        assertThat(explanation.facts()).allMatch(fact -> !fact.text().isBlank());
        assertThat(ScenarioExplanation.firstWindows(Scenario.ready(name)).rows()).hasSize(5);
        assertThat(explanation.stages().rows())
                .hasSize(Scenario.ready(name).load().stages().size() + 1)
                .allMatch(row -> row.size() == explanation.stages().header().size());
    }

    @Test
    @DisplayName("gives each stage with its rates and the windows to be expected")
    void stages() {
        assertThat(ScenarioExplanation.of(Scenario.ready("smoke")).stages().rows())
                .containsExactly(
                        List.of("ramp", "0s", "5s", "10 to 50", "150"),
                        List.of("hold", "5s", "20s", "50", "1,000"),
                        List.of("coolDown", "25s", "5s", "50 to 0", "125"),
                        List.of("all", "0s", "30s", "", "1,275"));
    }

    @Test
    @DisplayName("says in plain words what goes wrong")
    void chaos() {
        Map<String, String> facts = facts(ScenarioExplanation.of(Scenario.ready("chaos")));
        assertThat(facts)
                .containsEntry("Devices", "5,000, of which 2,000 ever send")
                .containsEntry(
                        "Misbehaviour",
                        "5 % of the windows are sent again; 1 % leave after a newer one; 1 % follow"
                                + " interactions that are never sent; 0.1 % are garbage; 1 % of the"
                                + " devices have a clock that is wrong by 5m")
                .containsEntry(
                        "Drift",
                        "50 % of the devices go over to another taste, from 30s on, within 40"
                                + " interactions each");
        assertThat(facts.get("Network"))
                .contains("up with a median of 30ms, a p99 of 300ms and 0.1 % lost")
                .contains("80 % of the devices are offline from 115s on for 10s");
        assertThat(facts.get("Activity")).contains("5 hot ones send 20 %");
    }

    @Test
    @DisplayName("of a closed loop says that latencies are those of one")
    void closed() {
        Scenario scenario =
                Scenario.plain(
                        "closed",
                        10,
                        ArrivalModel.closed(new ClosedLoop(5, Duration.ZERO)),
                        0,
                        Duration.ofSeconds(10),
                        1);
        assertThat(facts(ScenarioExplanation.of(scenario)).get("Arrivals"))
                .isEqualTo(
                        "closed loop: at most 5 windows are unanswered, the next leaves 0s after an"
                                + " answer; latencies are those of a closed loop");
    }
}
