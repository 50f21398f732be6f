package duet.model.image.fashion;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.image.ImageDevice;
import duet.model.image.ImagePopulation;
import duet.model.image.ImageSample;
import duet.model.image.PopulationSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A device that sees Fashion-MNIST")
class FashionDeviceTest {
    private static final PopulationSize SIZE = new PopulationSize(3, 2, 2, 40);

    @TempDir private Path directory;

    private FashionMnist data;

    @BeforeEach
    void write() throws IOException {
        IdxBytes.writeDataSet(directory, 12, 7);
        data = FashionMnist.read(directory);
    }

    @Test
    @DisplayName("sees the same at a step, whatever it was asked before, and else another image")
    void deterministic() {
        ImageDevice device = population(3).test().get(0);
        ImageDevice again = population(3).test().get(0);
        again.sample(6);
        ImageSample sample = device.sample(5);
        assertThat(again.sample(5).label()).isEqualTo(sample.label());
        assertThat(again.sample(5).image()).containsExactly(sample.image());
        assertThat(device.sample(6).image()).isNotEqualTo(sample.image());
        assertThat(population(4).test().get(0).sample(5).image()).isNotEqualTo(sample.image());
    }

    @Test
    @DisplayName("sees no photograph of a class twice before it has seen them all")
    void noRepeats() {
        for (long seed = 0; seed < 50; seed++) {
            FashionDevice device = new FashionDevice("d", seed, data.test(), new FashionCanvas(7));
            for (int label = 0; label < Photographs.CLASSES; label++) {
                int of = label;
                assertThat(IntStream.range(20, 27).map(step -> device.number(of, step)))
                        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
            }
        }
    }

    @Test
    @DisplayName("has images and labels as its task says, and an id that tells it from all others")
    void task() {
        ImagePopulation population = population(3);
        assertThat(population.task().inputs()).isEqualTo(10 * 10 * 3);
        assertThat(population.task().labels()).hasSize(10);
        ImageSample sample = population.training().get(1).sample(0);
        assertThat(sample.image()).hasSize(300);
        assertThat(population.task().labels()).contains(sample.label());
        assertThat(population.validation().get(1).id()).isEqualTo("fashion-validation-1");
    }

    private ImagePopulation population(long seed) {
        return FashionPopulation.of(seed, SIZE, data, 10);
    }
}
