package duet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceModelTest {
    @TempDir Path directory;

    private final RandomModel random = model("sasrec");

    private static RandomModel model(String backbone) {
        Dimensions sizes = RandomModel.dimensions(5, 3, 4, 2, 2);
        return RandomModel.of(
                backbone,
                backbone.equals("perceptron")
                        ? sizes.withFeatures(4, 6)
                        : sizes.withDeviceMemory(List.of(0.9)),
                7);
    }

    static Stream<Arguments> tensorNames() {
        return Stream.of("sasrec", "gru4rec", "din", "perceptron")
                .flatMap(
                        backbone ->
                                model(backbone).tensors().keySet().stream()
                                        .map(name -> arguments(backbone, name)));
    }

    private void assertRefused(RandomModel random, String message) {
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
        ModelBundle bundle =
                new RandomModel("ncf", random.dimensions(), random.vocabulary(), random.tensors())
                        .write(directory.resolve("bundle"));
        assertThatThrownBy(() -> DeviceModel.load(bundle))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        String.format(
                                Locale.ROOT,
                                "bundle %s has the backbone 'ncf', devices run sasrec, gru4rec, din"
                                        + " and perceptron",
                                directory.resolve("bundle")));
    }

    @ParameterizedTest
    @MethodSource("tensorNames")
    void refusesABundleWithoutATensor(String backbone, String name) {
        RandomModel random = model(backbone);
        random.tensors().remove(name);
        assertRefused(random, "the bundle has no tensor " + name);
    }

    @ParameterizedTest
    @MethodSource("tensorNames")
    void refusesATensorOfAnotherShape(String backbone, String name) {
        RandomModel random = model(backbone);
        Tensor tensor = random.tensors().get(name);
        int[] shape = tensor.shape().clone();
        shape[0]++;
        int size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        random.tensors().put(name, new Tensor(shape, new float[size]));
        assertRefused(
                random,
                String.format(
                        Locale.ROOT,
                        "the bundle's %s is %s, its dimensions need %s",
                        name,
                        random.tensors().get(name),
                        java.util.Arrays.toString(tensor.shape())));
    }

    @ParameterizedTest
    @MethodSource("tensorNames")
    void refusesATensorThatIsNotFinite(String backbone, String name) {
        RandomModel random = model(backbone);
        float[] values = random.tensors().get(name).values();
        values[values.length - 1] = Float.NaN;
        assertRefused(random, "the bundle's " + name + " holds the value NaN");
    }

    @Test
    void refusesATensorThatItsDimensionsDoNotNeed() {
        random.tensors().put("block.3.query.bias", Tensor.of(new float[4], 4));
        random.tensors().put("dynamic.3", Tensor.of(new float[20], 5, 4));
        assertRefused(
                random,
                "the bundle's device.safetensors holds block.3.query.bias, which its dimensions do"
                        + " not need");
    }

    @Test
    void saysHowManyBytesItsWeightsTake() {
        long bytes =
                random.tensors().values().stream().mapToLong(t -> 4L * t.values().length).sum();
        assertThat(DeviceModel.load(random.write(directory.resolve("bundle"))).weightBytes())
                .isEqualTo(bytes);
    }

    @Test
    void refusesFeaturesOfAnotherWidthThanItsOwn() {
        Dimensions dimensions = RandomModel.dimensions(5, 3, 4, 2, 2);
        assertRefused(
                RandomModel.of("perceptron", dimensions.withFeatures(3, 6), 7),
                "the backbone perceptron needs features as wide as the model, 4, and no long memory"
                        + " on the device; features are 3");
        assertRefused(
                RandomModel.of(
                        "perceptron",
                        dimensions.withFeatures(4, 6).withDeviceMemory(List.of(0.9)),
                        7),
                "the backbone perceptron needs features as wide as the model, 4, and no long memory"
                        + " on the device; features are 4");
    }

    @Test
    void refusesFeaturesWhereItReadsHistories() {
        assertRefused(
                RandomModel.of("din", RandomModel.dimensions(5, 3, 4, 1, 1).withFeatures(4, 6), 7),
                "the backbone din reads histories of items, the bundle's dimensions have 4"
                        + " features");
    }
}
