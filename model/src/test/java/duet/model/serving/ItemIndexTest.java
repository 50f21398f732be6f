package duet.model.serving;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.bundle.Vocabulary;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ItemIndexTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 3, 1_000, 1L << 40, Long.MAX_VALUE / 600})
    void saysWhatTheVocabularySays(long step) {
        long[] ids = new long[500];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = step * i;
        }
        Vocabulary vocabulary = Vocabulary.of(ids);
        ItemIndex index = ItemIndex.of(vocabulary);
        Random random = new Random(step);

        for (long id : ids) {
            assertThat(index.indexOf(id)).isEqualTo(vocabulary.indexOf(id)).isPositive();
        }
        for (int i = 0; i < 2_000; i++) {
            long id = random.nextLong() >> random.nextInt(60);
            assertThat(index.indexOf(id)).as("id %d", id).isEqualTo(vocabulary.indexOf(id));
        }
    }

    @Test
    void knowsNothingBesideTheVocabulary() {
        ItemIndex index = ItemIndex.of(Vocabulary.of(new long[] {5, Long.MAX_VALUE}));

        assertThat(index.indexOf(Long.MAX_VALUE)).isEqualTo(2);
        assertThat(index.indexOf(-1)).isZero();
        assertThat(index.indexOf(Long.MIN_VALUE)).isZero();
        assertThat(index.indexOf(6)).isZero();
    }

    @Test
    void looksUpIdsThatBeginFarFromZero() {
        long first = 1L << 50;
        ItemIndex index = ItemIndex.of(Vocabulary.of(new long[] {first, first + 1, first + 9}));

        assertThat(index.indexOf(first)).isEqualTo(1);
        assertThat(index.indexOf(first + 9)).isEqualTo(3);
        for (long id : new long[] {first - 1, first + 2, first + 10, 0, -1, Long.MIN_VALUE}) {
            assertThat(index.indexOf(id)).as("id %d", id).isZero();
        }
    }

    @Test
    void aBatchIsAsLongAsItsLongestHistoryOfKnownItems() {
        ItemIndex index = ItemIndex.of(Vocabulary.of(new long[] {10, 20, 30}));

        HistoryBatch batch =
                HistoryBatch.of(
                        index,
                        List.of(new long[] {10, 7, 20}, new long[] {30}, new long[] {9, 9, 9, 9}),
                        100);

        assertThat(batch.length()).isEqualTo(2);
        assertThat(batch.indices()).containsExactly(1, 2, 0, 3, 0, 0);
    }

    @Test
    void aBatchKeepsTheNewestAndIsNeverEmpty() {
        ItemIndex index = ItemIndex.of(Vocabulary.of(new long[] {10, 20, 30}));
        List<long[]> histories = List.of(new long[] {10, 20, 30, 10});

        assertThat(HistoryBatch.of(index, histories, 2).indices()).containsExactly(3, 1);
        assertThat(HistoryBatch.of(index, List.of(new long[0]), 6).length()).isEqualTo(1);
    }
}
