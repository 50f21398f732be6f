package duet.schemas.release;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Resolves the address of a bundle as a release gives it. */
final class BundleAddress {
    private BundleAddress() {}

    /**
     * Returns the files at an address; none of them is asked for yet.
     *
     * @param bundleUri address of the bundle's directory
     * @param allowed where bundles may be
     * @param others reaches addresses that are of none of the schemes {@code file}, {@code http}
     *     and {@code https}
     * @throws ReleaseRefusedException if it is no address at which a bundle can be, or may be
     */
    static BundleFiles files(String bundleUri, AllowedAddresses allowed, BundleAccess others)
            throws ReleaseRefusedException {
        URI uri = parsed(bundleUri);
        boolean isWeb = isOf(uri, "http") || isOf(uri, "https");
        if (isWeb && uri.getHost() == null) {
            throw new ReleaseRefusedException("the address of its bundle names no host");
        }
        if (!allowed.allow(uri)) {
            throw new ReleaseRefusedException(
                    "the address of its bundle, "
                            + BundleFiles.shown(uri)
                            + ", is not one of those that are allowed: duet.releases.allow of the"
                            + " job, --allow of simulated devices");
        }
        if (isWeb) {
            return new HttpBundleFiles(uri, allowed);
        }
        return isOf(uri, "file") ? new LocalBundleFiles(uri) : others.at(uri);
    }

    private static URI parsed(String bundleUri) throws ReleaseRefusedException {
        URI uri;
        try {
            uri = new URI(bundleUri.endsWith("/") ? bundleUri : bundleUri + "/");
        } catch (URISyntaxException e) {
            // The exception quotes the whole address, which may hold a password.
            throw new ReleaseRefusedException("the address of its bundle is no URI");
        }
        if (uri.getScheme() == null) {
            throw new ReleaseRefusedException(
                    "the address of its bundle has no scheme, such as file: or https:");
        }
        if (uri.isOpaque()) {
            throw new ReleaseRefusedException(
                    "the address of its bundle has no path after " + uri.getScheme() + ":");
        }
        // The files stand beside the last segment of such an address, not below it.
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new ReleaseRefusedException(
                    "the address of its bundle has a query or a fragment");
        }
        return uri;
    }

    private static boolean isOf(URI uri, String scheme) {
        return uri.getScheme().toLowerCase(Locale.ROOT).equals(scheme);
    }
}
