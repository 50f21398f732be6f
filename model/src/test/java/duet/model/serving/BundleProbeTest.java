package duet.model.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.model.bundle.ModelTensors;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleProbeTest {
    @TempDir Path directory;

    private Map<String, Double> check(Dimensions dimensions, ModelTensors tensors) {
        ModelBundle bundle = RandomModels.bundle(directory.resolve("bundle"), dimensions, tensors);
        try (ParameterGenerator generator = ParameterGenerator.load(bundle)) {
            return BundleProbe.check(bundle, generator);
        }
    }

    /** Decoders whose weights are far too large, but finite: a bundle may hold them. */
    private static ModelTensors enlarged(ModelTensors tensors) {
        Map<String, Tensor> larger = new LinkedHashMap<>();
        tensors.generator()
                .forEach(
                        (name, tensor) -> {
                            float[] values = tensor.values().clone();
                            if (name.contains(".decoder.")) {
                                for (int i = 0; i < values.length; i++) {
                                    values[i] *= 1e6f;
                                }
                            }
                            larger.put(name, new Tensor(tensor.shape(), values));
                        });
        return new ModelTensors(tensors.device(), larger);
    }

    @Test
    void takesAModelOfItemsAndSaysWhatItMeasured() {
        Dimensions dimensions = RandomModels.dimensions(3, 1, 1, 2);

        assertThat(check(dimensions, RandomModels.tensors(dimensions, 5)))
                .containsOnlyKeys(BundleProbe.MILLIS_PER_DEVICE, BundleProbe.LARGEST_NUMBER)
                .allSatisfy((name, value) -> assertThat(value).isPositive());
    }

    @Test
    void takesAModelWithALongMemory() {
        Dimensions dimensions = RandomModels.withMemory(0, 4);

        assertThat(check(dimensions, RandomModels.tensors(dimensions, 5))).isNotEmpty();
    }

    @Test
    void refusesNumbersThatDrownTheGlobalClassifier() {
        Dimensions dimensions = RandomModels.dimensions(2, 1, 1, 2);
        ModelTensors broken = enlarged(RandomModels.tensors(dimensions, 5));

        assertThatThrownBy(() -> check(dimensions, broken))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching(
                        "its probe failed: model \\S+ generates the number \\S+, the limit is 1000.0");
    }
}
