package duet.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class DriftingConditionsPropertyTest {

    @Property(tries = 200)
    void driftFromStepToStepIsBounded(@ForAll long seed, @ForAll @IntRange(max = 10_000) int step) {
        DriftingConditions drifting = DriftingConditions.draw(new SplittableRandom(seed));
        assertThat(drifting.degrees(step)).isBetween(0.0, 360.0);
        double turned = Math.abs(drifting.degrees(step + 1) - drifting.degrees(step));
        assertThat(Math.min(turned, 360 - turned)).isLessThanOrEqualTo(DriftingConditions.MAX_TURN);
        Conditions now = drifting.at(step);
        Conditions next = drifting.at(step + 1);
        for (int c = 0; c < Rgb.CHANNELS; c++) {
            assertThat(next.foreground().channel(c))
                    .isCloseTo(now.foreground().channel(c), within(DriftingConditions.MAX_FADE));
            assertThat(next.background().channel(c))
                    .isCloseTo(now.background().channel(c), within(DriftingConditions.MAX_FADE));
            assertThat(now.foreground().channel(c)).isBetween(0.0, 1.0);
            assertThat(now.background().channel(c))
                    .isBetween(0.0, 1.0)
                    .isLessThan(now.foreground().channel(c));
        }
    }

    @Property(tries = 200)
    void lightLiesBetweenBackgroundAndForeground(
            @ForAll long seed, @ForAll @DoubleRange(max = 1) double coverage) {
        Conditions conditions = DriftingConditions.draw(new SplittableRandom(seed)).at(0);
        for (int c = 0; c < Rgb.CHANNELS; c++) {
            assertThat((conditions.light(c, coverage) + 1) / 2)
                    .isBetween(
                            (float) conditions.background().channel(c) - 1e-6f,
                            (float) conditions.foreground().channel(c) + 1e-6f);
        }
    }
}
