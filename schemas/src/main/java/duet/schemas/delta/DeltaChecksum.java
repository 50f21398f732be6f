package duet.schemas.delta;

import duet.schemas.record.WeightDelta;

/** CRC-32C (RFC 3720, appendix B.4) over a delta's {@link CanonicalDelta canonical bytes}. */
public final class DeltaChecksum {
    private DeltaChecksum() {}

    /** The checksum that belongs into {@code delta}. */
    public static int of(WeightDelta delta) {
        return CanonicalDelta.checksum(delta);
    }
}
