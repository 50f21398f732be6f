package duet.schemas.delta;

import duet.schemas.record.WeightDelta;
import java.util.zip.CRC32C;

/** CRC-32C (RFC 3720, appendix B.4) over a delta's {@link CanonicalDelta canonical bytes}. */
public final class DeltaChecksum {
    private DeltaChecksum() {}

    /** The checksum that belongs into {@code delta}. */
    public static int of(WeightDelta delta) {
        CRC32C crc = new CRC32C();
        CanonicalDelta.write(delta, crc::update);
        return (int) crc.getValue();
    }
}
