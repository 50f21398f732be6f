package duet.schemas.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;

/**
 * Reads a bundle on a web server. Redirects are followed on the same server, to addresses that are
 * allowed as the first one is.
 */
final class HttpBundleFiles implements BundleFiles {
    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int MAX_REDIRECTS = 5;

    private final URI directory;
    private final AllowedAddresses allowed;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .connectTimeout(CONNECT_TIME)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    /**
     * Makes a reader of the bundle in this directory of a web server.
     *
     * @param allowed where redirects may lead
     */
    HttpBundleFiles(URI directory, AllowedAddresses allowed) {
        this.directory = directory;
        this.allowed = allowed;
    }

    @Override
    public Opened open(String name) throws IOException {
        URI address = directory.resolve(name);
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpResponse<InputStream> response = send(address);
            if (response.statusCode() == OK) {
                return new Opened(
                        response.body(), response.headers().firstValueAsLong("Content-Length"));
            }
            response.body().close();
            if (!REDIRECTS.contains(response.statusCode())) {
                throw new IOException("the server answers " + response.statusCode());
            }
            address = redirected(address, response.headers().firstValue("Location").orElse(""));
        }
        throw new IOException("the server redirects more than " + MAX_REDIRECTS + " times");
    }

    private HttpResponse<InputStream> send(URI address) throws IOException {
        try {
            return client.send(
                    HttpRequest.newBuilder(address).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
        } catch (HttpConnectTimeoutException e) {
            throw new IOException(
                    "no connection to the server in " + CONNECT_TIME.toSeconds() + " s", e);
        } catch (ConnectException e) {
            throw new IOException("no connection to the server", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Returns where a redirect leads: whoever answers decides on no other server to be asked. */
    private URI redirected(URI from, String location) throws IOException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException("the server redirects to what is no address", e);
        }
        if (!AllowedAddresses.sameServer(from, to)) {
            throw new IOException("the server redirects to another one, " + BundleFiles.shown(to));
        }
        if (!allowed.allow(to)) {
            throw new IOException(
                    "the server redirects to an address that is not allowed, "
                            + BundleFiles.shown(to));
        }
        return to;
    }

    @Override
    public String place() {
        return BundleFiles.shown(directory);
    }
}
