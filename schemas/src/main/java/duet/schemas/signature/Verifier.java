package duet.schemas.signature;

import duet.schemas.InvalidInputException;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.WeightDelta;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
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
    private final List<VerifyingKey> keys;

    private Verifier(List<VerifyingKey> keys) {
        this.keys = keys;
    }

    /**
     * Returns the verifier with the keys of a file.
     *
     * @param file X.509 public keys in PEM, one to 16
     * @throws InvalidInputException naming the file: missing, unreadable, or not only Ed25519
     *     public keys that a private key can have
     */
    public static Verifier read(Path file) {
        List<VerifyingKey> keys = new ArrayList<>();
        for (PublicKey read : KeyFile.publicKeys(file)) {
            VerifyingKey key = VerifyingKey.of(read);
            if (key == null) {
                throw new InvalidInputException(
                        file + " holds a public key that no private key of Ed25519 has");
            }
            keys.add(key);
        }
        return new Verifier(List.copyOf(keys));
    }

    /** Returns the verifier of one key. */
    static Verifier of(VerifyingKey key) {
        return new Verifier(List.of(key));
    }

    /**
     * Returns whether the delta carries the signature of one of the keys over what it now holds,
     * its own or that of several deltas. A delta without a signature gives {@code false}.
     */
    public boolean verifies(WeightDelta delta) {
        ByteBuffer signature = delta.getSignature();
        if (signature == null) {
            return false;
        }
        byte[] message = Signer.message(delta);
        byte[] signed =
                isSignature(signature) ? message : BatchSignature.signed(message, signature);
        return signed != null && verifies(signed, signature);
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
        return signature != null && signature.remaining() == VerifyingKey.SIGNATURE_BYTES;
    }

    private boolean verifies(byte[] message, ByteBuffer signature) {
        byte[] bytes = new byte[VerifyingKey.SIGNATURE_BYTES];
        signature.duplicate().get(bytes);
        for (VerifyingKey key : keys) {
            if (key.verifies(message, bytes)) {
                return true;
            }
        }
        return false;
    }
}
