package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
    private final Vocabulary vocabulary = Vocabulary.of(new long[] {50, 7, 1L << 40, 0});

    @Test
    void indexesAscendingIdsFromOne() {
        assertThat(vocabulary.size()).isEqualTo(4);
        assertThat(vocabulary.ids()).containsExactly(0, 7, 50, 1L << 40);
        for (int index = 1; index <= 4; index++) {
            assertThat(vocabulary.indexOf(vocabulary.idOf(index))).isEqualTo(index);
        }
    }

    @Test
    void givesUnknownItemsThePadding() {
        for (long unknown : new long[] {-1, 1, 6, 8, 51, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(vocabulary.indexOf(unknown)).isZero();
        }
    }

    /** Ids that lie close together are looked up in another way than those that do not. */
    @ParameterizedTest
    @ValueSource(longs = {1, 3, 8, 9, 1000, Long.MAX_VALUE / 50})
    void findsIdsHoweverFarApartTheyLie(long gap) {
        long[] ids = LongStream.range(0, 50).map(i -> 5 + i * gap).toArray();
        Vocabulary spread = Vocabulary.of(ids);
        for (int i = 0; i < ids.length; i++) {
            assertThat(spread.indexOf(ids[i])).isEqualTo(i + 1);
            if (gap > 1) {
                assertThat(spread.indexOf(ids[i] + 1)).isZero();
                assertThat(spread.indexOf(ids[i] - 1)).isZero();
            }
        }
        for (long unknown :
                new long[] {4, ids[49] + 1, 0, -5, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
            assertThat(spread.indexOf(unknown)).isZero();
        }
    }

    @Test
    void isNotChangedThroughItsArrays() {
        long[] ids = {3, 4};
        Vocabulary copy = Vocabulary.of(ids);
        ids[0] = 9;
        copy.ids()[1] = 9;
        assertThat(copy.ids()).containsExactly(3, 4);
    }

    @Test
    void refusesRepeatedAndNegativeIds() {
        assertThatThrownBy(() -> Vocabulary.of(new long[] {5, 3, 5}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("item id 5");
        assertThatThrownBy(() -> Vocabulary.of(new long[] {5, -3}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("item id -3");
    }

    @Nested
    class Window {
        @Test
        void isPaddedOnTheLeft() {
            assertThat(vocabulary.window(new long[] {7, 50}, 4)).containsExactly(0, 0, 2, 3);
            assertThat(vocabulary.window(new long[0], 2)).containsExactly(0, 0);
        }

        @Test
        void holdsTheNewest() {
            assertThat(vocabulary.window(new long[] {0, 7, 50, 7}, 2)).containsExactly(3, 2);
        }

        @Test
        void leavesUnknownItemsOutWithoutAHole() {
            assertThat(vocabulary.window(new long[] {7, 99, 50, -1, 99}, 3))
                    .containsExactly(0, 2, 3);
            assertThat(vocabulary.window(new long[] {99, 98}, 2)).containsExactly(0, 0);
        }

        @Test
        void isTheEndOfTheKnownItemsWhateverTheHistory() {
            Random random = new Random(7);
            for (int i = 0; i < 1000; i++) {
                long[] history = random.longs(random.nextInt(20), 0, 60).toArray();
                int length = 1 + random.nextInt(10);
                List<Integer> expected = new ArrayList<>();
                for (long id : history) {
                    if (vocabulary.indexOf(id) > 0) {
                        expected.add(vocabulary.indexOf(id));
                    }
                }
                while (expected.size() < length) {
                    expected.add(0, 0);
                }
                assertThat(vocabulary.window(history, length))
                        .containsExactly(
                                expected.subList(expected.size() - length, expected.size()).stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray());
            }
        }
    }
}
