package duet.schemas.signature;

import duet.schemas.InvalidInputException;
import duet.schemas.delta.CanonicalDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.WeightDelta;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

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
     * Returns the signature that belongs into {@code release}, 64 bytes over the hexadecimal text
     * of its {@code manifestSha256}.
     */
    public ByteBuffer sign(ModelRelease release) {
        return ByteBuffer.wrap(key.sign(message(release)));
    }

    /**
     * Returns what is signed of a delta. Its first byte is 0 or -1, so it is never what is signed
     * of a release.
     */
    static byte[] message(WeightDelta delta) {
        return CanonicalDelta.bytes(delta);
    }

    /** Returns what is signed of a release: 64 letters and digits. */
    static byte[] message(ModelRelease release) {
        return release.getManifestSha256().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a text that names no key. */
    @Override
    public String toString() {
        return "Signer";
    }
}
