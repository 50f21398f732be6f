package duet.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MersenneTwisterTest {
    /** The C++ standard fixes this number: [rand.predef], mt19937. */
    @Test
    void theTenThousandthNumberIsThatOfTheStandard() {
        MersenneTwister random = new MersenneTwister(5489);
        for (int i = 1; i < 10_000; i++) {
            random.nextInt();
        }

        assertThat(Integer.toUnsignedLong(random.nextInt())).isEqualTo(4_123_659_995L);
    }

    /** Two numbers a place, the upper first: what PyTorch makes a double of. */
    @Property(tries = 100)
    void aPlaceIsKeptByFiftyThreeBits(
            @ForAll int seed,
            @ForAll @DoubleRange(min = 0, max = 1) double probability,
            @ForAll @IntRange(min = 1, max = 2000) int size) {
        float[] mask = new float[size];
        new MersenneTwister(seed).fill(mask, probability, 1.25f);

        MersenneTwister numbers = new MersenneTwister(seed);
        for (int i = 0; i < size; i++) {
            long bits = (numbers.nextInt() & 0x1FFFFFL) << 32;
            bits |= numbers.nextInt() & 0xFFFFFFFFL;
            assertThat(mask[i]).isEqualTo(bits * 0x1p-53 < probability ? 1.25f : 0);
        }
    }

    @Property(tries = 50)
    void aStateThatWasSavedGoesOn(@ForAll int seed, @ForAll @IntRange(max = 2000) int drawn) {
        MersenneTwister random = new MersenneTwister(seed);
        for (int i = 0; i < drawn; i++) {
            random.nextInt();
        }
        MersenneTwister restored = new MersenneTwister(0);
        restored.restore(MersenneTwister.of(random.state()));

        for (int i = 0; i < 1300; i++) {
            assertThat(restored.nextInt()).isEqualTo(random.nextInt());
        }
    }

    @Test
    void whatIsNoStateIsRefused() {
        assertThatThrownBy(() -> MersenneTwister.of(new int[624]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("there are 624");
        int[] used = new int[625];
        used[624] = 625;
        assertThatThrownBy(() -> MersenneTwister.of(used))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the last 625");
    }
}
