package duet.schemas.signature;

import java.security.PublicKey;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * A public key of Ed25519 (RFC 8032), decompressed once. It is immutable, and any number of threads
 * may verify.
 */
final class VerifyingKey {
    static final int SIGNATURE_BYTES = Ed25519.SIGNATURE_SIZE;

    private final Ed25519.PublicPoint point;

    private VerifyingKey(Ed25519.PublicPoint point) {
        this.point = point;
    }

    /**
     * Takes the point out of a key that was read; null if no private key can have it: it is not on
     * the curve, not written in the only way (RFC 8032, 5.1.3), or not in the group of prime order,
     * where for some keys anybody can sign.
     */
    static @Nullable VerifyingKey of(PublicKey key) {
        // SubjectPublicKeyInfo (RFC 8410) ends with the key's 32 bytes.
        byte[] encoded = key.getEncoded();
        if (encoded.length < Ed25519.PUBLIC_KEY_SIZE) {
            return null;
        }
        byte[] bytes =
                Arrays.copyOfRange(
                        encoded, encoded.length - Ed25519.PUBLIC_KEY_SIZE, encoded.length);
        Ed25519.PublicPoint point = Ed25519.validatePublicKeyFullExport(bytes, 0);
        return point == null ? null : new VerifyingKey(point);
    }

    /** Takes the key that was made of a private one. */
    static VerifyingKey of(byte[] publicKey) {
        return new VerifyingKey(
                Objects.requireNonNull(Ed25519.validatePublicKeyFullExport(publicKey, 0)));
    }

    /**
     * Returns whether the key's holder made the signature over {@code message}. A signature whose
     * number is not below the group's order is refused, so that nobody makes a second one of one.
     *
     * @param signature 64 bytes
     */
    boolean verifies(byte[] message, byte[] signature) {
        return Ed25519.verify(signature, 0, point, message, 0, message.length);
    }
}
