package duet.schemas.bundle;

import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;

/**
 * Says how the id of an item in a log becomes the number by which the item travels and is kept in
 * state, from 0 to 2⁶³ − 1. A model's bundle says which rule it goes by; docs/concepts/bundle.md
 * has the rules in other languages.
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

    /** An id has at most so many characters of UTF-16, which is room for a long URL. */
    public static final int MOST_CHARACTERS = 2_048;

    /** This is how a manifest calls {@link #hash}. */
    static final String FUNCTION = "sha256-63";

    /** The largest number has so many digits. */
    private static final int MOST_DIGITS = 19;

    /** An error shows so many characters of an id. */
    private static final int SHOWN_CHARACTERS = 80;

    /** Returns how a manifest calls the rule: {@code number} or {@code hash}. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the number of an item, whether or not a model knows it. */
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
     * Refuses what can be no item's id. What is not well-formed Unicode has no UTF-8 bytes, so that
     * languages would hash it differently.
     *
     * @throws InvalidInputException if the id is empty, has more than {@link #MOST_CHARACTERS}
     *     characters, half of a surrogate pair, a NUL, or white space around it
     */
    public static void requireSound(String id) {
        if (id.isEmpty() || id.length() > MOST_CHARACTERS) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the item id '%s' has %,d characters, it must have 1 to %,d",
                            excerpt(id),
                            id.length(),
                            MOST_CHARACTERS));
        }
        if (id.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw new InvalidInputException(
                    "the item id '" + excerpt(id) + "' is no Unicode: it has half a character");
        }
        if (id.indexOf('\0') >= 0 || !id.equals(id.strip())) {
            throw new InvalidInputException(
                    "the item id '"
                            + excerpt(id)
                            + "' begins or ends with white space, or holds a NUL: no log gives"
                            + " such an id");
        }
    }

    /** Returns an id in one line of bounded length, whatever it holds. */
    static String excerpt(String id) {
        return id.length() <= SHOWN_CHARACTERS
                ? OneLine.of(id)
                : OneLine.of(id, SHOWN_CHARACTERS - 1) + "…";
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
