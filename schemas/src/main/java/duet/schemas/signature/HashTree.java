package duet.schemas.signature;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The hash tree of RFC 9162, section 2.1, over SHA-256: its root stands for all of its messages and
 * their order, and the path from a message to the root shows that it is one of them. Hashes of
 * messages begin with another byte than those of two hashes, so that neither is taken for the
 * other.
 */
final class HashTree {
    static final int HASH_BYTES = 32;

    private static final byte LEAF = 0;
    private static final byte INNER = 1;

    /** From the messages' own up to the root; the last of an odd number goes up as it is. */
    private final byte[][][] levels;

    /**
     * @param messages one at least
     */
    HashTree(List<byte[]> messages) {
        MessageDigest digest = sha256();
        int depth = 1;
        for (int size = messages.size(); size > 1; size = above(size)) {
            depth++;
        }
        levels = new byte[depth][][];
        levels[0] = new byte[messages.size()][];
        for (int i = 0; i < levels[0].length; i++) {
            levels[0][i] = leaf(digest, messages.get(i));
        }
        for (int n = 1; n < depth; n++) {
            byte[][] below = levels[n - 1];
            levels[n] = new byte[above(below.length)][];
            for (int i = 0; i < levels[n].length; i++) {
                int left = 2 * i;
                levels[n][i] =
                        left + 1 == below.length
                                ? below[left]
                                : inner(digest, below[left], below[left + 1]);
            }
        }
    }

    byte[] root() {
        return levels[levels.length - 1][0];
    }

    /** Writes the hashes that, with the message of that index, give the root. */
    void writePath(int index, ByteBuffer to) {
        int i = index;
        for (int n = 0; n < levels.length - 1; n++) {
            if ((i ^ 1) < levels[n].length) {
                to.put(levels[n][i ^ 1]);
            }
            i >>= 1;
        }
    }

    /**
     * Returns the number of hashes of a path.
     *
     * @param index 0 to {@code count - 1}
     * @param count messages of the tree
     */
    static int pathLength(int index, int count) {
        int length = 0;
        int i = index;
        for (int size = count; size > 1; size = above(size)) {
            if ((i ^ 1) < size) {
                length++;
            }
            i >>= 1;
        }
        return length;
    }

    /**
     * Returns the root of the tree that has the message at that place.
     *
     * @param path of {@link #pathLength} hashes, which are read
     */
    static byte[] root(byte[] message, int index, int count, ByteBuffer path) {
        MessageDigest digest = sha256();
        byte[] hash = leaf(digest, message);
        byte[] other = new byte[HASH_BYTES];
        int i = index;
        for (int size = count; size > 1; size = above(size)) {
            if ((i ^ 1) < size) {
                path.get(other);
                hash = (i & 1) == 0 ? inner(digest, hash, other) : inner(digest, other, hash);
            }
            i >>= 1;
        }
        return hash;
    }

    private static int above(int size) {
        return (size + 1) / 2;
    }

    private static byte[] leaf(MessageDigest digest, byte[] message) {
        digest.update(LEAF);
        return digest.digest(message);
    }

    private static byte[] inner(MessageDigest digest, byte[] left, byte[] right) {
        digest.update(INNER);
        digest.update(left);
        return digest.digest(right);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
