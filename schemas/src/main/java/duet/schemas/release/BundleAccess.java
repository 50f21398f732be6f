package duet.schemas.release;

import java.net.URI;

/** Reaches bundles at addresses of a kind, such as those of a file system. */
@FunctionalInterface
public interface BundleAccess {
    /**
     * Returns the files of the bundle at an address, of which nothing is read yet.
     *
     * @param directory address of the bundle's directory, with a scheme and a slash at its end
     * @throws ReleaseRefusedException if there can be no bundle at such an address
     */
    BundleFiles at(URI directory) throws ReleaseRefusedException;
}
