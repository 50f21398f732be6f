package duet.schemas;

import java.nio.charset.StandardCharsets;

/**
 * Computes the 64-bit hash FNV-1a. It is the same in every process and release, because its results
 * are stored and compared.
 */
public final class Fnv1a {
    private static final long PRIME = 0x100000001b3L;

    private long hash = 0xcbf29ce484222325L;

    /** Adds an octet, or a larger unit where the hash is of those. */
    public Fnv1a add(int unit) {
        hash = (hash ^ unit) * PRIME;
        return this;
    }

    /** Adds the octets of a text in UTF-8. */
    public Fnv1a addOctets(String text) {
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            add(octet & 0xff);
        }
        return this;
    }

    /** Adds the characters of a text as units of 16 bits. */
    public Fnv1a addCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            add(text.charAt(i));
        }
        return this;
    }

    public long value() {
        return hash;
    }
}
