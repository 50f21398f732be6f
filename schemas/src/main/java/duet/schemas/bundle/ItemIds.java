package duet.schemas.bundle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Says how the id of an item in a log becomes the number by which the item travels and is kept in
 * state, from 0 to 2⁶³ − 1.
 */
public enum ItemIds {
    /**
     * An id that is a number in canonical decimal stands for itself, {@code 7} but not {@code 007};
     * any other is hashed as {@link #HASH} says. A model has this rule where all its ids are such
     * numbers.
     */
    NUMBER,

    /** Every id is hashed, also one that is a number. */
    HASH;

    /** The largest number has so many digits. */
    private static final int MOST_DIGITS = 19;

    /** Returns the number of an item. */
    public long of(String id) {
        return this == NUMBER && isNumber(id) ? Long.parseLong(id) : hash(id);
    }

    /** Returns whether an id is a number from 0 to 2⁶³ − 1, written without sign or leading 0. */
    public static boolean isNumber(String id) {
        int length = id.length();
        if (length == 0 || length > MOST_DIGITS || (length > 1 && id.charAt(0) == '0')) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (id.charAt(i) < '0' || id.charAt(i) > '9') {
                return false;
            }
        }
        // As text: digits of one length stand in the order of their numbers.
        return length < MOST_DIGITS || id.compareTo(String.valueOf(Long.MAX_VALUE)) <= 0;
    }

    /**
     * Returns the hash of an id: the first 8 bytes of the SHA-256 (FIPS 180-4) of its UTF-8 bytes,
     * big-endian, without the highest bit. There is no seed.
     */
    public static long hash(String id) {
        MessageDigest digest = ModelBundle.newSha256();
        byte[] hash = digest.digest(id.getBytes(StandardCharsets.UTF_8));
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number = number << Byte.SIZE | hash[i] & 0xFF;
        }
        return number & Long.MAX_VALUE;
    }
}
