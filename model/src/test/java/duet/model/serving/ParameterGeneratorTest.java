package duet.model.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.ModelTensors;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterGeneratorTest {
    private static final float TOLERANCE = 1e-5f;

    @TempDir Path directory;

    @ParameterizedTest(name = "{0} decoders, {1} layers, batch {2}")
    @CsvSource({"1,2,1", "2,2,1", "3,2,1", "1,1,16", "2,1,16", "3,2,16", "2,3,64", "3,2,64"})
    void generatesWhatTheEquationsSay(int decoders, int layers, int batch) {
        Dimensions dimensions = RandomModels.dimensions(decoders, 1, 1, layers);
        ModelTensors tensors = RandomModels.tensors(dimensions, decoders * 100L + layers);
        ModelBundle bundle = RandomModels.bundle(directory.resolve("b"), dimensions, tensors);
        PlainGenerator plain = new PlainGenerator(tensors.generator(), dimensions);
        Random random = new Random(batch);
        try (ParameterGenerator generator = ParameterGenerator.load(bundle)) {
            for (int round = 0; round <= dimensions.window() + 2; round += Math.min(batch, 7)) {
                List<long[]> histories = new ArrayList<>();
                for (int device = 0; device < batch; device++) {
                    int items = (round + device) % (dimensions.window() + 3);
                    histories.add(RandomModels.items(random, items, dimensions));
                }
                GeneratedDeltas deltas = generator.generate(histories);
                assertThat(deltas.size()).isEqualTo(batch);
                for (int device = 0; device < batch; device++) {
                    int[] window =
                            bundle.vocabulary().window(histories.get(device), dimensions.window());
                    double[] embedding = plain.embedding(window);
                    assertThat(deltas.embedding(device))
                            .containsExactly(Matrix.floats(embedding), within(TOLERANCE));
                    for (int n = 1; n <= layers; n++) {
                        assertThat(deltas.layer(device, n))
                                .containsExactly(
                                        Matrix.floats(plain.delta(embedding, n)),
                                        within(TOLERANCE));
                    }
                }
            }
        }
    }
}
