package duet.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What honest devices send is taken, whatever is lost of it and in whatever order it comes. */
class JumpLimitPropertyTest {
    private static final int CAPACITY = 20;
    private static final int LARGEST_WINDOW = 5;

    private static void assertAllTaken(JumpLimit limit, List<Long> firsts) {
        DeviceHistory history = DeviceHistory.empty();
        for (long first : firsts) {
            assertThat(limit.takes(history, first))
                    .as("window from %d after %s", first, history)
                    .isTrue();
            history = history.merge(first, new ItemIds(1, 2, 3, 4, 5), CAPACITY).history();
        }
    }

    @Property
    void windowsThatLieWithinOneJumpInAnyOrder(
            @ForAll @LongRange(min = 1, max = 1L << 40) long most,
            @ForAll @LongRange(min = 0, max = 1L << 52) long origin,
            @ForAll @IntRange(min = 1, max = 40) int count,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Long> firsts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            firsts.add(origin + random.nextLong(most + 1));
        }

        assertAllTaken(new JumpLimit(most), firsts);
    }

    @Property
    void windowsThatEachLeaveOutLessThanHalfAJumpSomeOvertakingTheOneBefore(
            @ForAll @LongRange(min = 20, max = 1L << 40) long most,
            @ForAll @LongRange(min = 0, max = 1L << 50) long origin,
            @ForAll @IntRange(min = 1, max = 200) int count,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Long> firsts = new ArrayList<>();
        long next = origin;
        for (int i = 0; i < count; i++) {
            next += random.nextInt(3) > 0 ? 0 : random.nextLong(most / 2 - LARGEST_WINDOW);
            firsts.add(next);
            next += LARGEST_WINDOW;
        }
        for (int i = 1; i < count; i += 2) {
            if (random.nextBoolean()) {
                Collections.swap(firsts, i - 1, i);
            }
        }

        assertAllTaken(new JumpLimit(most), firsts);
    }

    @Property
    void noWindowBringsAHistoryFurtherThanAJumpAtOnce(
            @ForAll @LongRange(min = 1, max = 1L << 53) long most, @ForAll long seed) {
        JumpLimit limit = new JumpLimit(most);
        Random random = new Random(seed);
        DeviceHistory history = DeviceHistory.empty().merge(0, new ItemIds(1), CAPACITY).history();
        for (int i = 0; i < 40; i++) {
            long first = random.nextLong() >>> (1 + random.nextInt(62));
            if (first > Long.MAX_VALUE - 1 || !limit.takes(history, first)) {
                continue;
            }
            DeviceHistory merged = history.merge(first, new ItemIds(1), CAPACITY).history();
            assertThat(merged.nextSequence())
                    .isLessThanOrEqualTo(JumpLimit.HIGHEST_SEQUENCE + 1)
                    .isLessThanOrEqualTo(history.nextSequence() + most + 1);
            history = merged;
        }
    }
}
