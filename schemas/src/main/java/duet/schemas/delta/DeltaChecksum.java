package duet.schemas.delta;

import duet.schemas.record.WeightDelta;

/**
 * Computes the CRC-32C (RFC 3720, appendix B.4) over a delta's {@link CanonicalDelta canonical
 * bytes}.
 */
public final class DeltaChecksum {
    private DeltaChecksum() {}

    /** Returns the checksum that belongs into {@code delta}. */
    public static int of(WeightDelta delta) {
        return CanonicalDelta.checksum(delta);
    }
}
