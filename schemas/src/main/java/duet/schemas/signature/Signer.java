package duet.schemas.signature;

import duet.schemas.InvalidInputException;
import duet.schemas.delta.CanonicalDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.WeightDelta;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/** Signs with one private key. It is immutable, and any number of threads may sign at once. */
public final class Signer {
    private final PrivateKey key;

    private Signer(PrivateKey key) {
        this.key = key;
    }

    /**
     * Returns the signer with the key of a file.
     *
     * @param file one PKCS#8 private key in PEM, without a pass phrase
     * @throws InvalidInputException naming the file: missing, unreadable, or not an Ed25519 private
     *     key
     */
    public static Signer read(Path file) {
        return new Signer(KeyFile.privateKey(file));
    }

    /**
     * Returns the signature that belongs into {@code delta}, 64 bytes over the bytes that its
     * checksum covers. Neither the checksum nor a signature that it has counts.
     */
    public ByteBuffer sign(WeightDelta delta) {
        return ByteBuffer.wrap(sign(message(delta)));
    }

    /**
     * Returns the signature that belongs into {@code release} as that of whoever publishes it, 64
     * bytes over what is the same as long as it is released: version, address, hash, time and
     * metrics.
     */
    public ByteBuffer signPublication(ModelRelease release) {
        return ByteBuffer.wrap(sign(ReleaseMessage.publication(release)));
    }

    /**
     * Returns the rollout signature that belongs into {@code release}, 64 bytes over all that
     * {@link #signPublication} covers, and share, state and counter.
     */
    public ByteBuffer signRollout(ModelRelease release) {
        return ByteBuffer.wrap(sign(ReleaseMessage.rollout(release)));
    }

    private byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(KeyFile.ALGORITHM);
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot sign with " + KeyFile.ALGORITHM, e);
        }
    }

    /**
     * Returns what is signed of a delta. Its first byte is 0 or -1, so it is never what is signed
     * of a release.
     */
    static byte[] message(WeightDelta delta) {
        return CanonicalDelta.bytes(delta);
    }

    /** Returns a text that names no key. */
    @Override
    public String toString() {
        return "Signer";
    }
}
