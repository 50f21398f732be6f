package duet.simulator.fleet.account;

import static org.assertj.core.api.Assertions.assertThat;

import duet.device.DeviceModel;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetPart;
import duet.simulator.fleet.TinyModel;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.summary.VersionFacts;
import duet.simulator.workload.Oddity;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jol.info.GraphLayout;

@DisplayName("The devices of a fleet")
class FleetDevicesTest {
    private static final int MANY = 200_000;
    private static final long[] ITEMS = {1, 2, 3, 4, 5};

    @TempDir Path directory;
    private DeviceModel model;
    private DeviceModel other;
    private final VersionAccounts versions = new VersionAccounts();
    private FleetDevices devices;

    /** JOL is not given the offsets of a record's fields, it finds them out. */
    @BeforeAll
    static void recordsToo() {
        System.setProperty("jol.magicFieldOffset", "true");
    }

    private static Workload workload(int devices) {
        return new ScenarioWorkload(
                Scenario.plain(
                        "synthetic", devices, ArrivalModel.POISSON, 500, Duration.ofSeconds(1), 1),
                SyntheticCatalogue.standard(),
                "d-",
                10,
                1_700_000_000_000L);
    }

    private FleetDevices fleet(int count, FleetPart part) {
        return new FleetDevices(model, workload(count), part, null, versions);
    }

    @BeforeEach
    void load() {
        model = TinyModel.load(directory);
        other = DeviceModel.load(TinyModel.write(directory.resolve("other"), 2));
        devices = fleet(MANY, FleetPart.WHOLE);
    }

    private List<DeviceSlot> awake() {
        List<DeviceSlot> awake = new ArrayList<>();
        devices.forEachAwake(awake::add);
        return awake;
    }

    @Test
    @DisplayName("cost 6 bytes each while they are idle, on another model too")
    void idle() {
        long few = GraphLayout.parseInstance(fleet(1, FleetPart.WHOLE)).totalSize();
        for (int device = 0; device < MANY; device++) {
            devices.switchIdle(device, other);
        }
        long bytes = GraphLayout.parseInstance(devices).totalSize() - few;
        assertThat(bytes).isLessThanOrEqualTo(6L * MANY + 4096);
        assertThat(awake()).isEmpty();
    }

    @Test
    @DisplayName("cost under a kilobyte beside their delta once they send and receive")
    void active() {
        int devices = 500;
        FleetState state =
                new FleetState(model, workload(devices), FleetPart.WHOLE, 0, 0, null, false);
        long idle = GraphLayout.parseInstance(state.devices()).totalSize();
        long encoded = 2L * TinyModel.DIMENSIONS.layerSize() * Float.BYTES;
        for (int device = 0; device < devices; device++) {
            for (int turn = 0; turn < SeenDeltas.REMEMBERED; turn++) {
                long at = 1_000L * turn;
                ScheduledWindow window =
                        new ScheduledWindow(
                                at, device, 5L * turn, ITEMS, ITEMS, 5, null, Oddity.NONE);
                state.send(window, at, at, (scheduled, record, fate) -> 100);
                state.arrived(
                        TinyModel.delta(model, "d-" + device, window.lastSequence(), 1, 0.1f, at),
                        300,
                        FleetClock.system());
            }
        }
        assertThat(state.outcomes().get("APPLIED"))
                .isEqualTo((long) devices * SeenDeltas.REMEMBERED);
        assertThat(state.unanswered(0)).isZero();
        long bytes = GraphLayout.parseInstance(state.devices()).totalSize() - idle;
        assertThat(bytes / devices).isLessThanOrEqualTo(1_024 + encoded);
    }

    @Test
    @DisplayName("wake one by one, with the model they were put on")
    void wake() {
        assertThat(devices.switchIdle(7, other)).isTrue();
        DeviceSlot slot = devices.slot(7);
        assertThat(slot.device.model()).isSameAs(other);
        assertThat(slot.device.id()).isEqualTo("d-7");
        assertThat(devices.slot(7)).isSameAs(slot);
        assertThat(devices.slot(8).device.model()).isSameAs(model);
        assertThat(awake()).containsExactly(slot, devices.slot(8));
        assertThat(devices.switchIdle(7, model)).isFalse();
        assertThat(devices.versionOf(7)).isEqualTo(other.version());
    }

    @Test
    @DisplayName("are counted by version, and a version that none runs is forgotten")
    void counted() {
        for (int device = 0; device < MANY; device++) {
            devices.switchIdle(device, device % 4 == 0 ? other : model);
        }
        assertThat(versions.facts())
                .containsEntry(model.version(), new VersionFacts(3 * MANY / 4, 0, 0, 0, 0))
                .containsEntry(other.version(), new VersionFacts(MANY / 4, 0, 0, 0, 0));
        for (int device = 0; device < MANY; device++) {
            devices.switchIdle(device, other);
        }
        assertThat(versions.facts().get(model.version()).devices()).isZero();
        assertThat(GraphLayout.parseInstance(devices).getClassCounts().count(DeviceModel.class))
                .isEqualTo(1);
        assertThat(devices.versionOf(5)).isEqualTo(other.version());
    }

    @Test
    @DisplayName("of another part are known, not counted")
    void parts() {
        FleetPart part = new FleetPart(1, 2);
        VersionAccounts accounts = new VersionAccounts();
        FleetDevices half = new FleetDevices(model, workload(1000), part, null, accounts);
        assertThat(half.count()).isEqualTo(1000);
        assertThat(half.held()).isEqualTo(part.of(1000)).isBetween(400, 600);
        assertThat(accounts.facts().get(model.version()).devices()).isEqualTo(half.held());
        assertThat(half.indexOf("d-999")).isEqualTo(999);
        assertThat(half.indexOf("d-1000")).isEqualTo(-1);
        assertThat(half.indexOf("e-1")).isEqualTo(-1);
    }
}
