package duet.model.training.sample;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.TestLogs;
import duet.model.data.UserHistory;
import duet.model.training.options.GeneratorObjective;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Histories that deltas age after")
class AgedHistoriesTest {
    private static final int INTERACTIONS = 60;

    private static TrainingSet set(int users) {
        List<UserHistory> histories = new ArrayList<>();
        for (int u = 0; u < users; u++) {
            long[] items = LongStream.range(u, u + INTERACTIONS).toArray();
            histories.add(new UserHistory("u" + u, items, new long[INTERACTIONS]));
        }
        InteractionLog log = TestLogs.of("log", histories);
        return new TrainingSet(EvaluationSplit.last(log), log.vocabulary());
    }

    private static GeneratorObjective objective(int maxAge, int positions) {
        return new GeneratorObjective(maxAge, 0.2, positions, 0, 0, 0.5);
    }

    @Property(tries = 200)
    void endBeforeEachPositiveOfTheSameUserAndNoEarlierThanTheOldestAge(
            @ForAll @IntRange(min = 0, max = 80) int maxAge,
            @ForAll @IntRange(min = 1, max = 5) int positions,
            @ForAll long seed) {
        TrainingSet set = set(3);
        SplittableRandom random = new SplittableRandom(seed);
        int[] samples = ShuffledOrder.first(20, set.samples(), random);

        AgedHistories aged = AgedHistories.draw(set, samples, objective(maxAge, positions), random);

        assertThat(aged.ends()).hasSameSizeAs(samples);
        for (int i = 0; i < samples.length; i++) {
            assertThat(aged.scored()[i * positions]).isEqualTo(samples[i]);
            for (int k = 0; k < positions; k++) {
                int scored = aged.scored()[i * positions + k];
                assertThat(scored - aged.ends()[i]).isBetween(0, maxAge);
                assertThat(set.user(scored)).isEqualTo(set.user(aged.ends()[i]));
            }
        }
    }

    @Test
    @DisplayName("score no part of a user's history much more than another, and not its end")
    void evenly() {
        TrainingSet set = set(20);
        SplittableRandom random = new SplittableRandom(1);
        int perUser = set.samples() / 20;
        int[] counts = new int[perUser];
        int epochs = 200;
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] samples = ShuffledOrder.first(set.samples() / 4, set.samples(), random);
            for (int scored : AgedHistories.draw(set, samples, objective(50, 4), random).scored()) {
                counts[scored % perUser]++;
            }
        }

        // To go on from ends drawn evenly would score the last one more than 20 times as often.
        double mean = 20.0 * epochs;
        for (int position = 0; position < perUser; position++) {
            assertThat(counts[position] / mean).as("position %d", position).isBetween(0.5, 2.0);
        }
    }
}
