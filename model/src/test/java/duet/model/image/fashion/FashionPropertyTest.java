package duet.model.image.fashion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.model.image.Conditions;
import duet.model.image.Rgb;
import duet.model.image.fashion.Photographs.Photograph;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class FashionPropertyTest {
    private static final Rgb LIGHT = new Rgb(0.9, 0.8, 0.7);
    private static final Rgb DARK = new Rgb(0.1, 0.2, 0.3);

    /** A wedge: no turn brings it back upon itself. */
    private static final Photograph WEDGE =
            (row, column) -> row >= 6 && row < 22 && column >= 6 && column < row ? 0.8 : 0;

    @Property(tries = 50)
    void aQuarterTurnMovesEveryPixelAndChangesNone(
            @ForAll @DoubleRange(max = 360) double degrees,
            @ForAll @IntRange(min = 7, max = 28) int side) {
        float[] image = drawn(side, degrees);
        float[] turned = drawn(side, degrees + 90);
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                for (int c = 0; c < Rgb.CHANNELS; c++) {
                    // Counter-clockwise: the right edge becomes the top.
                    assertThat(turned[index(side, side - 1 - column, row, c)])
                            .isCloseTo(image[index(side, row, column, c)], within(1e-4f));
                }
            }
        }
    }

    @Property(tries = 50)
    void pixelsLieBetweenBackgroundAndForeground(
            @ForAll @DoubleRange(max = 360) double degrees,
            @ForAll @IntRange(min = 7, max = 28) int side) {
        float[] image = drawn(side, degrees);
        assertThat(image).hasSize(new FashionCanvas(side).inputs());
        for (int i = 0; i < image.length; i++) {
            int c = i % Rgb.CHANNELS;
            assertThat((image[i] + 1) / 2)
                    .isBetween((float) DARK.channel(c) - 1e-6f, (float) LIGHT.channel(c) + 1e-6f);
        }
    }

    @Property(tries = 50)
    void turningKeepsWhatIsShown(@ForAll @DoubleRange(max = 360) double degrees) {
        // All probes of all pixels together see about the same share of what is shown.
        assertThat(coverage(drawn(28, degrees))).isCloseTo(coverage(drawn(28, 0)), within(0.01));
    }

    @Property(tries = 200)
    void aMixIsADistributionThatDriftsSlowly(
            @ForAll long seed, @ForAll @IntRange(max = 10_000) int step) {
        ClassMix mix = ClassMix.draw(new SplittableRandom(seed), Photographs.CLASSES);
        double sum = 0;
        for (int c = 0; c < Photographs.CLASSES; c++) {
            double now = mix.probability(c, step);
            assertThat(now).isBetween(0.0, 1.0);
            assertThat(mix.probability(c, step + 1)).isCloseTo(now, within(ClassMix.MAX_CHANGE));
            sum += now;
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    @Property(tries = 20)
    void classesComeAsOftenAsTheMixSays(@ForAll long seed) {
        ClassMix mix = ClassMix.draw(new SplittableRandom(seed), Photographs.CLASSES);
        int draws = 1000;
        for (int c = 0; c < Photographs.CLASSES; c++) {
            int label = c;
            long drawn =
                    IntStream.range(0, draws)
                            .filter(i -> mix.at(5, (i + 0.5) / draws) == label)
                            .count();
            assertThat((double) drawn / draws).isCloseTo(mix.probability(c, 5), within(0.0021));
        }
    }

    private static double coverage(float[] image) {
        return IntStream.range(0, image.length / Rgb.CHANNELS)
                .mapToDouble(
                        i ->
                                ((image[i * Rgb.CHANNELS] + 1) / 2 - DARK.red())
                                        / (LIGHT.red() - DARK.red()))
                .average()
                .orElseThrow();
    }

    private static float[] drawn(int side, double degrees) {
        return new FashionCanvas(side).draw(WEDGE, new Conditions(degrees, LIGHT, DARK));
    }

    private static int index(int side, int row, int column, int channel) {
        return (row * side + column) * Rgb.CHANNELS + channel;
    }
}
