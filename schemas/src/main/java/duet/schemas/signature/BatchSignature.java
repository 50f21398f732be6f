package duet.schemas.signature;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signature over many messages at once, of which each gets what shows that it is one of them: the
 * signature, 64 bytes; its index and the number of messages, 4 bytes each, big-endian; and the path
 * of its hash in their {@link HashTree}, 32 bytes a step. Signed are a tag, the number and the root
 * of the tree.
 */
final class BatchSignature {
    /** The most messages: a path has 20 hashes at most. */
    static final int MAX_MESSAGES = 1 << 20;

    /** Neither a delta's bytes begin so, nor what is signed of a release. */
    private static final byte[] TAG =
            "Duet deltas, a batch, 1\n".getBytes(StandardCharsets.US_ASCII);

    private static final int PLACE_BYTES = 2 * Integer.BYTES;

    private BatchSignature() {}

    /**
     * Signs messages, two at least and {@link #MAX_MESSAGES} at most.
     *
     * @return what each of them gets, in their order
     */
    static List<ByteBuffer> sign(SigningKey key, List<byte[]> messages) {
        int count = messages.size();
        HashTree tree = new HashTree(messages);
        byte[] signature = key.sign(signed(count, tree.root()));
        List<ByteBuffer> signatures = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ByteBuffer one = ByteBuffer.allocate(bytes(i, count));
            one.put(signature).putInt(i).putInt(count);
            tree.writePath(i, one);
            signatures.add(one.flip());
        }
        return signatures;
    }

    /**
     * Returns what the first 64 bytes of a signature have to be the signature of if it is that of
     * the message; null if it has not the form of one.
     */
    static byte @Nullable [] signed(byte[] message, ByteBuffer signature) {
        ByteBuffer rest = signature.duplicate();
        if (rest.remaining() < VerifyingKey.SIGNATURE_BYTES + PLACE_BYTES) {
            return null;
        }
        rest.position(rest.position() + VerifyingKey.SIGNATURE_BYTES);
        int index = rest.getInt();
        int count = rest.getInt();
        if (count < 2
                || count > MAX_MESSAGES
                || index < 0
                || index >= count
                || signature.remaining() != bytes(index, count)) {
            return null;
        }
        return signed(count, HashTree.root(message, index, count, rest));
    }

    private static byte[] signed(int count, byte[] root) {
        return ByteBuffer.allocate(TAG.length + Integer.BYTES + HashTree.HASH_BYTES)
                .put(TAG)
                .putInt(count)
                .put(root)
                .array();
    }

    private static int bytes(int index, int count) {
        return VerifyingKey.SIGNATURE_BYTES
                + PLACE_BYTES
                + HashTree.pathLength(index, count) * HashTree.HASH_BYTES;
    }
}
