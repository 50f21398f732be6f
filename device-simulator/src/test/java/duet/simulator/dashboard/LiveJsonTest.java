package duet.simulator.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import duet.simulator.fleet.account.DeviceLens;
import duet.simulator.fleet.run.FleetProgress;
import duet.simulator.fleet.run.FleetProgress.Phase;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a page is told")
class LiveJsonTest {
    @Test
    @DisplayName("of how far a run is has no groups: the page's script reads it flat")
    void progress() {
        FleetProgress progress =
                new FleetProgress(
                        Phase.WAITING,
                        new FleetProgress.Time(1.5, 60),
                        new FleetProgress.Windows(1, 2, 3, 4, 5, 6),
                        new FleetProgress.Sending(7, 8),
                        new FleetProgress.Network(9, 10, 11),
                        new FleetProgress.Latency(12.5, 13),
                        14,
                        new FleetProgress.Quality(15, 0.5, Double.NaN));
        assertThat(LiveJson.of(progress))
                .isEqualTo(
                        "{\"phase\":\"WAITING\",\"seconds\":1.5,\"expectedSeconds\":60.0,\"windows\":1,"
                            + "\"expectedWindows\":2,\"deltas\":3,\"coalesced\":4,\"deadLetters\":5,"
                            + "\"unanswered\":6,\"sentBehind\":7,\"unsent\":8,\"heldOffline\":9,"
                            + "\"lostUp\":10,\"lostDown\":11,\"p50Millis\":12.5,\"p99Millis\":13.0,"
                            + "\"bytesPerDelta\":14.0,\"rankings\":15,\"globalUserAuc\":0.5,"
                            + "\"personalizedUserAuc\":\"NaN\"}");
    }

    @Test
    @DisplayName("of what a run is has none either")
    void header() {
        RunHeader header =
                new RunHeader(
                        new RunHeader.Fleet("synthetic", "m1", 1, 2),
                        new RunHeader.Load("poisson", 3, 4),
                        true,
                        false);
        assertThat(LiveJson.of(header))
                .isEqualTo(
                        "{\"workload\":\"synthetic\",\"modelVersion\":\"m1\",\"devices\":1,\"seed\":2,"
                            + "\"arrivals\":\"poisson\",\"perSecond\":3.0,\"expectedSeconds\":4.0,"
                            + "\"knowsGated\":true,\"ranks\":false}");
    }

    @Test
    @DisplayName("of items is their names: a page has no numbers of 63 bits")
    void items() {
        DeviceLens lens =
                new DeviceLens(
                        "d",
                        "m1",
                        new DeviceLens.Window(
                                1, 2, 0.5, 1, List.of(new DeviceLens.ShownItem(1L << 62, "007"))),
                        null,
                        List.of(new DeviceLens.RankedItem(Long.MAX_VALUE, "</script>\"", 1, 0)),
                        List.of());
        assertThat(LiveJson.of(lens))
                .isEqualTo(
                        "{\"id\":\"d\",\"modelVersion\":\"m1\",\"window\":{\"firstSequence\":1,"
                                + "\"lastSequence\":2,\"second\":0.5,\"size\":1,"
                                + "\"history\":[{\"name\":\"007\"}]},\"delta\":null,"
                                + "\"global\":[{\"name\":\"</script>\\\"\",\"rank\":1,"
                                + "\"otherRank\":0}],\"personalized\":[]}");
    }
}
