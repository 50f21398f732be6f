package duet.jobs.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

/** What holds for both policies that have a budget, whatever the devices do. */
class BudgetPropertyTest {
    private static final int CANDIDATES = 3_000;

    private static List<GenerationPolicy> policies(double share, long minInterval, long seed) {
        return List.of(
                new BudgetPolicy(share, minInterval, seed),
                new RandomPolicy(share, minInterval, seed));
    }

    /** Quiet times, bursts of drift, coalesced windows and devices that are new. */
    private static List<Candidate> candidates(double firsts, SplittableRandom random) {
        List<Candidate> candidates = new ArrayList<>();
        double scale = 0.01;
        for (int i = 0; i < CANDIDATES; i++) {
            if (random.nextInt(200) == 0) {
                scale = Math.pow(10, -4 * random.nextDouble());
            }
            int windows = random.nextInt(5) == 0 ? 1 + random.nextInt(20) : 1;
            candidates.add(
                    random.nextDouble() < firsts
                            ? new Candidate(0.5, Long.MAX_VALUE, windows)
                            : new Candidate(
                                    scale * random.nextDouble(), random.nextInt(100), windows));
        }
        return candidates;
    }

    @Property(tries = 100)
    void whatIsChosenNeverExceedsTheShareOfTheWindowsSoFar(
            @ForAll @DoubleRange(min = 0.001, max = 1) @Scale(3) double share,
            @ForAll @DoubleRange(min = 0, max = 0.5) double firsts,
            @ForAll long seed) {
        for (GenerationPolicy policy : policies(share, 20, seed)) {
            long windows = 0;
            long sent = 0;
            for (Candidate candidate : candidates(firsts, new SplittableRandom(seed))) {
                windows += candidate.windows();
                boolean sends = policy.sends(candidate);
                sent += sends ? 1 : 0;
                if (sends) {
                    assertThat((double) sent).isLessThanOrEqualTo(share * windows + 1e-6);
                    assertThat(candidate.millisSinceSent()).isGreaterThanOrEqualTo(20);
                }
            }
        }
    }

    @Property(tries = 50)
    void afterAQuietTimeABurstIsBounded(
            @ForAll @DoubleRange(min = 0.01, max = 0.9) double share, @ForAll long seed) {
        for (GenerationPolicy policy : policies(share, 0, seed)) {
            for (int i = 0; i < 10_000; i++) {
                policy.sends(new Candidate(0, 0, 1));
            }
            int sent = 0;
            for (int i = 1; i <= 500; i++) {
                sent += policy.sends(new Candidate(1, 1, 1)) ? 1 : 0;
                assertThat((double) sent).isLessThanOrEqualTo(Budget.MOST_SAVED + share * i);
            }
        }
    }

    @Property(tries = 50)
    void whereAllDriftIsTheSameTheBudgetIsSpentEvenly(
            @ForAll @DoubleRange(min = 0.02, max = 0.95) double share,
            @ForAll @DoubleRange(min = 1e-6, max = 2) @Scale(6) double drift,
            @ForAll long seed) {
        for (GenerationPolicy policy : policies(share, 0, seed)) {
            int half = 10_000;
            int[] sent = new int[2];
            for (int i = 0; i < 2 * half; i++) {
                sent[i / half] += policy.sends(new Candidate(drift, 1, 1)) ? 1 : 0;
            }
            assertThat((double) sent[0])
                    .isBetween(share * half - Budget.MOST_SAVED, share * half + 1e-6);
            assertThat((double) sent[1])
                    .isBetween(share * half - Budget.MOST_SAVED, share * half + Budget.MOST_SAVED);
        }
    }

    @Property(tries = 30)
    void theSeedDecidesAlone(@ForAll long seed) {
        List<Candidate> candidates = candidates(0.1, new SplittableRandom(seed));
        List<GenerationPolicy> once = policies(0.3, 0, seed);
        List<GenerationPolicy> again = policies(0.3, 0, seed);
        for (int i = 0; i < once.size(); i++) {
            for (Candidate candidate : candidates) {
                assertThat(once.get(i).sends(candidate)).isEqualTo(again.get(i).sends(candidate));
            }
        }
    }
}
