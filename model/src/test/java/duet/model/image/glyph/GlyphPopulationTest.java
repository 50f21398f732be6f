package duet.model.image.glyph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.model.image.ImageDevice;
import duet.model.image.ImagePopulation;
import duet.model.image.PopulationSize;
import duet.schemas.InvalidInputException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GlyphPopulationTest {

    @Test
    void groupsHaveNoDeviceInCommon() {
        ImagePopulation population = GlyphPopulation.of(3, new PopulationSize(5, 4, 6, 10));
        Stream<ImageDevice> all =
                Stream.of(population.training(), population.validation(), population.test())
                        .flatMap(List::stream);
        assertThat(all.map(device -> device.id() + device.sample(0).image()[0]).distinct())
                .hasSize(15);
        assertThat(population.training()).hasSize(5);
        assertThat(population.validation()).hasSize(4);
        assertThat(population.test()).hasSize(6);
    }

    @Test
    void theSameSeedGivesTheSameDevicesAndAnotherOneOthers() {
        assertThat(firstImage(3)).containsExactly(firstImage(3)).isNotEqualTo(firstImage(4));
    }

    @Test
    void everyGlyphIsSeenAboutAsOften() {
        ImageDevice device = GlyphPopulation.of(1, new PopulationSize(1, 1, 1, 1)).test().get(0);
        int[] seen = new int[Glyph.values().length];
        IntStream.range(0, 2100)
                .forEach(step -> seen[Glyph.of(device.sample(step).label()).ordinal()]++);
        assertThat(seen).hasSize(21);
        for (int count : seen) {
            assertThat(count).isBetween(60, 145); // 100 each, 4 standard deviations around it
        }
    }

    @Test
    void refusesGroupsWithoutDevicesNamingThem() {
        assertThatThrownBy(() -> GlyphPopulation.of(1, new PopulationSize(1, 0, 1, 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("0 validation devices, at least 1 is needed");
        assertThatThrownBy(() -> GlyphPopulation.of(1, new PopulationSize(1, 1, 1, -2)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("-2 samples, at least 1 is needed");
    }

    private static float[] firstImage(long seed) {
        return GlyphPopulation.of(seed, new PopulationSize(1, 1, 1, 1))
                .training()
                .get(0)
                .sample(0)
                .image();
    }
}
