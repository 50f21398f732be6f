package duet.jobs.policy;

import java.util.Arrays;

/**
 * What is remembered of the delta a device was sent last: for which model version, when, and the direction of the distribution
 * embedding it was made from, in a byte for each number. Immutable.
 */
public final class SentDelta {
    private final long version;
    private final long sentAtMillis;
    private final byte[] direction;

    private SentDelta(long version, long sentAtMillis, byte[] direction) {
        this.version = version;
        this.sentAtMillis = sentAtMillis;
        this.direction = direction;
    }

    /**
     * Of a delta that is sent now.
     *
     * @param embedding distribution embedding [d_z], finite
     * @param sentAtMillis milliseconds since the epoch, not negative
     */
    public static SentDelta of(String modelVersion, float[] embedding, long sentAtMillis) {
        return new SentDelta(fingerprint(modelVersion), sentAtMillis, direction(embedding));
    }

    /** From what {@link SentDeltaEncoding} read. */
    static SentDelta restored(long version, long sentAtMillis, byte[] direction) {
        return new SentDelta(version, sentAtMillis, direction);
    }

    /** Cosine distance of the embeddings of two deltas, 0 to 2; NaN if they are not for the same model version. */
    public double drift(SentDelta other) {
        if (version != other.version || direction.length != other.direction.length) {
            return Double.NaN;
        }
        long product = 0;
        long square = 0;
        long otherSquare = 0;
        for (int i = 0; i < direction.length; i++) {
            product += direction[i] * other.direction[i];
            square += direction[i] * direction[i];
            otherSquare += other.direction[i] * other.direction[i];
        }
        if (square == 0 || otherSquare == 0) {
            return square == otherSquare ? 0 : 1;
        }
        double cosine = product / Math.sqrt((double) square * otherSquare);
        return Math.max(0, Math.min(2, 1 - cosine));
    }

    /** Milliseconds since the epoch. */
    public long sentAtMillis() {
        return sentAtMillis;
    }

    /** 64 bits that stand for the model version. */
    long version() {
        return version;
    }

    /** The embedding, scaled so that its largest number is 127. */
    byte[] direction() {
        return direction;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SentDelta that
                && version == that.version
                && sentAtMillis == that.sentAtMillis
                && Arrays.equals(direction, that.direction);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(version ^ sentAtMillis) + Arrays.hashCode(direction);
    }

    @Override
    public String toString() {
        return "SentDelta[version=%016x, sentAtMillis=%d, %d numbers]"
                .formatted(version, sentAtMillis, direction.length);
    }

    /** FNV-1a, 64 bits, of the characters. */
    private static long fingerprint(String modelVersion) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < modelVersion.length(); i++) {
            hash = (hash ^ modelVersion.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    private static byte[] direction(float[] embedding) {
        float largest = 0;
        for (float number : embedding) {
            largest = Math.max(largest, Math.abs(number));
        }
        byte[] direction = new byte[embedding.length];
        if (largest > 0) {
            for (int i = 0; i < embedding.length; i++) {
                direction[i] = (byte) Math.round(embedding[i] / largest * Byte.MAX_VALUE);
            }
        }
        return direction;
    }
}
