package duet.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class WeightedChoiceTest {
    private static final int DRAWS = 40_000;

    @Provide
    Arbitrary<List<Double>> weights() {
        return Arbitraries.oneOf(
                        Arbitraries.just(0.0),
                        Arbitraries.doubles().between(0.001, 1).ofScale(3),
                        Arbitraries.doubles().between(1, 1000))
                .list()
                .ofMinSize(1)
                .ofMaxSize(30)
                .filter(weights -> weights.stream().anyMatch(w -> w > 0));
    }

    @Property(tries = 100)
    void outcomesComeInProportionToTheirWeights(
            @ForAll("weights") List<Double> weights, @ForAll long seed) {
        double[] all = weights.stream().mapToDouble(Double::doubleValue).toArray();
        WeightedChoice choice = new WeightedChoice(all);
        SplittableRandom random = new SplittableRandom(seed);
        int[] counts = new int[all.length];
        for (int i = 0; i < DRAWS; i++) {
            counts[choice.draw(random)]++;
        }
        double sum = Arrays.stream(all).sum();
        for (int i = 0; i < all.length; i++) {
            double share = all[i] / sum;
            assertThat((double) counts[i]).isCloseTo(DRAWS * share, within(furthest(share)));
        }
    }

    /**
     * How far a count of {@link #DRAWS} strays from its mean in all but one of 10^12 trials, by
     * Bernstein's inequality: it holds for a share of a millionth too, which is not nearly normal.
     */
    private static double furthest(double share) {
        double exponent = Math.log(2e12);
        return exponent / 3
                + Math.sqrt(exponent * exponent / 9 + 2 * exponent * DRAWS * share * (1 - share));
    }
}
