package duet.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.SyntheticCatalogue;
import java.time.Duration;
import java.util.Iterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

class ScenarioMemoryTest {
    private static final int ACTIVE = 500;

    @BeforeAll
    static void recordsToo() {
        // Unsafe gives no offsets of the fields of records; this reads them from the layout.
        System.setProperty("jol.magicFieldOffset", "true");
    }

    /** Bytes of a workload whose active devices have all sent. */
    private static long bytes(int count) {
        Scenario scenario =
                Scenario.plain(
                                "memory",
                                count,
                                ArrivalModel.CONSTANT,
                                1_000,
                                Duration.ofHours(1),
                                1)
                        .withDevices(new DevicePopulation(count, ACTIVE, 0, 0, 0));
        ScenarioWorkload workload =
                new ScenarioWorkload(scenario, SyntheticCatalogue.standard(), "device-", 30, 0);
        Iterator<ScheduledWindow> windows = workload.windows();
        for (int i = 0; i < 3 * ACTIVE; i++) {
            windows.next();
        }
        return GraphLayout.parseInstance(workload, windows).totalSize();
    }

    @Test
    @DisplayName(
            "an active device holds less than the explanation says, an idle one next to nothing")
    void perDevice() {
        long few = bytes(ACTIVE);
        long many = bytes(10 * ACTIVE);
        assertThat(few / ACTIVE).isBetween(500L, (long) ScenarioExplanation.ACTIVE_BYTES);
        assertThat((many - few) / (9.0 * ACTIVE)).isLessThan(ScenarioExplanation.IDLE_BYTES);
    }
}
