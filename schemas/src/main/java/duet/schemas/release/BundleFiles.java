package duet.schemas.release;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Locale;
import java.util.OptionalLong;

/** Reads the files of a bundle where it was released. */
public interface BundleFiles {
    /**
     * An opened file.
     *
     * @param content the file from its start; the receiver closes it
     * @param bytes how long it says to be, where it does
     */
    record Opened(InputStream content, OptionalLong bytes) {}

    /**
     * Opens a file for reading from its start. It may block: whoever fetches gives up waiting when
     * the time for the bundle is over, interrupts the thread and closes the content.
     *
     * @param name name in the bundle, without a path
     * @throws IOException if it is missing, no regular file, or cannot be reached
     */
    Opened open(String name) throws IOException;

    /** Returns where the files are, for messages: without user, password and query. */
    String place();

    /**
     * Returns an address without what may be secret in it, and as it is written: a line break stays
     * {@code %0A}.
     */
    static String shown(URI uri) {
        return String.format(
                Locale.ROOT,
                "%s://%s%s%s",
                uri.getScheme(),
                uri.getHost() == null ? "" : uri.getHost(),
                uri.getPort() < 0 ? "" : ":" + uri.getPort(),
                uri.getRawPath() == null ? "" : uri.getRawPath());
    }
}
