package duet.operations.release;

import duet.schemas.InvalidInputException;
import duet.schemas.record.ModelRelease;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.signature.Signer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the private keys of an operator: one to publish a bundle with, one to decide which devices
 * run it.
 *
 * @param publisher signs what is published; null: it is not signed
 * @param promoter signs share and state; null: they are not signed
 */
public record ReleaseSigners(@Nullable Signer publisher, @Nullable Signer promoter) {
    private static final ReleaseSigners NONE = new ReleaseSigners(null, null);

    /** Returns no keys: nothing is signed. */
    public static ReleaseSigners none() {
        return NONE;
    }

    /** Returns one key for both; null for none. */
    public static ReleaseSigners of(@Nullable Signer signer) {
        return new ReleaseSigners(signer, signer);
    }

    /** Returns the keys that tell what these have signed; none where they sign nothing. */
    public ReleaseKeys keys() {
        if (publisher == null) {
            return ReleaseKeys.none();
        }
        return promoter == null
                ? ReleaseKeys.of(publisher.verifier())
                : ReleaseKeys.of(publisher.verifier(), promoter.verifier());
    }

    /** Signs a release that is published, and what it is to be for now. */
    ModelRelease published(ModelRelease release) {
        if (publisher != null) {
            release.setSignature(publisher.signPublication(release));
        }
        return rolledOut(release);
    }

    /** Signs what a release is to be for from now on. */
    private ModelRelease rolledOut(ModelRelease release) {
        if (promoter != null) {
            release.setRolloutSignature(promoter.signRollout(release));
        }
        return release;
    }

    /**
     * Signs the change of a release that was published before.
     *
     * @throws InvalidInputException if it is signed and the change would not be, so that job and
     *     devices would not take it, or the other way round
     */
    ModelRelease changed(ModelRelease release) {
        requireAlike(release);
        return rolledOut(release);
    }

    /**
     * Checks that a release is signed where its changes are.
     *
     * @throws InvalidInputException naming its version
     */
    void requireAlike(ModelRelease release) {
        boolean signed = release.getSignature() != null;
        if (signed && promoter == null) {
            throw new InvalidInputException(
                    "version "
                            + release.getVersion()
                            + " is signed: whoever asks for signatures takes no change of it"
                            + " without one; --sign KEY makes it");
        }
        if (!signed && promoter != null) {
            throw new InvalidInputException(
                    "version "
                            + release.getVersion()
                            + " is not signed, and signing its change does not make it so: publish"
                            + " it again with --sign KEY, or leave --sign out");
        }
    }
}
