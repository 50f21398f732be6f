package duet.jobs.serialization;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * This class writes byte arrays that may be absent between tasks: the length and the bytes, -1 for
 * null.
 */
final class ByteArrays {
    private ByteArrays() {}

    static void write(byte @Nullable [] bytes, DataOutput out) throws IOException {
        if (bytes == null) {
            out.writeInt(-1);
        } else {
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    static byte @Nullable [] read(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
