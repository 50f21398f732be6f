package duet.device;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.Encoding;
import duet.schemas.record.WeightDelta;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jol.info.GraphLayout;

@DisplayName("In memory a device is")
class DeviceMemoryTest {
    /** Without weights: id, and what it points to. */
    private static final long BARE = 80;

    @TempDir Path directory;
    private RandomModel random;
    private DeviceModel model;
    private Device device;

    /** JOL is not given the offsets of a record's fields, it finds them out. */
    @BeforeAll
    static void recordsToo() {
        System.setProperty("jol.magicFieldOffset", "true");
    }

    @BeforeEach
    void load() {
        random = RandomModel.of(RandomModel.dimensions(5, 3, 32, 1, 1), 7);
        model = DeviceModel.load(random.write(directory.resolve("bundle")));
        device = new Device(RandomModel.DEVICE, model);
    }

    private long bytes() {
        return GraphLayout.parseInstance(device)
                .subtract(GraphLayout.parseInstance(model))
                .totalSize();
    }

    private static long encoded(WeightDelta delta) {
        return delta.getLayers().stream()
                .mapToLong(layer -> layer.getData().remaining() + layer.getScales().remaining())
                .sum();
    }

    @Test
    @DisplayName("next to nothing before its first delta")
    void untouched() {
        assertThat(bytes()).isLessThanOrEqualTo(BARE);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 0", "INT8, 0", "INT4, 0", "FLOAT32, 4", "INT4, 4", "INT4, 1"})
    @DisplayName("as large as its delta as it travelled, and a little, however often it ranks")
    void encoded(Encoding encoding, int rank) {
        for (int sequence = 0; sequence < 3; sequence++) {
            WeightDelta delta = random.delta(model.version(), sequence, encoding, rank);
            assertThat(device.apply(delta)).isEqualTo(ApplyOutcome.APPLIED);
            device.topK(new long[] {13, 23}, 3);
            // What it holds together with, and the headers of two layers.
            assertThat(bytes()).isLessThanOrEqualTo(BARE + encoded(delta) + 144);
        }
    }

    @Test
    @DisplayName("next to nothing again after it went over to another model")
    void switched() {
        device.apply(random.delta(model.version(), 1, Encoding.FLOAT32, 0));
        RandomModel other = RandomModel.of(RandomModel.dimensions(5, 3, 32, 1, 1), 8);
        model = DeviceModel.load(other.write(directory.resolve("other")));
        assertThat(device.switchTo(model)).isTrue();
        assertThat(bytes()).isLessThanOrEqualTo(BARE + 80);
    }
}
