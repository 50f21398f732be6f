package duet.schemas.signature;

import duet.schemas.InvalidInputException;
import duet.schemas.delta.CanonicalDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.WeightDelta;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Signs with one private key. It is immutable, and any number of threads may sign at once. */
public final class Signer {
    private final SigningKey key;

    private Signer(SigningKey key) {
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
        return new Signer(SigningKey.of(KeyFile.privateKey(file)));
    }

    /**
     * Returns the signature that belongs into {@code delta}, 64 bytes over the bytes that its
     * checksum covers. Neither the checksum nor a signature that it has counts.
     */
    public ByteBuffer sign(WeightDelta delta) {
        return ByteBuffer.wrap(key.sign(message(delta)));
    }

    /**
     * Signs several deltas at once, which costs little more than to sign one of them.
     *
     * @param deltas not more than 2^20
     * @return what belongs into each of them, in their order: bytes by which it can be verified
     *     without the others, which are its place among them and 32 bytes for each doubling of
     *     their number more than a signature of its own; the latter if there is one delta only
     */
    public List<ByteBuffer> sign(List<WeightDelta> deltas) {
        if (deltas.size() > BatchSignature.MAX_MESSAGES) {
            throw new IllegalArgumentException("sign " + deltas.size() + " deltas at once");
        }
        return deltas.size() < 2
                ? deltas.stream().map(this::sign).toList()
                : BatchSignature.sign(key, deltas.stream().map(Signer::message).toList());
    }

    /**
     * Returns the signature that belongs into {@code release} as that of whoever publishes it, 64
     * bytes over what is the same as long as it is released: version, address, hash, time and
     * metrics.
     */
    public ByteBuffer signPublication(ModelRelease release) {
        return ByteBuffer.wrap(key.sign(ReleaseMessage.publication(release)));
    }

    /**
     * Returns the rollout signature that belongs into {@code release}, 64 bytes over all that
     * {@link #signPublication} covers, and share, state and counter.
     */
    public ByteBuffer signRollout(ModelRelease release) {
        return ByteBuffer.wrap(key.sign(ReleaseMessage.rollout(release)));
    }

    /**
     * Returns what is signed of a delta. Its first byte is 0 or -1, so it is never what is signed
     * of a release.
     */
    static byte[] message(WeightDelta delta) {
        return CanonicalDelta.bytes(delta);
    }

    /** Returns the verifier that takes what this signer, and nobody else, has signed. */
    public Verifier verifier() {
        return Verifier.of(key.verifyingKey());
    }

    /** Returns a text that names no key. */
    @Override
    public String toString() {
        return "Signer";
    }
}
