package duet.jobs.release;

import duet.schemas.record.ModelRelease;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.ReleaseRefusedException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;

/**
 * A source makes generators of releases, on the machine where a subtask runs. It is used by one
 * thread at a time.
 */
@FunctionalInterface
public interface ReleaseSource extends Serializable {
    /**
     * Fetches, verifies, warms up and probes a release.
     *
     * @throws ReleaseRefusedException if it must not be served
     * @throws IOException if it cannot be fetched now; a later attempt may succeed
     */
    OpenedRelease open(ModelRelease release) throws ReleaseRefusedException, IOException;

    /**
     * Returns the keys of which some must have signed a release before it counts, as they are on
     * this machine.
     *
     * @throws duet.schemas.InvalidInputException naming the key file that cannot be used
     */
    default ReleaseKeys keys() {
        return ReleaseKeys.none();
    }

    /** Returns how long opening a release may take in all; it is given up then. */
    default Duration limit() {
        return Duration.ofMinutes(10);
    }
}
