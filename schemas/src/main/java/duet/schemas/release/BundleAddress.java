package duet.schemas.release;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;

/** Resolves the address of a bundle as a release gives it. */
final class BundleAddress {
    private BundleAddress() {}

    /**
     * Returns the files at an address.
     *
     * @param bundleUri address of the bundle's directory
     * @param fileTime longest time for one file over HTTP
     * @param others reaches addresses that are of none of the schemes {@code file}, {@code http}
     *     and {@code https}
     * @throws ReleaseRefusedException if it is no address at which a bundle can be
     */
    static BundleFiles files(String bundleUri, Duration fileTime, BundleAccess others)
            throws ReleaseRefusedException {
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
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "http", "https" -> {
                if (uri.getHost() == null) {
                    throw new ReleaseRefusedException("the address of its bundle names no host");
                }
                yield new HttpBundleFiles(uri, fileTime);
            }
            case "file" -> new LocalBundleFiles(uri);
            default -> others.at(uri);
        };
    }
}
