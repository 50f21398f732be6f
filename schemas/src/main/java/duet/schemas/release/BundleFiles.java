package duet.schemas.release;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Locale;

/** Reads the files of a bundle where it was released. */
public interface BundleFiles {
    /**
     * Opens a file for reading from its start; the caller closes it.
     *
     * @param name name in the bundle, without a path
     * @throws IOException if it is missing or cannot be reached
     */
    InputStream open(String name) throws IOException;

    /** Returns where the files are, for messages: without user, password and query. */
    String place();

    /** Returns an address without what may be secret in it. */
    static String shown(URI uri) {
        return String.format(
                Locale.ROOT,
                "%s://%s%s%s",
                uri.getScheme(),
                uri.getHost() == null ? "" : uri.getHost(),
                uri.getPort() < 0 ? "" : ":" + uri.getPort(),
                uri.getPath() == null ? "" : uri.getPath());
    }
}
