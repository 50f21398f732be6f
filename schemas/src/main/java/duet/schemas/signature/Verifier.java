package duet.schemas.signature;

import duet.schemas.InvalidInputException;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.WeightDelta;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a {@link Signer} has signed from everything else. It is immutable, and any number of
 * threads may verify at once.
 *
 * <p>It may hold several keys and takes what any of them has signed: a key is changed by handing
 * out the new one beside the old, changing the signer, and taking the old one away.
 */
public final class Verifier {
    private static final int SIGNATURE_BYTES = 64;

    private final List<PublicKey> keys;

    private Verifier(List<PublicKey> keys) {
        this.keys = keys;
    }

    /**
     * Returns the verifier with the keys of a file.
     *
     * @param file X.509 public keys in PEM, one to 16
     * @throws InvalidInputException naming the file: missing, unreadable, or not only Ed25519
     *     public keys
     */
    public static Verifier read(Path file) {
        return new Verifier(List.copyOf(KeyFile.publicKeys(file)));
    }

    /**
     * Returns whether the delta carries the signature of one of the keys over what it now holds. A
     * delta without a signature gives {@code false}.
     */
    public boolean verifies(WeightDelta delta) {
        return isSignature(delta.getSignature())
                && verifies(Signer.message(delta), delta.getSignature());
    }

    /**
     * Returns whether the release carries the signature of one of the keys as that of whoever
     * published it, over what it now holds. Whether the bundle has the hash that is signed, is for
     * the caller to compare. A release without a signature gives {@code false}.
     */
    public boolean verifiesPublication(ModelRelease release) {
        return isSignature(release.getSignature())
                && verifies(ReleaseMessage.publication(release), release.getSignature());
    }

    /**
     * Returns whether the release carries the rollout signature of one of the keys over what it now
     * holds, share, state and counter included. One without it gives {@code false}.
     */
    public boolean verifiesRollout(ModelRelease release) {
        return isSignature(release.getRolloutSignature())
                && verifies(ReleaseMessage.rollout(release), release.getRolloutSignature());
    }

    private static boolean isSignature(@Nullable ByteBuffer signature) {
        return signature != null && signature.remaining() == SIGNATURE_BYTES;
    }

    private boolean verifies(byte[] message, ByteBuffer signature) {
        byte[] bytes = new byte[SIGNATURE_BYTES];
        signature.duplicate().get(bytes);
        for (PublicKey key : keys) {
            if (verifies(key, message, bytes)) {
                return true;
            }
        }
        return false;
    }

    private static boolean verifies(PublicKey key, byte[] message, byte[] bytes) {
        try {
            Signature signature = Signature.getInstance(KeyFile.ALGORITHM);
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(bytes);
        } catch (SignatureException e) {
            // Not the encoding of any signature.
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot verify " + KeyFile.ALGORITHM, e);
        }
    }
}
