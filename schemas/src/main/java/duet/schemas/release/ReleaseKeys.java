package duet.schemas.release;

import duet.schemas.InvalidInputException;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.signature.Verifier;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the public keys of those who may release: who publishes a bundle, and who decides which
 * devices run it. It is immutable, and any number of threads may ask.
 */
public final class ReleaseKeys {
    private static final ReleaseKeys NONE = new ReleaseKeys(null, null);

    private final @Nullable Verifier publishers;
    private final @Nullable Verifier promoters;

    private ReleaseKeys(@Nullable Verifier publishers, @Nullable Verifier promoters) {
        this.publishers = publishers;
        this.promoters = promoters;
    }

    /** Returns the keys of those who ask for no signature. */
    public static ReleaseKeys none() {
        return NONE;
    }

    /** Returns keys of which each may publish and promote. */
    public static ReleaseKeys of(Verifier all) {
        return new ReleaseKeys(all, null);
    }

    /** Returns keys of which some may publish, and others decide which devices run a release. */
    public static ReleaseKeys of(Verifier publishers, Verifier promoters) {
        return new ReleaseKeys(publishers, promoters);
    }

    /**
     * Returns the keys of two files of X.509 public keys in PEM, one to 16 each.
     *
     * @param publishers keys that may publish; null to ask for no signature
     * @param promoters keys that decide which devices run a release; null: those that publish
     * @throws InvalidInputException naming the file: missing, unreadable, or not only Ed25519
     *     public keys
     */
    public static ReleaseKeys read(@Nullable Path publishers, @Nullable Path promoters) {
        if (publishers == null) {
            return NONE;
        }
        return new ReleaseKeys(
                Verifier.read(publishers), promoters == null ? null : Verifier.read(promoters));
    }

    /** Returns whether a release needs signatures. */
    public boolean areAsked() {
        return publishers != null;
    }

    /** Says in one line why nobody may have published the release; empty where one of them has. */
    public Optional<String> publicationRefusal(ModelRelease release) {
        if (publishers == null || publishers.verifiesPublication(release)) {
            return Optional.empty();
        }
        return Optional.of(
                release.getSignature() == null
                        ? "it is not signed"
                        : "none of the trusted keys has signed it");
    }

    /**
     * Says in one line why a release may not be taken; empty where it bears both signatures.
     *
     * <p>Whoever publishes may sign the rollout of what no device runs, before and after: that is
     * how a release is announced, and an announcement is taken back.
     *
     * @param known what is known of that version; null: nothing
     */
    Optional<String> refusal(ModelRelease release, @Nullable ModelRelease known) {
        Optional<String> refusal = publicationRefusal(release);
        if (refusal.isPresent() || publishers == null) {
            return refusal;
        }
        if (release.getRolloutSignature() == null) {
            return Optional.of("its share and state are not signed");
        }
        if (promoters == null
                ? publishers.verifiesRollout(release)
                : promoters.verifiesRollout(release)
                        || (concernsNoDevice(release, known)
                                && publishers.verifiesRollout(release))) {
            return Optional.empty();
        }
        return Optional.of("none of the keys that may do so has signed its share and state");
    }

    private static boolean concernsNoDevice(ModelRelease release, @Nullable ModelRelease known) {
        return release.getShare() == 0 && (known == null || isRunByNone(known));
    }

    private static boolean isRunByNone(ModelRelease known) {
        return known.getShare() == 0 || known.getState() == ReleaseState.WITHDRAWN;
    }
}
