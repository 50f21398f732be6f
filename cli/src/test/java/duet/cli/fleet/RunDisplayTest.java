package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.fleet.run.FleetProgress;
import duet.simulator.fleet.run.FleetProgress.Phase;
import duet.simulator.summary.HeldOut;
import duet.simulator.summary.RunSummary;
import java.util.List;
import java.util.TreeMap;
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
    @DisplayName("says in the end how many users the quality is over, and among what they ranked")
    void heldOut() {
        RankingMetrics none = new RankingMetrics.Accumulator().result();
        HeldOut popular =
                new HeldOut(
                        "last",
                        "last",
                        List.of(),
                        new HeldOut.Users(0, 1_200),
                        new TreeMap<>(),
                        new HeldOut.Candidates(HeldOut.Kind.POPULAR, 100, 100, 100));
        assertThat(
                        RunDisplay.heldOut(
                                new RunSummary.Quality(
                                        RunSummary.HELD_OUT, none, none, null, popular)))
                .isEqualTo(
                        "Ranking of the held-out item (split last) on the devices of 0 of 1,200"
                                + " users, with the weights they received, each among 100 items,"
                                + " the others drawn by popularity from what the user never"
                                + " touched:");
        assertThat(
                        RunDisplay.heldOut(
                                new RunSummary.Quality(
                                        RunSummary.HELD_OUT, none, none, null, null)))
                .isEqualTo(
                        "Ranking of the held-out item on each of 0 devices, with the weights it"
                                + " received:");
    }

    @Test
    @DisplayName("counts one thing as one")
    void one() {
        assertThat(RunDisplay.message(progress(Phase.WAITING, 1, 1)))
                .startsWith("1 delta, ")
                .endsWith(", waiting for 1 answer");
    }
}
