package duet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.PackedTensor;
import duet.schemas.bundle.StoredTensor;
import duet.schemas.bundle.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device whose item table is stored as int8. */
class ItemTableTest {
    private static final Dimensions DIMENSIONS = RandomModel.dimensions(300, 6, 10, 1, 1);

    @TempDir Path directory;

    private static DeviceModel load(RandomModel random, Path directory, boolean quantized) {
        return DeviceModel.load(
                random.write(directory, quantized ? random.stored() : random.tensors()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sasrec", "gru4rec", "din"})
    void ranksAsTheSameNumbersInFloat32(String backbone) {
        RandomModel random = RandomModel.of(backbone, DIMENSIONS, 3).quantized();
        Device device = new Device("d", load(random, directory.resolve("int8"), true));
        Device wide = new Device("d", load(random, directory.resolve("float32"), false));
        for (int length = 0; length < 10; length++) {
            long[] history = random.history(new Random(length), length);
            float[] scores = device.score(history, random.allItems());
            assertThat(scores)
                    .containsExactly(wide.score(history, random.allItems()), within(1e-5f));
            assertThat(device.topK(history, 300, random.allItems()))
                    .allSatisfy(
                            item ->
                                    assertThat(item.score())
                                            .isEqualTo(
                                                    scores[
                                                            random.vocabulary()
                                                                            .indexOf(item.itemId())
                                                                    - 1]));
        }
    }

    /** In a file and on the heap: steps, scales, biases and all the rest of a model of width 32. */
    @ParameterizedTest
    @ValueSource(strings = {"sasrec", "gru4rec", "din"})
    void takesFourMegabytesForAHundredThousandItems(String backbone) throws IOException {
        Dimensions dimensions = RandomModel.dimensions(100_000, 30, 32, 1, 1);
        RandomModel random = RandomModel.of(backbone, dimensions, 3);
        ModelBundle bundle = random.write(directory, random.stored());
        assertThat(Files.size(bundle.file(ModelBundle.DEVICE_WEIGHTS))).isLessThan(4_000_000);
        long table = 100_001 * (32 * Byte.BYTES + Short.BYTES + Float.BYTES);
        assertThat(DeviceModel.load(bundle).weightBytes())
                .isGreaterThan(table)
                .isLessThan(4_000_000);
    }

    @Test
    void ofBrokenScalesIsRefused() {
        RandomModel random = RandomModel.small();
        Map<String, StoredTensor> stored = random.stored();
        byte[] scales = ((PackedTensor) stored.get("item.embedding.scales")).bytes();
        scales[2 * 7 + 1] = 0x7e;
        assertRefused(
                random,
                stored,
                "the bundle's item.embedding.scales holds NaN for row 7, a scale is 0 or from"
                        + " 6.1035156E-5 to 65504.0");
    }

    @Test
    void withoutScalesIsRefused() {
        RandomModel random = RandomModel.small();
        Map<String, StoredTensor> stored = random.stored();
        stored.remove("item.embedding.scales");
        assertRefused(random, stored, "the bundle has no tensor item.embedding.scales");
    }

    @Test
    void scalesBesideFloat32AreRefused() {
        RandomModel random = RandomModel.small();
        Map<String, StoredTensor> stored = random.stored();
        stored.putAll(random.tensors());
        assertRefused(
                random,
                stored,
                "the bundle's device.safetensors holds item.embedding.scales, which its dimensions"
                        + " do not need");
    }

    @Test
    void noOtherTensorMayBeInt8() {
        RandomModel random = RandomModel.small();
        Map<String, StoredTensor> stored = random.stored();
        stored.put("item.bias", new PackedTensor(TensorType.I8, new int[] {41}, new byte[41]));
        assertRefused(random, stored, "the bundle's item.bias is I8[41], its dimensions need [41]");
    }

    private void assertRefused(
            RandomModel random, Map<String, StoredTensor> stored, String message) {
        ModelBundle bundle = random.write(directory, stored);
        assertThatThrownBy(() -> DeviceModel.load(bundle))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }
}
