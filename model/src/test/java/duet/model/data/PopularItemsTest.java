package duet.model.data;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.bundle.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PopularItemsTest {
    /** Item n is touched n times, by users of five interactions that are all alike. */
    private static EvaluationSplit split(int items) {
        List<UserHistory> users = new ArrayList<>();
        for (int item = 1; item <= items; item++) {
            for (int i = 0; i < item; i++) {
                long[] same = {item, item, item, item, item};
                users.add(new UserHistory(item + "-" + i, same, new long[5]));
            }
        }
        return EvaluationSplit.last(TestLogs.of("log", users));
    }

    @Property(tries = 100)
    void areDistinctUntouchedAndPopular(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 12) int items,
            @ForAll @IntRange(min = 1, max = 20) int count,
            @ForAll @IntRange(min = 1, max = 12) int touchedFrom) {
        EvaluationSplit split = split(items);
        // Items beyond those of the log are known and were never touched.
        Vocabulary vocabulary = Vocabulary.of(LongStream.rangeClosed(1, 30).toArray());
        long[] touched = LongStream.rangeClosed(touchedFrom, 12).toArray();
        UserHistory user = new UserHistory("u", touched, new long[touched.length]);

        long[] drawn =
                new PopularItems(split, vocabulary).draw(user, count, new SplittableRandom(seed));

        assertThat(drawn)
                .doesNotHaveDuplicates()
                .hasSize(Math.min(count, Math.min(items, touchedFrom - 1)));
        for (long item : drawn) {
            assertThat(item).isBetween(1L, (long) Math.min(items, touchedFrom - 1));
        }
    }

    @Test
    void oftenTouchedItemsAreDrawnMoreOften() {
        PopularItems popular = new PopularItems(split(4), Vocabulary.of(new long[] {1, 2, 3, 4}));
        UserHistory nobody = new UserHistory("u", new long[0], new long[0]);
        SplittableRandom random = new SplittableRandom(1);
        int[] first = new int[5];

        for (int i = 0; i < 10_000; i++) {
            first[(int) popular.draw(nobody, 1, random)[0]]++;
        }

        for (int item = 1; item <= 4; item++) {
            assertThat(first[item] / 10_000.0).isBetween(item / 10.0 - 0.02, item / 10.0 + 0.02);
        }
    }
}
