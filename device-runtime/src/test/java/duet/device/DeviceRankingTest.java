package duet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceRankingTest {
    @TempDir Path directory;

    private final RandomModel random = RandomModel.small();
    private DeviceModel model;
    private Device device;

    @BeforeEach
    void load() {
        load(random);
    }

    private void load(RandomModel weights) {
        model = DeviceModel.load(weights.write(directory.resolve("bundle")));
        device = new Device(RandomModel.DEVICE, model);
        device.apply(weights.delta(model.version(), 3));
    }

    private float[] scores(long... history) {
        return device.score(history, random.allItems());
    }

    @Nested
    class History {
        @Test
        void mayBeEmpty() {
            for (float score : scores()) {
                assertThat(score).isFinite();
            }
        }

        @Test
        void ofUnknownItemsIsAnEmptyOne() {
            assertThat(scores(-1, 14, Long.MAX_VALUE)).containsExactly(scores());
        }

        @Test
        void countsWithItsNewestKnownItems() {
            long[] history = random.history(new Random(7), 50);
            float[] expected = scores(Arrays.copyOfRange(history, 44, 50));
            assertThat(scores(history)).containsExactly(expected);
            long[] withUnknown = new long[100];
            for (int i = 0; i < 50; i++) {
                withUnknown[2 * i] = history[i];
                withUnknown[2 * i + 1] = 1_000_000 + i;
            }
            assertThat(scores(withUnknown)).containsExactly(expected);
        }

        @Test
        void countsWithItsOrder() {
            assertThat(scores(13, 23, 33)).isNotEqualTo(scores(33, 23, 13));
        }

        @Test
        void isNotChanged() {
            long[] history = {13, 14, 23};
            scores(history);
            device.topK(history, 3);
            assertThat(history).containsExactly(13, 14, 23);
        }
    }

    @Nested
    class Candidates {
        private final long[] history = {13, 23, 33};

        @Test
        void areScoredInTheirOrderEachOnItsOwn() {
            float[] all = scores(history);
            long[] candidates = {43, 13, 403, 43};
            assertThat(device.score(history, candidates))
                    .containsExactly(all[3], all[0], all[39], all[3]);
        }

        @Test
        void mayBeNone() {
            assertThat(device.score(history, new long[0])).isEmpty();
            assertThat(device.topK(history, 3, new long[0])).isEmpty();
        }

        @Test
        void mustBeKnown() {
            long[] candidates = {13, 43, 1682};
            String message =
                    "candidate 3 is the item id 1682, which model "
                            + model.version()
                            + " does not know";
            for (Runnable ranking :
                    new Runnable[] {
                        () -> device.score(history, candidates),
                        () -> device.scoreGlobally(history, candidates),
                        () -> device.compare(history, candidates),
                        () -> device.topK(history, 1, candidates)
                    }) {
                assertThatThrownBy(ranking::run)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessage(message);
            }
        }
    }

    @Test
    void comparingGivesBothScores() {
        long[] history = {13, 23, 33};
        ScoreComparison scores = device.compare(history, random.allItems());
        assertThat(scores.personalized()).containsExactly(scores(history));
        assertThat(scores.global())
                .containsExactly(device.scoreGlobally(history, random.allItems()))
                .isNotEqualTo(scores.personalized());
        assertThat(scores.deltaSequence()).isEqualTo(3);
        Device fresh = new Device("d-43", model);
        ScoreComparison before = fresh.compare(history, random.allItems());
        assertThat(before.personalized()).containsExactly(before.global());
        assertThat(before.deltaSequence()).isEqualTo(-1);
    }

    @Nested
    class TopK {
        private final long[] history = {13, 23, 33, 77};

        private List<ScoredItem> sorted(long[] items) {
            float[] scores = device.score(history, items);
            return IntStream.range(0, items.length)
                    .mapToObj(i -> new ScoredItem(items[i], scores[i]))
                    .sorted(
                            Comparator.comparingDouble((ScoredItem item) -> -item.score())
                                    .thenComparingLong(ScoredItem::itemId))
                    .toList();
        }

        @Test
        void ofTheVocabularyLeavesOutTheHistory() {
            long[] unseen =
                    LongStream.of(random.allItems())
                            .filter(id -> LongStream.of(history).noneMatch(seen -> seen == id))
                            .toArray();
            assertThat(unseen).hasSize(37);
            for (int k : new int[] {1, 2, 10, 36, 37}) {
                assertThat(device.topK(history, k)).isEqualTo(sorted(unseen).subList(0, k));
            }
        }

        @Test
        void ofTheVocabularyLeavesOutHistoryBehindTheWindowToo() {
            long[] everything = random.allItems();
            assertThat(device.topK(everything, 5)).isEmpty();
            assertThat(device.topK(Arrays.copyOf(everything, 39), 5))
                    .extracting(ScoredItem::itemId)
                    .containsExactly(everything[39]);
        }

        @Test
        void ofCandidatesTakesThemAsTheyAre() {
            long[] candidates = {43, 13, 23, 403, 203};
            for (int k = 1; k <= 5; k++) {
                assertThat(device.topK(history, k, candidates))
                        .isEqualTo(sorted(candidates).subList(0, k));
            }
        }

        @Test
        void isShorterWhereItemsEnd() {
            assertThat(device.topK(history, 1_000)).hasSize(37);
            assertThat(device.topK(history, Integer.MAX_VALUE, new long[] {13})).hasSize(1);
        }

        @Test
        void takesTheLowerIdFirstAmongEquals() {
            random.tensors().get("item.embedding").values();
            Arrays.fill(random.tensors().get("item.embedding").values(), 0);
            Arrays.fill(random.tensors().get("item.bias").values(), 1);
            load(random);
            assertThat(device.topK(new long[] {13}, 3))
                    .containsExactly(
                            new ScoredItem(23, 1), new ScoredItem(33, 1), new ScoredItem(43, 1));
            assertThat(device.topK(new long[0], 2, new long[] {403, 23, 203, 33}))
                    .containsExactly(new ScoredItem(23, 1), new ScoredItem(33, 1));
        }

        @Test
        void needsAK() {
            for (int k : new int[] {0, -1}) {
                assertThatThrownBy(() -> device.topK(history, k))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(String.format(Locale.ROOT, "the best %d items", k));
            }
        }
    }
}
