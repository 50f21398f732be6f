package duet.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ItemIds;
import duet.schemas.bundle.ItemNames;
import duet.schemas.bundle.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CandidateListsTest {
    private static final InteractionLog LOG =
            TestLogs.of(
                    "log",
                    List.of(
                            new UserHistory("1", new long[] {1, 2, 3, 4, 5}, new long[5]),
                            new UserHistory("2", new long[] {5, 6, 7, 8, 9}, new long[5]),
                            new UserHistory("short", new long[] {1}, new long[1])));
    private static final EvaluationSplit SPLIT = EvaluationSplit.last(LOG);
    private static final Vocabulary VOCABULARY =
            Vocabulary.of(LongStream.rangeClosed(1, 20).toArray());

    @Nested
    class Reading {
        @TempDir Path folder;

        private Path file(String content) throws IOException {
            return Files.writeString(folder.resolve("candidates.tsv"), content);
        }

        @Test
        void takesPositiveAndNegatives() throws IOException {
            CandidateLists lists =
                    CandidateLists.read(
                            file("1\t5\t6,7,8\n2\t9\t1,2,3\nshort\t1\t2\n"), SPLIT, VOCABULARY);

            assertThat(lists.of(LOG.users().get(0)).orElseThrow().all())
                    .containsExactly(5, 6, 7, 8);
            assertThat(lists.of(LOG.users().get(1)).orElseThrow().positive()).isEqualTo(9);
            assertThat(lists.byUser()).hasSize(2);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "1 5 6,7,8,7|:1: negative 7 stands there twice",
                    "1 5 6,5|:1: negative 5 is the positive",
                    "1 5 6,2|:1: negative 2 is an item that user 1 touched",
                    "1 5 6,,7|:1: a negative is blank",
                    "1 55 6,7|:1: positive 55 is not the test item of user 1, which is 5",
                    "3 5 6,7|:1: unknown user 3",
                    "1 4 6,7|:1: positive 4 is not the test item of user 1, which is 5",
                    "1 5|:1: expected `user<TAB>positive<TAB>negative,negative,…`",
                })
        void refuses(String line, String message) throws IOException {
            Path file = file(line.replace(' ', '\t') + "\n");

            assertThatThrownBy(() -> CandidateLists.read(file, SPLIT, VOCABULARY))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("candidates.tsv")
                    .hasMessageContaining(message);
        }

        @Test
        void skipsAndCountsUsersWithoutAListThatTheModelKnows() throws IOException {
            CandidateLists none = CandidateLists.read(file("2\t9\t1,2\n"), SPLIT, VOCABULARY);
            CandidateLists unknown =
                    CandidateLists.read(file("1\t5\t6,77\n2\t9\tx,2\n"), SPLIT, VOCABULARY);

            assertThat(none.byUser()).containsOnlyKeys("2");
            assertThat(none.skipped().byReason()).isEqualTo(Map.of("noCandidates", 1));
            assertThatThrownBy(() -> none.skipped().requireNone())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("candidates.tsv: no candidates for user 1");
            assertThat(unknown.byUser()).isEmpty();
            assertThat(unknown.skipped().byReason()).isEqualTo(Map.of("unknownCandidate", 2));
            assertThatThrownBy(() -> unknown.skipped().requireNone())
                    .hasMessageContaining("candidates.tsv:1: unknown item 77");
        }

        @Test
        void takesIdsAsTheLogHasThem() throws IOException {
            List<String> ids = List.of("a", "b", "c", "d", "007", "7", "x/y");
            ItemNames names = ItemNames.of(ItemIds.HASH, ids);
            long[] numbers = ids.stream().mapToLong(names.rule()::of).toArray();
            InteractionLog log =
                    TestLogs.of(
                            "log",
                            List.of(new UserHistory("u", Arrays.copyOf(numbers, 5), new long[5])),
                            names);

            CandidateLists lists =
                    CandidateLists.read(
                            file("u\t007\t7,x/y\n"),
                            EvaluationSplit.last(log),
                            Vocabulary.of(numbers, names));

            assertThat(lists.of(log.users().get(0)).orElseThrow().negatives())
                    .containsExactly(numbers[5], numbers[6]);
        }

        @Test
        void refusesAUserTwice() throws IOException {
            Path file = file("1\t5\t6\n1\t5\t7\n");

            assertThatThrownBy(() -> CandidateLists.read(file, SPLIT, VOCABULARY))
                    .hasMessageContaining(":2: user 1 has candidates already");
        }
    }

    @Nested
    class Drawing {
        @Test
        void aSeedGivesTheSameLists() {
            Vocabulary many = Vocabulary.of(LongStream.rangeClosed(1, 1000).toArray());

            long[] first =
                    CandidateLists.draw(SPLIT, many, 3).of(LOG.users().get(0)).orElseThrow().all();

            assertThat(
                            CandidateLists.draw(SPLIT, many, 3)
                                    .of(LOG.users().get(0))
                                    .orElseThrow()
                                    .all())
                    .isEqualTo(first)
                    .hasSize(100);
            assertThat(
                            CandidateLists.draw(SPLIT, many, 4)
                                    .of(LOG.users().get(0))
                                    .orElseThrow()
                                    .all())
                    .isNotEqualTo(first);
        }

        @Test
        void skipsAndCountsWhoTouchedEverythingOrTestsWhatIsNew() {
            Vocabulary few = Vocabulary.of(new long[] {1, 2, 3, 4, 5});

            CandidateLists lists = CandidateLists.draw(SPLIT, few, 1);

            assertThat(lists.skipped().byReason())
                    .isEqualTo(Map.of("touchedEverything", 1, "unknownTestItem", 1));
            assertThat(lists.skipped().count()).isEqualTo(2);
            assertThat(CandidateLists.all(SPLIT, few).skipped().byReason())
                    .isEqualTo(lists.skipped().byReason());
            assertThatThrownBy(() -> lists.skipped().requireNone())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("user 1 touched every item");
        }
    }

    @Property
    void drawsWhatAShuffleOfTheWholePoolDraws(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 60) int items,
            @ForAll @IntRange(max = 80) int count,
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 0, max = 80) Integer> history) {
        Vocabulary vocabulary =
                Vocabulary.of(LongStream.rangeClosed(1, items).map(i -> 3 * i).toArray());
        UserHistory user =
                new UserHistory(
                        "u",
                        history.stream().mapToLong(i -> 3L * i).toArray(),
                        new long[history.size()]);
        SplittableRandom random = new SplittableRandom(seed);
        SplittableRandom plain = new SplittableRandom(seed);

        assertThat(CandidateLists.untouched(user, vocabulary, count, random))
                .isEqualTo(shuffled(user, vocabulary, count, plain));
        assertThat(random.nextLong()).isEqualTo(plain.nextLong());
    }

    /** Draws from a pool that is written down. */
    private static long[] shuffled(
            UserHistory user, Vocabulary vocabulary, int count, SplittableRandom random) {
        Set<Long> touched = new HashSet<>(LongStream.of(user.items()).boxed().toList());
        long[] pool = LongStream.of(vocabulary.ids()).filter(id -> !touched.contains(id)).toArray();
        int drawn = Math.min(count, pool.length);
        for (int i = 0; i < drawn; i++) {
            int j = random.nextInt(i, pool.length);
            long item = pool[j];
            pool[j] = pool[i];
            pool[i] = item;
        }
        return Arrays.copyOf(pool, drawn);
    }

    @Property(tries = 100)
    void negativesAreDistinctAndUntouched(
            @ForAll long seed, @ForAll @IntRange(min = 10, max = 300) int items) {
        Vocabulary vocabulary = Vocabulary.of(LongStream.rangeClosed(1, items).toArray());

        CandidateLists lists = CandidateLists.draw(SPLIT, vocabulary, seed);

        for (UserHistory user : LOG.users()) {
            long[] negatives = lists.of(user).orElseThrow().negatives();
            assertThat(negatives).hasSize(Math.min(99, items - 5)).doesNotHaveDuplicates();
            assertThat(LongStream.of(negatives).boxed()).allMatch(id -> vocabulary.indexOf(id) > 0);
            Set<Long> touched = Set.copyOf(LongStream.of(user.items()).distinct().boxed().toList());
            assertThat(LongStream.of(negatives).boxed()).noneMatch(touched::contains);
        }
    }
}
