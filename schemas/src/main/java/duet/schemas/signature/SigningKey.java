package duet.schemas.signature;

import java.security.PrivateKey;
import java.security.interfaces.EdECPrivateKey;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A private key of Ed25519 (RFC 8032). It is immutable, and any number of threads may sign. */
final class SigningKey {
    private final byte[] seed;
    private final byte[] publicKey;

    private SigningKey(byte[] seed) {
        this.seed = seed;
        // Always made of the seed: signatures with the public key of another one give it away.
        this.publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    }

    /**
     * Takes the seed out of a key that was read.
     *
     * @throws IllegalArgumentException if it is not an Ed25519 key that shows its seed
     */
    static SigningKey of(PrivateKey key) {
        if (key instanceof EdECPrivateKey shown) {
            byte[] seed = shown.getBytes().orElse(new byte[0]);
            if (seed.length == Ed25519.SECRET_KEY_SIZE) {
                return new SigningKey(seed);
            }
        }
        throw new IllegalArgumentException("no " + KeyFile.ALGORITHM + " private key");
    }

    /** Returns the 64 bytes of the signature over {@code message}. */
    byte[] sign(byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
        return signature;
    }

    /** Returns the key that tells what this one has signed. */
    VerifyingKey verifyingKey() {
        return VerifyingKey.of(publicKey);
    }

    /** Returns a text that shows nothing of the key. */
    @Override
    public String toString() {
        return "SigningKey";
    }
}
