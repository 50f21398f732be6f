package duet.model.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TimeOrderTest {

    /** Times that tie often, and times so far apart that they take every bit. */
    @Provide
    Arbitrary<long[]> times() {
        return Arbitraries.oneOf(Arbitraries.longs().between(-3, 3), Arbitraries.longs())
                .array(long[].class)
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    @Property(tries = 500)
    void sortsAsAStableSortOfObjectsDoes(@ForAll("times") long[] times) {
        Integer[] order = IntStream.range(0, times.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingLong(i -> times[i]));
        long[] places = LongStream.range(0, times.length).toArray();

        UserHistory sorted = TimeOrder.of(new UserHistory("u", places, times.clone()));

        assertThat(sorted.items())
                .containsExactly(Arrays.stream(order).mapToLong(i -> i).toArray());
        assertThat(sorted.timestamps())
                .containsExactly(Arrays.stream(order).mapToLong(i -> times[i]).toArray());
    }

    @Test
    void leavesAHistoryAsItIsThatIsInOrder() {
        UserHistory history = new UserHistory("u", new long[] {3, 1, 2}, new long[] {1, 1, 2});
        assertThat(TimeOrder.of(history)).isSameAs(history);
    }

    @Property(tries = 100)
    void findsTheDistinctItemsOfAllUsers(@ForAll("times") long[] first, @ForAll("times") long[] b) {
        List<UserHistory> users = new ArrayList<>();
        users.add(new UserHistory("a", first, new long[first.length]));
        users.add(new UserHistory("b", b, new long[b.length]));
        TreeSet<Long> expected = new TreeSet<>();
        Arrays.stream(first).forEach(expected::add);
        Arrays.stream(b).forEach(expected::add);
        assertThat(DistinctItems.of(users))
                .containsExactly(expected.stream().mapToLong(i -> i).toArray());
    }

    @Test
    void findsTheDistinctItemsUpToAnEndOfEachUser() {
        List<UserHistory> users =
                List.of(
                        new UserHistory("a", new long[] {5, 3, 5, 9}, new long[4]),
                        new UserHistory("b", new long[] {3, 1, 7}, new long[3]),
                        new UserHistory("c", new long[] {8}, new long[1]));
        assertThat(DistinctItems.of(users, user -> user.size() - 1)).containsExactly(1, 3, 5);
    }

    @Test
    void findsMoreDistinctItemsThanThereIsRoomForAtFirst() {
        long[] items = LongStream.range(0, 200_000).map(i -> i * 7919 % 150_000).toArray();
        List<UserHistory> users = List.of(new UserHistory("a", items, new long[items.length]));
        assertThat(DistinctItems.of(users))
                .containsExactly(LongStream.of(items).distinct().sorted().toArray());
    }
}
