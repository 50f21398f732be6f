package duet.jobs.release;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Set;

/** The files of a bundle where it was released. */
interface BundleFiles {
    /** Longest time that one file may take over HTTP. */
    Duration HTTP_TIME = Duration.ofMinutes(5);

    /**
     * Opens a file for reading from its start; the caller closes it.
     *
     * @param name name in the bundle, without a path
     * @throws IOException if it is missing or cannot be reached
     */
    InputStream open(String name) throws IOException;

    /** Where the files are, for messages: without user, password and query. */
    String place();

    /**
     * The files at an address: {@code http} and {@code https} over HTTP, {@code file} and all others through Flink's file
     * systems.
     *
     * @param bundleUri address of the bundle's directory
     * @throws ReleaseRefusedException if it is no address of that kind
     */
    static BundleFiles at(String bundleUri) throws ReleaseRefusedException {
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
        if (Set.of("http", "https").contains(uri.getScheme())) {
            if (uri.getHost() == null) {
                throw new ReleaseRefusedException("the address of its bundle names no host");
            }
            return new HttpBundleFiles(uri, HTTP_TIME);
        }
        return new FileSystemBundleFiles(uri);
    }

    /** An address without what may be secret in it. */
    static String shown(URI uri) {
        return "%s://%s%s%s"
                .formatted(
                        uri.getScheme(),
                        uri.getHost() == null ? "" : uri.getHost(),
                        uri.getPort() < 0 ? "" : ":" + uri.getPort(),
                        uri.getPath() == null ? "" : uri.getPath());
    }
}
