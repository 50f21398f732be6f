package duet.simulator.dashboard;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Map;
import java.util.Set;

/**
 * Lets through only requests that name this machine as the host: a page of elsewhere whose name was
 * made to point here (DNS rebinding) names its own. Answers load nothing from elsewhere and are
 * kept by nobody.
 */
final class LocalRequests implements HttpHandler {
    /** This is the status for a request that came to the wrong host (RFC 9110, 15.5.20). */
    private static final int MISDIRECTED_REQUEST = 421;

    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1");

    private static final Map<HttpString, String> HEADERS =
            Map.of(
                    new HttpString("Content-Security-Policy"),
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                            + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                            + " frame-ancestors 'none'",
                    new HttpString("X-Content-Type-Options"),
                    "nosniff",
                    new HttpString("Referrer-Policy"),
                    "no-referrer",
                    new HttpString("Cross-Origin-Resource-Policy"),
                    "same-origin",
                    Headers.CACHE_CONTROL,
                    "no-store");

    private final HttpHandler next;

    LocalRequests(HttpHandler next) {
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        HeaderMap headers = exchange.getResponseHeaders();
        HEADERS.forEach(headers::put);
        String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
        int port = exchange.getDestinationAddress().getPort();
        if (host == null || HOSTS.stream().noneMatch(name -> host.equals(name + ":" + port))) {
            exchange.setStatusCode(MISDIRECTED_REQUEST);
            exchange.endExchange();
            return;
        }
        next.handleRequest(exchange);
    }
}
