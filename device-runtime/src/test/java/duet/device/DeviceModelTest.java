package duet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceModelTest {
    @TempDir Path directory;

    private final RandomModel random = RandomModel.of(RandomModel.dimensions(5, 3, 4, 2, 2), 7);

    static List<String> tensorNames() {
        return List.copyOf(
                RandomModel.of(RandomModel.dimensions(5, 3, 4, 2, 2), 7).tensors().keySet());
    }

    private void assertRefused(String message) {
        ModelBundle bundle = random.write(directory.resolve("bundle"));
        assertThatThrownBy(() -> DeviceModel.load(bundle))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    @Test
    void hasTheBundlesIdentity() {
        ModelBundle bundle = random.write(directory.resolve("bundle"));
        DeviceModel model = DeviceModel.load(bundle);
        assertThat(model.version()).isEqualTo(bundle.modelVersion());
        assertThat(model.dimensions()).isEqualTo(random.dimensions());
        assertThat(model.vocabulary().ids()).containsExactly(13, 23, 33, 43, 53);
    }

    @Test
    void needsNoOtherFileThanTheDeviceWeights() throws IOException {
        ModelBundle bundle = random.write(directory.resolve("bundle"));
        for (String file :
                List.of(
                        ModelBundle.GENERATOR_WEIGHTS,
                        ModelBundle.GENERATOR_ONNX,
                        ModelBundle.DEVICE_ONNX)) {
            Files.delete(bundle.file(file));
        }
        assertThat(DeviceModel.load(bundle).version()).isEqualTo(bundle.modelVersion());
    }

    @Test
    void refusesABackboneItDoesNotCompute() {
        ModelBundle bundle = random.write(directory.resolve("bundle"), "din");
        assertThatThrownBy(() -> DeviceModel.load(bundle))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "bundle %s has the backbone 'din', devices run sasrec",
                        directory.resolve("bundle"));
    }

    @ParameterizedTest
    @MethodSource("tensorNames")
    void refusesABundleWithoutATensor(String name) {
        random.tensors().remove(name);
        assertRefused("the bundle has no tensor " + name);
    }

    @ParameterizedTest
    @MethodSource("tensorNames")
    void refusesATensorOfAnotherShape(String name) {
        Tensor tensor = random.tensors().get(name);
        int[] shape = tensor.shape().clone();
        shape[0]++;
        int size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        random.tensors().put(name, new Tensor(shape, new float[size]));
        assertRefused(
                "the bundle's %s is %s, its dimensions need %s"
                        .formatted(
                                name,
                                random.tensors().get(name),
                                java.util.Arrays.toString(tensor.shape())));
    }

    @ParameterizedTest
    @MethodSource("tensorNames")
    void refusesATensorThatIsNotFinite(String name) {
        float[] values = random.tensors().get(name).values();
        values[values.length - 1] = Float.NaN;
        assertRefused("the bundle's %s holds the value NaN".formatted(name));
    }

    @Test
    void refusesATensorThatItsDimensionsDoNotNeed() {
        random.tensors().put("block.3.query.bias", Tensor.of(new float[4], 4));
        random.tensors().put("dynamic.3", Tensor.of(new float[20], 5, 4));
        assertRefused(
                "the bundle's device.safetensors holds block.3.query.bias, which its dimensions do not need");
    }
}
