package duet.jobs.policy;

import duet.schemas.Fnv1a;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A sent delta is what is remembered of the delta that a device was sent last: for which model
 * version, when, and the distribution embedding it was made from, in a byte for each number. It is
 * immutable.
 */
public final class SentDelta {
    /**
     * No drift is larger than this: it is that of opposite embeddings, all of whose numbers are 1
     * or -1.
     */
    public static final double MOST_DRIFT = 2;

    private final long version;
    private final long sentAtMillis;
    private final float scale;
    private final byte[] numbers;

    private SentDelta(long version, long sentAtMillis, float scale, byte[] numbers) {
        this.version = version;
        this.sentAtMillis = sentAtMillis;
        this.scale = scale;
        this.numbers = numbers;
    }

    /**
     * Makes what is remembered of a delta that is sent now.
     *
     * @param embedding distribution embedding [d_z], finite, numbers between -1 and 1, weighed as
     *     the delta is: zeros for one that changes nothing
     * @param sentAtMillis milliseconds since the epoch, not negative
     */
    public static SentDelta of(String modelVersion, float[] embedding, long sentAtMillis) {
        float largest = 0;
        for (float number : embedding) {
            largest = Math.max(largest, Math.abs(number));
        }
        byte[] numbers = new byte[embedding.length];
        if (largest > 0) {
            for (int i = 0; i < embedding.length; i++) {
                numbers[i] = (byte) Math.round(embedding[i] / largest * Byte.MAX_VALUE);
            }
        }
        return new SentDelta(
                new Fnv1a().addCharacters(modelVersion).value(),
                sentAtMillis,
                largest / Byte.MAX_VALUE,
                numbers);
    }

    /** Restores what {@link SentDeltaEncoding} read. */
    static SentDelta restored(long version, long sentAtMillis, float scale, byte[] numbers) {
        return new SentDelta(version, sentAtMillis, scale, numbers);
    }

    /**
     * Returns how far the device would move from what it holds if it were sent this delta: the root
     * mean square of the difference of the two embeddings' numbers, 0 to 2. A device that was sent
     * nothing for this model version holds the global model, whose embedding is zero.
     *
     * @param before what was remembered of the delta sent last; null: none was sent
     */
    public double driftFrom(@Nullable SentDelta before) {
        boolean comparable = before != null && isFor(before);
        double sum = 0;
        for (int i = 0; i < numbers.length; i++) {
            double held = comparable ? before.scale * before.numbers[i] : 0;
            double difference = scale * numbers[i] - held;
            sum += difference * difference;
        }
        return numbers.length == 0 ? 0 : Math.min(MOST_DRIFT, Math.sqrt(sum / numbers.length));
    }

    /** Returns whether both are for the same model version. */
    boolean isFor(SentDelta other) {
        return version == other.version && numbers.length == other.numbers.length;
    }

    /** Returns when the delta was sent, in milliseconds since the epoch. */
    public long sentAtMillis() {
        return sentAtMillis;
    }

    /** Returns 64 bits that stand for the model version. */
    long version() {
        return version;
    }

    /**
     * Returns what one step of {@link #numbers} is in the embedding; 0 where nothing is known of
     * it.
     */
    float scale() {
        return scale;
    }

    /** Returns the embedding in steps of {@link #scale}; the largest is 127. */
    byte[] numbers() {
        return numbers;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SentDelta that
                && version == that.version
                && sentAtMillis == that.sentAtMillis
                && scale == that.scale
                && Arrays.equals(numbers, that.numbers);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(version ^ sentAtMillis) + Arrays.hashCode(numbers);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "SentDelta[version=%016x, sentAtMillis=%d, %d numbers]",
                version,
                sentAtMillis,
                numbers.length);
    }
}
