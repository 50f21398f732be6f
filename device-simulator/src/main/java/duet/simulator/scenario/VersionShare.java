package duet.simulator.scenario;

import java.nio.file.Path;

/**
 * Describes devices that run another model than the rest.
 *
 * @param bundle directory of the model
 * @param share share of the devices that run it
 */
public record VersionShare(Path bundle, double share) {
    public VersionShare {
        Limits.share("versions.share", share);
    }
}
