package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import duet.simulator.fleet.run.FleetProgress;
import duet.simulator.fleet.run.FleetProgress.Phase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The progress of a run")
class RunDisplayTest {

    private static FleetProgress progress(Phase phase, long deltas, long unanswered) {
        return new FleetProgress(
                phase,
                new FleetProgress.Time(1, 2),
                new FleetProgress.Windows(10, 20, deltas, 0, 0, unanswered),
                new FleetProgress.Sending(0, 0),
                new FleetProgress.Network(0, 0, 0),
                new FleetProgress.Latency(3, 4),
                0,
                new FleetProgress.Quality(5, 0.5, 0.625));
    }

    @Test
    @DisplayName("says that its userAuc is that of the stream, not the one of the final table")
    void streamQuality() {
        assertThat(RunDisplay.message(progress(Phase.SENDING, 2_000, 7)))
                .isEqualTo("2,000 deltas, p50 3.0 ms, p99 4.0 ms, stream userAuc 0.5000 -> 0.6250");
    }

    @Test
    @DisplayName("counts one thing as one")
    void one() {
        assertThat(RunDisplay.message(progress(Phase.WAITING, 1, 1)))
                .startsWith("1 delta, ")
                .endsWith(", waiting for 1 answer");
    }
}
