package duet.cluster.chaos.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.WindowKey;
import duet.jobs.generation.WindowReader;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.ItemIds;
import duet.jobs.history.JumpLimit;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.serde.MalformedRecordException;
import duet.testkit.SyntheticModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.Deflater;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Hostile records")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileRecordsTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long LARGEST_JUMP = 1_000_000;
    private static final int RECORDS = 2_000;

    private ModelBundle bundle;

    @BeforeAll
    void write(@TempDir Path directory) {
        bundle = SyntheticModel.writeSmall(directory.resolve("bundle"), 1);
    }

    private List<HostileRecord> made(long seed) {
        HostileRecords records =
                new HostileRecords(
                        bundle,
                        new HostileRecords.Names("hostile-", i -> "honest-" + i, 10),
                        LARGEST_JUMP,
                        seed);
        List<HostileRecord> made = new ArrayList<>();
        while (made.size() < RECORDS) {
            made.addAll(records.next(NOW));
        }
        return made;
    }

    /** Does with windows what the job does; what it takes it remembers. */
    private final class Job {
        private final WindowReader reader = new WindowReader(WindowKey.DEVICE_ID);
        private final JumpLimit jumps = new JumpLimit(LARGEST_JUMP);
        private final Map<String, DeviceHistory> histories = new HashMap<>();

        boolean takes(HostileRecord record) {
            DeviceWindow window;
            try {
                window = reader.read(record.value(), 0, 0, 0, record.key());
            } catch (MalformedRecordException e) {
                return false;
            }
            if (!window.modelVersion().equals(bundle.modelVersion())
                    || !(window.contents() instanceof ItemIds items)) {
                return false;
            }
            DeviceHistory held = histories.getOrDefault(window.deviceId(), DeviceHistory.empty());
            if (!jumps.takes(held, window.firstSequence())) {
                return false;
            }
            histories.put(
                    window.deviceId(), held.merge(window.firstSequence(), items, 10).history());
            return Arrays.stream(items.ids()).anyMatch(id -> bundle.vocabulary().indexOf(id) > 0);
        }
    }

    @Test
    @DisplayName("are refused, or taken, by what the job reads with as their kinds say")
    void fates() {
        Job job = new Job();
        for (HostileRecord record : made(7)) {
            boolean taken = job.takes(record);
            switch (record.kind().fate()) {
                case REFUSED -> assertThat(taken).as(record.kind().key()).isFalse();
                case ACCEPTED -> assertThat(taken).as(record.kind().key()).isTrue();
                case EITHER -> {}
            }
        }
        assertThat(job.histories.keySet()).allMatch(device -> device.startsWith("hostile-"));
    }

    @Test
    @DisplayName("are of every kind, and the same for the same seed")
    void seeded() {
        assertThat(made(7)).extracting(HostileRecord::kind).contains(HostileKind.values());
        assertThat(values(7)).isEqualTo(values(7)).isNotEqualTo(values(8));
    }

    private List<String> values(long seed) {
        return made(seed).stream()
                .map(record -> record.kind() + Arrays.toString(shortened(record)))
                .toList();
    }

    private static byte[] shortened(HostileRecord record) {
        return record.value() == null
                ? null
                : Arrays.copyOf(record.value(), Math.min(record.value().length, 1000));
    }

    @Test
    @DisplayName("never lie under the key of an honest device, and each device is made up anew")
    void keys() {
        Set<String> madeUp = new HashSet<>();
        for (HostileRecord record : made(7)) {
            if (record.key() != null) {
                assertThat(new String(record.key(), StandardCharsets.UTF_8)).startsWith("hostile-");
            }
            if (record.kind() == HostileKind.MADE_UP_DEVICE) {
                assertThat(madeUp.add(record.device())).as(record.device()).isTrue();
            }
        }
    }

    @Test
    @DisplayName("of a million items get by the limit of the brokers, 1 MiB, once compressed")
    void million() {
        HostileRecord record =
                made(7).stream()
                        .filter(made -> made.kind() == HostileKind.MILLION_ITEMS)
                        .findFirst()
                        .orElseThrow();
        assertThat(record.value()).hasSizeGreaterThan(3 * HostileRecords.MILLION);
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(record.value());
            deflater.finish();
            assertThat(deflater.deflate(new byte[1 << 20])).isLessThan(1 << 19);
            assertThat(deflater.finished()).isTrue();
        } finally {
            deflater.end();
        }
    }
}
