package duet.model.training.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.model.training.sample.Preparation;
import duet.model.training.sample.TrainingSet;
import duet.schemas.bundle.ItemNames;
import duet.schemas.bundle.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpectralItemsTest {
    private static final int WIDTH = 8;

    /** Ends a history with a validation and a test item, which no training interaction is. */
    private static final long[] HELD_BACK = {1, 1};

    /** Returns the training set of users with these training items, each from 1 to the last one. */
    private static TrainingSet set(int items, List<long[]> trained) {
        return set(items, trained, HELD_BACK);
    }

    private static TrainingSet set(int items, List<long[]> trained, long[] heldBack) {
        List<UserHistory> users = new ArrayList<>();
        for (long[] user : trained) {
            long[] all = LongStream.concat(Arrays.stream(user), Arrays.stream(heldBack)).toArray();
            users.add(
                    new UserHistory(
                            "u" + users.size(), all, LongStream.range(0, all.length).toArray()));
        }
        Vocabulary vocabulary =
                Vocabulary.of(LongStream.rangeClosed(1, items).toArray(), ItemNames.numbers());
        InteractionLog log = new InteractionLog("log", users, Set.of(), ItemNames.numbers());
        return new TrainingSet(EvaluationSplit.last(log), vocabulary);
    }

    private static SpectralItems of(TrainingSet set, int items, int width) {
        return SpectralItems.of(
                set, items, width, new SplittableRandom(5), 1, Preparation.Listener.NONE);
    }

    private static float[] table(int items, List<long[]> trained, int width) {
        return of(set(items, trained), items, width).table(width);
    }

    private static double distance(float[] table, int width, int item, int other) {
        double sum = 0;
        for (int c = 0; c < width; c++) {
            sum += Math.pow(table[item * width + c] - table[other * width + c], 2);
        }
        return Math.sqrt(sum);
    }

    /** Returns users who each take some different items out of a range of their community's. */
    private static List<long[]> community(
            int users, int each, int first, int last, SplittableRandom random) {
        List<long[]> trained = new ArrayList<>();
        for (int u = 0; u < users; u++) {
            trained.add(random.longs(first, last + 1L).distinct().limit(each).sorted().toArray());
        }
        return trained;
    }

    @SafeVarargs
    private static List<long[]> together(List<long[]>... parts) {
        List<long[]> all = new ArrayList<>();
        for (List<long[]> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    private static void assertSound(float[] table, int width) {
        for (float value : table) {
            assertThat(value).isFinite().isBetween(-SpectralItems.CLIP, SpectralItems.CLIP);
        }
        assertThat(Arrays.copyOf(table, width)).containsOnly(0);
    }

    /** The same by a dense singular value decomposition, written down as the definition says. */
    private record Dense(double[] singular, double[][] coordinates) {
        static Dense of(int items, List<long[]> trained) {
            double[] degrees = new double[items];
            trained.forEach(user -> Arrays.stream(user).forEach(item -> degrees[(int) item - 1]++));
            DMatrixRMaj matrix = new DMatrixRMaj(trained.size(), items);
            for (int u = 0; u < trained.size(); u++) {
                for (long item : trained.get(u)) {
                    int i = (int) item - 1;
                    matrix.set(u, i, 1 / Math.sqrt(trained.get(u).length * degrees[i]));
                }
            }
            SingularValueDecomposition_F64<DMatrixRMaj> svd =
                    DecompositionFactory_DDRM.svd(trained.size(), items, false, true, true);
            assertThat(svd.decompose(matrix)).isTrue();
            DMatrixRMaj w = svd.getW(null);
            DMatrixRMaj v = svd.getV(null, false);
            SingularOps_DDRM.descendingOrder(null, false, w, v, false);
            int rank = Math.min(trained.size(), items);
            double interactions = Arrays.stream(degrees).sum();
            double[] singular = IntStream.range(1, rank).mapToDouble(k -> w.get(k, k)).toArray();
            double[][] coordinates = new double[items + 1][singular.length];
            for (int i = 0; i < items; i++) {
                for (int k = 0; k < singular.length && degrees[i] > 0; k++) {
                    double value = v.get(i, k + 1) * Math.sqrt(interactions / degrees[i]);
                    coordinates[i + 1][k] =
                            Math.max(-4, Math.min(4, value))
                                    * singular[k]
                                    / singular[0]
                                    * degrees[i]
                                    / (degrees[i] + 5);
                }
            }
            return new Dense(singular, coordinates);
        }

        /** Returns whether no other singular value is near, so that there is one vector of it. */
        boolean separated(int k, double gap) {
            return singular[k] > .05
                    && singular[k] < 1 - gap
                    && (k == 0 || singular[k - 1] - singular[k] > gap)
                    && (k + 1 == singular.length || singular[k] - singular[k + 1] > gap);
        }
    }

    /** Returns how many columns were compared. */
    private static int assertSameAsDense(int items, List<long[]> trained, int width, double gap) {
        Dense dense = Dense.of(items, trained);
        float[] table = table(items, trained, width);
        int compared = 0;
        for (int k = 0; k < Math.min(width, dense.singular().length); k++) {
            if (!dense.separated(k, gap)) {
                continue;
            }
            double same = 0;
            double opposite = 0;
            for (int item = 1; item <= items; item++) {
                double expected = dense.coordinates()[item][k];
                double value = table[item * width + k];
                same = Math.max(same, Math.abs(value - expected));
                opposite = Math.max(opposite, Math.abs(value + expected));
            }
            assertThat(Math.min(same, opposite)).as("column %s", k).isLessThan(1e-3);
            compared++;
        }
        return compared;
    }

    /** Logs of few items, each user with at least two different ones. */
    @Provide
    Arbitrary<List<long[]>> smallLogs() {
        return Arbitraries.longs()
                .between(1, 20)
                .set()
                .ofMinSize(2)
                .ofMaxSize(9)
                .map(user -> user.stream().mapToLong(item -> item).sorted().toArray())
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }

    /** Logs as they should not be. */
    @Provide
    Arbitrary<List<long[]>> anyLogs() {
        return Arbitraries.longs()
                .between(1, 7)
                .array(long[].class)
                .ofMinSize(0)
                .ofMaxSize(12)
                .list()
                .ofMinSize(0)
                .ofMaxSize(12);
    }

    @Property(tries = 100)
    void areThoseOfADenseDecomposition(@ForAll("smallLogs") List<long[]> trained) {
        assertSameAsDense(20, trained, WIDTH, .02);
    }

    @Property(tries = 500)
    void areFiniteAndZeroWithoutInteractions(
            @ForAll("anyLogs") List<long[]> trained,
            @ForAll @IntRange(min = 1, max = 20) int width) {
        float[] table = table(9, trained, width);
        assertThat(table).hasSize(10 * width);
        assertSound(table, width);
        for (int item = 1; item <= 9; item++) {
            long number = item;
            boolean touched =
                    trained.stream()
                            .anyMatch(user -> Arrays.stream(user).anyMatch(i -> i == number));
            if (!touched) {
                assertThat(Arrays.copyOfRange(table, item * width, (item + 1) * width))
                        .containsOnly(0);
            }
        }
    }

    @Nested
    class HeldAgainstADenseDecomposition {
        @Test
        void ofMoreItemsThanColumns() {
            SplittableRandom random = new SplittableRandom(3);
            List<long[]> trained =
                    together(
                            community(90, 12, 1, 150, random),
                            community(70, 9, 120, 260, random),
                            community(50, 15, 230, 300, random));
            assertThat(assertSameAsDense(300, trained, 64, .02)).isGreaterThanOrEqualTo(2);
        }
    }

    @Nested
    class TellsCommunitiesApart {
        @Test
        void thatShareNothingByTheFirstCoordinate() {
            SplittableRandom random = new SplittableRandom(1);
            float[] table =
                    table(
                            60,
                            together(
                                    community(80, 6, 1, 30, random),
                                    community(60, 6, 31, 60, random)),
                            WIDTH);
            // Their sizes differ by little, so that one is about as far on one side as the other.
            for (int item = 1; item <= 60; item++) {
                double side = Math.signum(table[WIDTH]);
                assertThat(table[item * WIDTH] * side * (item <= 30 ? 1 : -1)).isGreaterThan(.4);
            }
        }

        @Test
        void thatShareUsersByDistance() {
            SplittableRandom random = new SplittableRandom(2);
            float[] table =
                    table(
                            60,
                            together(
                                    community(80, 6, 1, 20, random),
                                    community(80, 6, 21, 40, random),
                                    community(80, 6, 41, 60, random),
                                    community(30, 4, 1, 60, random)),
                            WIDTH);
            double within = 0;
            double between = 0;
            for (int item = 1; item <= 20; item++) {
                for (int k = 1; k <= 20; k++) {
                    within += distance(table, WIDTH, item, k);
                    between += distance(table, WIDTH, item, k + 20);
                }
            }
            assertThat(within).isLessThan(between / 1.5);
        }
    }

    @Nested
    class OfALogWithLittleInIt {
        @Test
        void nobody() {
            assertThat(table(4, List.of(), WIDTH)).hasSize(5 * WIDTH).containsOnly(0);
        }

        @Test
        void isZeroWhereAllUsersAreAlike() {
            List<long[]> alike = Collections.nCopies(100, new long[] {1, 2, 3, 4});
            assertThat(table(4, alike, WIDTH)).containsOnly(0);
        }

        @Test
        void isZeroForItemsOfOneUserOnly() {
            List<long[]> one = List.of(LongStream.rangeClosed(1, 50).toArray());
            assertThat(table(50, one, WIDTH)).containsOnly(0);
        }

        @Test
        void hasTwoColumnsOfThreeItems() {
            float[] table =
                    table(
                            3,
                            List.of(
                                    new long[] {1, 2},
                                    new long[] {1, 2},
                                    new long[] {2, 3},
                                    new long[] {1, 3}),
                            64);
            assertSound(table, 64);
            for (int item = 1; item <= 3; item++) {
                assertThat(Arrays.copyOfRange(table, item * 64 + 2, (item + 1) * 64))
                        .containsOnly(0);
                assertThat(Math.hypot(table[item * 64], table[item * 64 + 1])).isPositive();
            }
        }

        @Test
        void aUserWithOneItemAThousandTimesSaysNothing() {
            SplittableRandom random = new SplittableRandom(8);
            List<long[]> trained = community(40, 5, 1, 20, random);
            long[] same = new long[1000];
            Arrays.fill(same, 7);
            float[] with = table(21, together(trained, List.of(same)), WIDTH);
            assertThat(with).isEqualTo(table(21, trained, WIDTH));
            Arrays.fill(same, 21);
            assertThat(table(21, together(trained, List.of(same)), WIDTH)).isEqualTo(with);
        }

        @Test
        void ofManyPartsThatNoUserConnects() {
            List<long[]> pairs = new ArrayList<>();
            for (int i = 1; i < 400; i += 2) {
                pairs.add(new long[] {i, i + 1});
            }
            float[] table = table(400, pairs, 64);
            assertSound(table, 64);
            for (int i = 1; i < 400; i += 2) {
                assertThat(distance(table, 64, i, i + 1)).isCloseTo(0, within(1e-3));
            }
        }

        @Test
        void aUserWithAVeryLongHistory() {
            SplittableRandom random = new SplittableRandom(4);
            List<long[]> trained = community(50, 5, 1, 30, random);
            trained.add(LongStream.rangeClosed(1, 3000).toArray());
            assertSound(table(3000, trained, 64), 64);
        }
    }

    @Nested
    class Repeats {
        private final List<long[]> trained = community(60, 7, 1, 90, new SplittableRandom(6));

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 16})
        void theSameWithAnyNumberOfThreads(int threads) {
            TrainingSet set = set(90, trained);
            SpectralItems repeated =
                    SpectralItems.of(
                            set,
                            90,
                            WIDTH,
                            new SplittableRandom(5),
                            threads,
                            Preparation.Listener.NONE);
            assertThat(repeated.table(WIDTH)).isEqualTo(of(set, 90, WIDTH).table(WIDTH));
        }

        @Test
        void theSameWhateverIsHeldBack() {
            float[] table = table(90, trained, WIDTH);
            for (long item = 2; item <= 90; item += 11) {
                long[] heldBack = {item, 91 - item};
                assertThat(of(set(90, trained, heldBack), 90, WIDTH).table(WIDTH)).isEqualTo(table);
            }
        }

        @Test
        void theSameUpToRoundingFromAnotherStart() {
            // What is found is the log's, not the seed's; of fewer items than columns exactly so.
            List<long[]> few = community(60, 5, 1, 20, new SplittableRandom(6));
            float[] table = table(20, few, 3);
            float[] other =
                    SpectralItems.of(
                                    set(20, few),
                                    20,
                                    3,
                                    new SplittableRandom(77),
                                    1,
                                    Preparation.Listener.NONE)
                            .table(3);
            for (int i = 0; i < table.length; i++) {
                assertThat(other[i]).isCloseTo(table[i], within(1e-3f));
            }
        }
    }

    @Nested
    class AsATable {
        @Test
        void takesTheFirstColumnsAndZerosBeyondTheLast() {
            SpectralItems items =
                    of(set(30, community(60, 5, 1, 30, new SplittableRandom(9))), 30, 8);
            float[] narrow = items.table(3);
            float[] whole = items.table(8);
            float[] wide = items.table(10);
            for (int item = 0; item <= 30; item++) {
                for (int c = 0; c < 10; c++) {
                    float value = c < 8 ? whole[item * 8 + c] : 0;
                    assertThat(wide[item * 10 + c]).isEqualTo(value);
                    if (c < 3) {
                        assertThat(narrow[item * 3 + c]).isEqualTo(value);
                    }
                }
            }
        }
    }

    @Test
    void tellsAfterEachPassHowManyUsersItWentOver() {
        Set<String> heard = new LinkedHashSet<>();
        TrainingSet set = set(20, community(25, 5, 1, 20, new SplittableRandom(1)));
        SpectralItems.of(
                set,
                20,
                WIDTH,
                new SplittableRandom(1),
                1,
                (part, done, total) -> heard.add(part + " " + done + "/" + total));
        assertThat(heard).hasSize(9).startsWith("SPECTRUM 25/225").endsWith("SPECTRUM 225/225");
    }

    @Test
    void takesMemoryByItem() {
        // Two sets of 80 columns of 4 bytes, and a degree.
        assertThat(SpectralItems.bytes(99_999, 64)).isEqualTo(100_000 * (2 * 80 * 4 + 4));
        assertThat(SpectralItems.bytes(999_999, 17)).isEqualTo(1_000_000 * (2 * 40 * 4 + 4));
    }
}
