package duet.interactions;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.ZipException;

/**
 * Unpacks zstd: frames one after another, of which the last has to be whole (RFC 8878). The stream
 * that comes with the library takes a file that ends in the header of a further frame for whole.
 */
final class ZstdFrames extends InputStream {
    private static final int BUFFER = 1 << 17;
    private static final String DAMAGED = "it is corrupt, or takes more than 128 MiB to unpack";

    private final InputStream in;
    private final byte[] bytes = new byte[BUFFER];
    private final ByteBuffer packed = ByteBuffer.allocateDirect(BUFFER).limit(0);
    private final ByteBuffer unpacked = ByteBuffer.allocateDirect(BUFFER).limit(0);
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private boolean whole = true; // all frames so far

    /**
     * Makes a stream.
     *
     * @param in is closed with this
     */
    ZstdFrames(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return fill() ? unpacked.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, unpacked.remaining());
        unpacked.get(into, offset, count);
        return count;
    }

    /** Unpacks something unless there is some; returns false at the end. */
    private boolean fill() throws IOException {
        while (!unpacked.hasRemaining()) {
            boolean ended = !packed.hasRemaining() && !readPacked();
            if (ended && whole) {
                return false;
            }
            int before = packed.remaining();
            unpacked.clear();
            try {
                whole = context.decompressDirectByteBufferStream(unpacked, packed);
            } catch (ZstdException e) {
                throw (IOException) new ZipException(DAMAGED).initCause(e);
            } finally {
                unpacked.flip();
            }
            if (ended && !whole && !unpacked.hasRemaining() && before == packed.remaining()) {
                throw new EOFException("it ends too early");
            }
        }
        return true;
    }

    private boolean readPacked() throws IOException {
        int count = in.read(bytes);
        packed.clear();
        packed.put(bytes, 0, Math.max(0, count)).flip();
        return count >= 0;
    }

    @Override
    public void close() throws IOException {
        context.close();
        in.close();
    }
}
