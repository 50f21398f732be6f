package duet.model.training.image;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import duet.model.image.ImagePopulation;
import duet.model.image.PopulationSize;
import duet.model.image.glyph.GlyphPopulation;
import duet.model.training.Trainer;
import duet.schemas.bundle.Vocabulary;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a group of devices saw")
class ImageSamplesTest {
    private static final ImagePopulation POPULATION =
            GlyphPopulation.of(1, new PopulationSize(3, 1, 1, 5));

    @Test
    @DisplayName("is the same whether images are kept or made again")
    void kept() {
        ImageSamples kept = samples(Long.MAX_VALUE);
        ImageSamples made = samples(0);
        int[] some = {0, 7, 14, 7};
        assertThat(made.size()).isEqualTo(15);
        assertThat(made.classesOf(some)).containsExactly(kept.classesOf(some));
        try (NDManager manager = Trainer.engine().newBaseManager()) {
            assertThat(made.images(manager, some).toFloatArray())
                    .hasSize(4 * POPULATION.task().inputs())
                    .containsExactly(kept.images(manager, some).toFloatArray());
        }
    }

    @Test
    @DisplayName("is numbered device by device")
    void numbered() {
        ImageSamples samples = samples(0);
        assertThat(samples.before(7)).isEqualTo(2);
        assertThat(samples.later(7, 1)).isEqualTo(8);
        assertThat(samples.later(7, 50)).isEqualTo(9);
        long label = POPULATION.training().get(1).sample(2).label();
        assertThat(samples.classOf(7)).isEqualTo(vocabulary().indexOf(label));
    }

    private static ImageSamples samples(long keptBytes) {
        return new ImageSamples(
                POPULATION.training(), POPULATION.samples(), vocabulary(), keptBytes);
    }

    private static Vocabulary vocabulary() {
        return Vocabulary.of(POPULATION.task().classes());
    }
}
