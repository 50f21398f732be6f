package duet.model.image.glyph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.model.image.Conditions;
import duet.model.image.ImageSample;
import duet.model.image.Rgb;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class GlyphPropertyTest {
    private static final Rgb LIGHT = new Rgb(0.9, 0.8, 0.7);
    private static final Rgb DARK = new Rgb(0.1, 0.2, 0.3);

    @Property(tries = 200)
    void aFullTurnChangesNothing(
            @ForAll Glyph glyph, @ForAll @DoubleRange(max = 360) double degrees) {
        assertThat(drawn(glyph, degrees + 360))
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(drawn(glyph, degrees));
    }

    @Property(tries = 100)
    void aQuarterTurnMovesEveryPixelAndChangesNone(
            @ForAll Glyph glyph, @ForAll @DoubleRange(max = 360) double degrees) {
        float[] image = drawn(glyph, degrees);
        float[] turned = drawn(glyph, degrees + 90);
        int side = GlyphCanvas.SIDE;
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                for (int c = 0; c < GlyphCanvas.CHANNELS; c++) {
                    // Counter-clockwise: the right edge becomes the top.
                    assertThat(turned[index(side - 1 - column, row, c)])
                            .isCloseTo(image[index(row, column, c)], within(1e-5f));
                }
            }
        }
    }

    @Property(tries = 200)
    void pixelsLieBetweenBackgroundAndForeground(
            @ForAll Glyph glyph, @ForAll @DoubleRange(max = 360) double degrees) {
        float[] image = drawn(glyph, degrees);
        for (int i = 0; i < image.length; i++) {
            int c = i % GlyphCanvas.CHANNELS;
            assertThat((image[i] + 1) / 2)
                    .isBetween((float) DARK.channel(c) - 1e-6f, (float) LIGHT.channel(c) + 1e-6f);
        }
    }

    @Property(tries = 50)
    void whatADeviceSeesDependsOnSeedAndStepAlone(
            @ForAll long seed, @ForAll @IntRange(max = 500) int step) {
        ImageSample once = new GlyphDevice("a", seed).sample(step);
        GlyphDevice device = new GlyphDevice("b", seed);
        device.sample(step + 1);
        ImageSample again = device.sample(step);
        assertThat(again.label()).isEqualTo(once.label());
        assertThat(again.image()).containsExactly(once.image());
        assertThat(device.sample(step + 1).image()).isNotEqualTo(once.image());
    }

    @Property
    void oneOfAPairIsTheOtherTurned(@ForAll("pairs") Pair pair) {
        assertThat(drawn(pair.turned, 0))
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(drawn(pair.glyph, pair.degrees));
        assertThat(drawn(pair.turned, 0)).isNotEqualTo(drawn(pair.glyph, 0));
    }

    private record Pair(Glyph glyph, Glyph turned, int degrees) {}

    @Provide
    Arbitrary<Pair> pairs() {
        return Arbitraries.of(
                new Pair(Glyph.M, Glyph.W, 180),
                new Pair(Glyph.N, Glyph.Z, 90),
                new Pair(Glyph.SIX, Glyph.NINE, 180),
                new Pair(Glyph.LOWER_N, Glyph.LOWER_U, 180),
                new Pair(Glyph.LOWER_B, Glyph.LOWER_Q, 180),
                new Pair(Glyph.LOWER_D, Glyph.LOWER_P, 180));
    }

    @Property
    void labelsTellGlyphsApart(@ForAll Glyph glyph) {
        assertThat(Glyph.of(glyph.label())).isEqualTo(glyph);
        assertThat(Arrays.stream(Glyph.labels()).distinct().count())
                .isEqualTo(Glyph.values().length);
        assertThat(Glyph.labels()).isSorted().contains(glyph.label());
    }

    private static float[] drawn(Glyph glyph, double degrees) {
        return GlyphCanvas.draw(glyph, Pose.UPRIGHT, new Conditions(degrees, LIGHT, DARK));
    }

    private static int index(int row, int column, int channel) {
        return (row * GlyphCanvas.SIDE + column) * GlyphCanvas.CHANNELS + channel;
    }
}
