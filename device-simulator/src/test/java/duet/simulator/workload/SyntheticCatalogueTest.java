package duet.simulator.workload;

import static org.assertj.core.api.Assertions.assertThat;

import duet.testkit.SyntheticModel;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SyntheticCatalogueTest {
    private static final SyntheticCatalogue WORLD = SyntheticCatalogue.standard();

    @Test
    @DisplayName("has the items that the models of the test kit know")
    void itemsOfTheTestKit() {
        assertThat(SyntheticCatalogue.FIRST_ITEM).isEqualTo(SyntheticModel.FIRST_ITEM);
        assertThat(WORLD.options().items()).isEqualTo(SyntheticModel.ITEMS);
    }

    @Nested
    @Group
    @DisplayName("what a device does")
    class Devices {
        @Property(tries = 50)
        void followsFromItsSeed(@ForAll long seed) {
            SyntheticDevice one = WORLD.device(seed);
            SyntheticDevice again = SyntheticCatalogue.standard().device(seed);
            for (int i = 0; i < 150; i++) {
                assertThat(again.peek()).isEqualTo(one.peek());
                assertThat(again.negatives(99)).isEqualTo(one.negatives(99));
                assertThat(again.next()).isEqualTo(one.next());
            }
        }

        @Test
        @DisplayName("does not depend on whether it is asked for negatives")
        void negativesDoNotDisturb() {
            SyntheticDevice asked = WORLD.device(5);
            SyntheticDevice silent = WORLD.device(5);
            for (int i = 0; i < 100; i++) {
                asked.negatives(99);
                assertThat(asked.next()).isEqualTo(silent.next());
            }
        }

        @Test
        @DisplayName("differs from seed to seed")
        void differsBySeed() {
            assertThat(interactions(WORLD.device(1), 40))
                    .isNotEqualTo(interactions(WORLD.device(2), 40));
        }

        @Property(tries = 30)
        void bringsNoItemBackWithinAWindow(@ForAll long seed) {
            long[] items = interactions(WORLD.device(seed), 400);
            for (int i = 0; i < items.length; i++) {
                for (int j = Math.max(0, i - SyntheticDevice.COOL_DOWN + 1); j < i; j++) {
                    assertThat(items[i]).isNotEqualTo(items[j]);
                }
            }
        }

        @Property(tries = 30)
        void ranksAgainstItemsItDidNotTouch(@ForAll long seed) {
            SyntheticDevice device = WORLD.device(seed);
            Set<Long> touched = new HashSet<>();
            for (int i = 0; i < 150; i++) {
                long[] negatives = device.negatives(99);
                assertThat(negatives).hasSize(99).doesNotHaveDuplicates();
                assertThat(Arrays.stream(negatives).boxed())
                        .doesNotContain(device.peek())
                        .doesNotContainAnyElementsOf(touched.isEmpty() ? Set.of(0L) : touched);
                touched.add(device.next());
            }
        }
    }

    @Nested
    @Group
    @DisplayName("the world has a reason for personalization")
    class Reason {
        /** Mean share of untouched items below the item that came next, over many devices. */
        private double userAuc(Drift drift, Oracle oracle) {
            double sum = 0;
            int rankings = 0;
            for (int seed = 0; seed < 150; seed++) {
                SyntheticDevice device = WORLD.device(seed, drift, 0);
                for (int i = 0; i < 20; i++) {
                    device.next();
                }
                for (int i = 0; i < 60; i++) {
                    ToDoubleFunction<Long> score = oracle.scores(device);
                    double positive = score.applyAsDouble(device.peek());
                    double below = 0;
                    long[] negatives = device.negatives(99);
                    for (long item : negatives) {
                        double negative = score.applyAsDouble(item);
                        below += positive > negative ? 1 : positive == negative ? 0.5 : 0;
                    }
                    sum += below / negatives.length;
                    rankings++;
                    device.next();
                }
            }
            return sum / rankings;
        }

        private ToDoubleFunction<Long> byIndex(double[] scores) {
            return id -> scores[(int) (id - SyntheticCatalogue.FIRST_ITEM)];
        }

        private ToDoubleFunction<Long> popularity(SyntheticDevice device) {
            return id -> WORLD.popularity((int) (id - SyntheticCatalogue.FIRST_ITEM));
        }

        private ToDoubleFunction<Long> knowing(SyntheticDevice device) {
            return byIndex(device.nextProbabilities());
        }

        private ToDoubleFunction<Long> clusterBlind(SyntheticDevice device) {
            return byIndex(device.clusterBlindProbabilities());
        }

        @Test
        @DisplayName("knowing the device beats knowing its last items, which beats popularity")
        void oracles() {
            double popularity = userAuc(Drift.NONE, this::popularity);
            double blind = userAuc(Drift.NONE, this::clusterBlind);
            double knowing = userAuc(Drift.NONE, this::knowing);
            assertThat(popularity).isBetween(0.6, 0.75);
            assertThat(blind).isBetween(popularity + 0.01, 0.8);
            assertThat(knowing).isGreaterThan(blind + 0.15);
        }

        @Test
        @DisplayName(
                "who believes a device is in the cluster it drifted away from is wrong about it")
        void drift() {
            int n = 200;
            SyntheticDevice stays = WORLD.device(4, Drift.NONE, 0);
            SyntheticDevice jumps = WORLD.device(4, Drift.SUDDEN, 0);
            SyntheticDevice moves = WORLD.device(4, Drift.GRADUAL, 0);
            long[] before = interactions(stays, n);
            // The same device until it drifts, another one after.
            assertThat(Arrays.mismatch(before, interactions(jumps, n))).isBetween(20, 140);
            assertThat(Arrays.mismatch(before, interactions(moves, n))).isBetween(20, 160);
            assertThat(laterCluster(jumps)).isTrue();
            assertThat(laterCluster(moves)).isTrue();
            assertThat(laterCluster(stays)).isFalse();
        }

        private boolean laterCluster(SyntheticDevice device) {
            return device.laterShare() == 1;
        }
    }

    @FunctionalInterface
    private interface Oracle {
        ToDoubleFunction<Long> scores(SyntheticDevice device);
    }

    private static long[] interactions(SyntheticDevice device, int count) {
        long[] items = new long[count];
        Arrays.setAll(items, i -> device.next());
        return items;
    }
}
