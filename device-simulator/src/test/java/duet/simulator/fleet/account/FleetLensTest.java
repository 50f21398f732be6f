package duet.simulator.fleet.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.device.Device;
import duet.device.DeviceModel;
import duet.schemas.bundle.ItemIds;
import duet.schemas.bundle.ItemNames;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.WeightDelta;
import duet.simulator.fleet.FleetPart;
import duet.simulator.fleet.TinyModel;
import duet.simulator.fleet.account.DeviceLens.RankedItem;
import duet.simulator.fleet.account.DeviceLens.ShownItem;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.ReplayDevice;
import duet.simulator.workload.ReplayWorkload;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.WindowOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A look at a device")
class FleetLensTest {
    private static final long NOW = 1_700_000_000_000_000L;

    @TempDir private Path directory;

    private DeviceModel model;
    private FleetDevices devices;
    private FleetLens lens;
    private List<ScheduledWindow> windowsOfA;

    @BeforeEach
    void fleet() {
        model = TinyModel.load(directory);
        ReplayWorkload workload =
                new ReplayWorkload(
                        List.of(device("a-1", 10), device("b-1", 10), device("c-2", 10)),
                        new WindowOptions(5, 1, 0, 1, 0),
                        0.5,
                        Arrivals.constant(1000),
                        1);
        windowsOfA = new ArrayList<>();
        workload.windows()
                .forEachRemaining(
                        window -> {
                            if (window.device() == 0) {
                                windowsOfA.add(window);
                            }
                        });
        devices = new FleetDevices(model, workload, FleetPart.WHOLE, null, new VersionAccounts());
        devices.remember();
        lens = new FleetLens(devices);
    }

    private static ReplayDevice device(String id, int items) {
        return new ReplayDevice(
                id,
                LongStream.rangeClosed(1, items).toArray(),
                LongStream.rangeClosed(1, items).toArray(),
                30,
                new long[] {31, 32, 33, 34});
    }

    @Test
    @DisplayName("shows the newest window's items alone where devices are to keep no others")
    void forgetful() {
        DeviceSlot slot = new DeviceSlot(new Device("a-1", model, null), false);
        windowsOfA.forEach(slot::sends);
        assertThat(slot.recentItems()).isEqualTo(windowsOfA.get(windowsOfA.size() - 1).items());
    }

    private void sendsAll() {
        windowsOfA.forEach(devices.slot(0)::sends);
    }

    private void takes(long lastSequence) {
        DeviceSlot slot = devices.slot(0);
        slot.device.apply(TinyModel.delta(model, "a-1", lastSequence, 1, 0.3f, NOW));
        slot.took(300, NOW);
    }

    @Test
    @DisplayName("shows the newest items that it ranks with, and how far the delta is behind them")
    void windowAndDelta() {
        sendsAll();
        takes(6);
        DeviceLens seen = lens.lens("a-1", NOW + 2_500_000).orElseThrow();
        long last = windowsOfA.get(windowsOfA.size() - 1).lastSequence();
        assertThat(seen.window().lastSequence()).isEqualTo(last);
        assertThat(seen.window().history())
                .allMatch(item -> item.name().equals(Long.toString(item.item())));
        assertThat(seen.window().history().stream().map(ShownItem::item))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(last - 3, last + 1).boxed().toList());
        assertThat(seen.delta().ageInteractions()).isEqualTo(last - 6);
        assertThat(seen.delta().ageSeconds()).isEqualTo(2.5);
        assertThat(seen.delta().bytes()).isEqualTo(300);
        assertThat(seen.modelVersion()).isEqualTo(model.version());
    }

    @Test
    @DisplayName("shows the ten best before and with the delta, and where each comes from")
    void ranks() {
        sendsAll();
        takes(6);
        DeviceLens seen = lens.lens("a-1", NOW).orElseThrow();
        assertThat(seen.global()).hasSize(10);
        assertThat(seen.personalized()).hasSize(10).isNotEqualTo(seen.global());
        long[] history = seen.window().history().stream().mapToLong(ShownItem::item).toArray();
        assertThat(seen.personalized().stream().map(RankedItem::item))
                .containsExactlyElementsOf(
                        devices.slot(0).device.topK(history, 10).stream()
                                .map(item -> item.itemId())
                                .toList());
        for (RankedItem item : seen.personalized()) {
            seen.global().stream()
                    .filter(other -> other.item() == item.item())
                    .forEach(
                            other -> {
                                assertThat(item.otherRank()).isEqualTo(other.rank());
                                assertThat(other.otherRank()).isEqualTo(item.rank());
                            });
        }
    }

    @Test
    @DisplayName("calls items by the ids of the log, whatever these hold")
    void names() {
        List<String> ids = IntStream.rangeClosed(1, 40).mapToObj(i -> "<b>\u001bsku-" + i).toList();
        Vocabulary vocabulary =
                Vocabulary.of(
                        ids.stream().mapToLong(ItemIds::hash).toArray(),
                        ItemNames.of(ItemIds.HASH, ids));
        Device device =
                new Device(
                        "a-1",
                        DeviceModel.load(
                                TinyModel.write(directory.resolve("hashed"), 1, vocabulary)));
        DeviceLens seen =
                DeviceLens.of(
                        device,
                        new DeviceLens.Window(
                                0, 0, 0, 1, List.of(new ShownItem(ItemIds.hash(ids.get(6)), ""))),
                        null,
                        NOW);
        assertThat(seen.global())
                .hasSize(10)
                .allSatisfy(
                        item ->
                                assertThat(item.name().replace('?', '\u001b'))
                                        .isIn(ids)
                                        .isEqualTo(vocabulary.names().of(item.item())));
    }

    @Test
    @DisplayName("does not wake one that is idle, and knows those of the fleet alone")
    void idle() {
        DeviceLens seen = lens.lens("b-1", NOW).orElseThrow();
        assertThat(seen.window()).isNull();
        assertThat(seen.delta()).isNull();
        assertThat(seen.global()).isEmpty();
        assertThat(devices.slotIfAwake(1)).isNull();
        assertThat(lens.lens("d-1", NOW)).isEmpty();
    }

    @Test
    @DisplayName("has no personalized ranking before the first delta")
    void noDelta() {
        sendsAll();
        DeviceLens seen = lens.lens("a-1", NOW).orElseThrow();
        assertThat(seen.delta()).isNull();
        assertThat(seen.global()).hasSize(10).allMatch(item -> item.otherRank() == 0);
        assertThat(seen.personalized()).isEmpty();
    }

    @Test
    @DisplayName(
            "finds devices by a part of their id, those with a delta first, no more than asked")
    void finds() {
        sendsAll();
        assertThat(lens.find("-1", 9))
                .containsExactly(new DeviceEntry("a-1", false), new DeviceEntry("b-1", false));
        takes(6);
        assertThat(lens.find("", 2))
                .containsExactly(new DeviceEntry("a-1", true), new DeviceEntry("b-1", false));
        assertThat(lens.find("nobody", 9)).isEmpty();
    }

    @Nested
    @DisplayName("drift")
    class OfDrift {
        private final DriftProbe probe = new DriftProbe();

        private WeightDelta delta(String device, long last, float step) {
            return TinyModel.delta(model, device, last, 1, step, NOW);
        }

        @Test
        @DisplayName("is how much a delta differs from the previous one, as a share of that")
        void relative() {
            assertThat(probe.taken(delta("a", 1, 0.2f))).isEmpty();
            assertThat(probe.taken(delta("a", 2, 0.3f)).getAsDouble()).isCloseTo(0.5, within(1e-6));
            assertThat(probe.taken(delta("a", 3, 0.3f)).getAsDouble()).isZero();
            assertThat(probe.taken(delta("b", 3, 0.3f))).isEmpty();
        }

        @Test
        @DisplayName(
                "is not told of a previous one that is zero, nor of the same interactions again")
        void undefined() {
            assertThat(probe.taken(delta("a", 1, 0))).isEmpty();
            assertThat(probe.taken(delta("a", 2, 1))).isEmpty();
            assertThat(probe.taken(delta("a", 2, 2))).isEmpty();
            assertThat(probe.taken(delta("a", 3, 3)).getAsDouble()).isCloseTo(0.5, within(1e-6));
        }

        @Test
        @DisplayName("is watched on some devices only")
        void bounded() {
            for (int i = 0; i < 100; i++) {
                probe.taken(delta("d" + i, 1, 1));
            }
            assertThat(probe.taken(delta("d0", 2, 2))).isPresent();
            assertThat(probe.taken(delta("d99", 2, 2))).isEmpty();
        }
    }
}
