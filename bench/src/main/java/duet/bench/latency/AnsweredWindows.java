package duet.bench.latency;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.ToIntFunction;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads how many windows a delta answers, and nothing else of it: who measures shares the
 * processors with the job. An object of this class is not thread-safe.
 */
final class AnsweredWindows implements ToIntFunction<byte[]> {
    /** Avro's single-object encoding begins with two bytes and the fingerprint of the schema. */
    private static final int HEADER_BYTES = 10;

    private @Nullable BinaryDecoder decoder;

    @Override
    public int applyAsInt(byte[] delta) {
        decoder =
                DecoderFactory.get()
                        .binaryDecoder(delta, HEADER_BYTES, delta.length - HEADER_BYTES, decoder);
        try {
            decoder.skipString(); // device id
            decoder.skipString(); // model version
            decoder.readLong(); // last sequence number
            return decoder.readInt();
        } catch (IOException e) {
            throw new UncheckedIOException("the job has written something that is no delta", e);
        }
    }
}
