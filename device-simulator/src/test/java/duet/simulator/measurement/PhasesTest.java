package duet.simulator.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Phases of a run")
class PhasesTest {
    private final Phases phases = new Phases();

    @Test
    @DisplayName("hold what was applied in each, from its begin to that of the next")
    void each() {
        phases.applied(9_000_000);
        phases.begin("before", 1_000_000);
        phases.applied(10_000);
        phases.applied(20_000);
        phases.begin("swap", 3_000_000);
        phases.applied(40_000);
        phases.begin("after", 3_500_000);
        List<PhaseSummary> summaries = phases.summaries(6_000_000);
        assertThat(summaries)
                .extracting(PhaseSummary::name)
                .containsExactly("before", "swap", "after");
        assertThat(summaries).extracting(PhaseSummary::fromSecond).containsExactly(1.0, 3.0, 3.5);
        assertThat(summaries).extracting(PhaseSummary::seconds).containsExactly(2.0, 0.5, 2.5);
        assertThat(summaries.get(0).latencyMs().count()).isEqualTo(2);
        assertThat(summaries.get(0).latencyMs().p99()).isCloseTo(20, within(0.1));
        assertThat(summaries.get(1).latencyMs().max()).isCloseTo(40, within(0.1));
        assertThat(summaries.get(2).latencyMs().count()).isZero();
    }

    @Test
    @DisplayName("are bounded in number")
    void bounded() {
        for (int i = 0; i < 100; i++) {
            phases.begin("p" + i, i);
        }
        assertThatThrownBy(() -> phases.begin("one more", 100))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one more");
    }
}
