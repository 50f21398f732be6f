package duet.model.network;

import duet.schemas.InvalidInputException;
import java.util.Arrays;

/**
 * Draws the masks of dropout by MT19937 (Matsumoto and Nishimura, 1998), the generator PyTorch has:
 * a mask is what the engine's own dropout draws from the same seed where it has no kernels of a
 * vendor, in a third of the time. Unlike the engine's, this one belongs to whoever made it, draws
 * the same on every machine, and can be stopped and taken up again.
 */
public final class MersenneTwister {
    private static final int SIZE = 624;
    private static final int MIDDLE = 397;

    /** How many numbers {@link #state} has. */
    static final int STATE_LENGTH = SIZE + 1;

    private static final int FIRST = SIZE - MIDDLE;

    private final int[] state = new int[SIZE];
    private final int[] first = new int[FIRST];
    private final int[] second = new int[FIRST];
    private final int[] tempered = new int[SIZE];
    private int next = SIZE;

    /** Starts a sequence that the seed decides. */
    public MersenneTwister(int seed) {
        state[0] = seed;
        for (int i = 1; i < SIZE; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
        }
    }

    private MersenneTwister(int[] saved) {
        System.arraycopy(saved, 0, state, 0, SIZE);
        next = saved[SIZE];
        temper();
    }

    /**
     * Takes a sequence up again.
     *
     * @param saved what {@link #state} gave
     * @throws InvalidInputException if it is no such state
     */
    public static MersenneTwister of(int[] saved) {
        if (saved.length != STATE_LENGTH || saved[SIZE] < 0 || saved[SIZE] > SIZE) {
            throw new InvalidInputException(
                    "a random generator's state has 625 numbers, the last from 0 to 624; there are "
                            + saved.length
                            + (saved.length == 0 ? "" : ", the last " + saved[saved.length - 1]));
        }
        return new MersenneTwister(saved);
    }

    /** Returns where the sequence stands: 624 numbers and how many of them are used up. */
    public int[] state() {
        int[] saved = Arrays.copyOf(state, STATE_LENGTH);
        saved[SIZE] = next;
        return saved;
    }

    /** Goes on where another sequence stands. */
    public void restore(MersenneTwister other) {
        System.arraycopy(other.state, 0, state, 0, SIZE);
        next = other.next;
        temper();
    }

    /** Returns the next 32 bits. */
    int nextInt() {
        if (next == SIZE) {
            advance();
        }
        return tempered[next++];
    }

    /**
     * Fills a mask: each place is kept with a probability, by 53 bits of its own.
     *
     * @param kept what stands in a place that is kept; 0 in the others
     */
    void fill(float[] mask, double probability, float kept) {
        long limit = (long) Math.ceil(probability * 0x1p53);
        int high = (int) (limit >>> 32);
        long low = limit & 0xFFFFFFFFL;
        int bits = Float.floatToRawIntBits(kept);
        int at = 0;
        while (at < mask.length) {
            if (next >= SIZE - 1) {
                mask[at++] = bits53(nextInt(), nextInt()) < limit ? kept : 0;
                continue;
            }
            int count = Math.min(mask.length - at, (SIZE - next) / 2);
            for (int i = 0; i < count; i++) {
                // The upper bits decide, without a branch that chance could mislead; where they
                // are equal, once in two million times, the lower ones do.
                int distance = (tempered[next + 2 * i] & 0x1FFFFF) - high;
                mask[at + i] = Float.intBitsToFloat(bits & distance >> 31);
                if (distance == 0 && (tempered[next + 2 * i + 1] & 0xFFFFFFFFL) < low) {
                    mask[at + i] = kept;
                }
            }
            at += count;
            next += 2 * count;
        }
    }

    private static long bits53(int high, int low) {
        return (high & 0x1FFFFFL) << 32 | low & 0xFFFFFFFFL;
    }

    /** Makes the next 624 numbers, in parts that do not read what they write: these go fast. */
    private void advance() {
        for (int i = 0; i < FIRST; i++) {
            first[i] = state[i + MIDDLE] ^ twist(state[i], state[i + 1]);
        }
        for (int i = 0; i < FIRST; i++) {
            second[i] = first[i] ^ twist(state[i + FIRST], state[i + FIRST + 1]);
        }
        int last = SIZE - 1 - 2 * FIRST;
        int beforeLast = second[last] ^ twist(state[SIZE - 1], first[0]);
        for (int i = 0; i < last; i++) {
            state[i] = second[i] ^ twist(state[i + 2 * FIRST], state[i + 2 * FIRST + 1]);
        }
        System.arraycopy(state, 0, state, 2 * FIRST, last);
        state[SIZE - 1] = beforeLast;
        System.arraycopy(first, 0, state, 0, FIRST);
        System.arraycopy(second, 0, state, FIRST, FIRST);
        temper();
        next = 0;
    }

    private static int twist(int upper, int lower) {
        int mixed = upper & 0x80000000 | lower & 0x7FFFFFFF;
        return mixed >>> 1 ^ -(lower & 1) & 0x9908B0DF;
    }

    private void temper() {
        for (int i = 0; i < SIZE; i++) {
            int y = state[i];
            y ^= y >>> 11;
            y ^= y << 7 & 0x9D2C5680;
            y ^= y << 15 & 0xEFC60000;
            tempered[i] = y ^ y >>> 18;
        }
    }
}
