package duet.simulator.dashboard;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.AllowedMethodsHandler;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.server.handlers.PathHandler;
import io.undertow.server.handlers.RequestLimitingHandler;
import io.undertow.util.Methods;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.Options;

/**
 * Serves a live page of a run, on the loopback interface alone. The run is never held up by it:
 * pages are told what is new once a second, by threads of its own, and one that does not read fast
 * enough is told less often. Without a page that looks, the run is not asked anything.
 */
public final class Dashboard implements AutoCloseable {
    /** The page is at this port unless somebody asks for another place. */
    public static final int DEFAULT_PORT = 8090;

    private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);

    private static final String LOOPBACK = "127.0.0.1";
    private static final int PORTS_TRIED = 20;
    private static final int HIGHEST_PORT = 65_535;
    private static final int REQUESTS_AT_ONCE = 4;
    private static final int REQUESTS_WAITING = 64;
    private static final int IDLE_MILLIS = 30_000;
    private static final int LONGEST_HEADER = 16 << 10;

    private final Undertow server;
    private final LiveStreams streams;
    private final int port;

    private Dashboard(Undertow server, LiveStreams streams, int port) {
        this.server = server;
        this.streams = streams;
        this.port = port;
    }

    /**
     * Shows a run until it is closed.
     *
     * @param port where; the next free one of 20 if it is taken, any free one for 0
     * @throws DashboardException if there is no port to be had
     */
    public static Dashboard start(int port, LiveRun run) {
        DashboardException taken = null;
        for (int i = 0; i < (port == 0 ? 1 : PORTS_TRIED) && port + i <= HIGHEST_PORT; i++) {
            LiveStreams streams = new LiveStreams(run);
            Undertow server = server(port + i, handler(run, streams));
            try {
                server.start();
            } catch (RuntimeException e) {
                streams.close();
                taken =
                        new DashboardException(
                                String.format(
                                        Locale.ROOT, "no page at port %d: %s", port + i, reason(e)),
                                e);
                if (!(e.getCause() instanceof BindException)) {
                    break;
                }
                continue;
            }
            int bound =
                    ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
            streams.start();
            LOG.info("live page at port {}", bound);
            return new Dashboard(server, streams, bound);
        }
        throw taken;
    }

    /** Returns the address of the page. */
    public URI address() {
        return URI.create("http://localhost:" + port + "/");
    }

    /** Tells pages how the run stands, for the last time, and stops. */
    @Override
    public void close() {
        streams.close();
        server.stop();
    }

    private static @Nullable String reason(RuntimeException e) {
        return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
    }

    private static Undertow server(int port, HttpHandler handler) {
        return Undertow.builder()
                .addHttpListener(port, LOOPBACK)
                .setIoThreads(1)
                .setWorkerThreads(2)
                .setWorkerOption(Options.THREAD_DAEMON, true)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, 1L)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, LONGEST_HEADER)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
                .setServerOption(UndertowOptions.IDLE_TIMEOUT, IDLE_MILLIS)
                .setHandler(handler)
                .build();
    }

    private static HttpHandler handler(LiveRun run, LiveStreams streams) {
        RunQueries queries = new RunQueries(run);
        PathHandler paths =
                new PathHandler(new PageFiles())
                        .addExactPath("/api/run", queries::header)
                        .addExactPath("/api/events", streams.handler())
                        .addExactPath("/api/devices", limited(queries::devices))
                        .addPrefixPath("/api/devices/", limited(queries::lens));
        return new LocalRequests(new AllowedMethodsHandler(paths, Methods.GET, Methods.HEAD));
    }

    /** Limits how many requests run at once: these cost something, devices rank for them. */
    private static HttpHandler limited(HttpHandler handler) {
        return new RequestLimitingHandler(
                REQUESTS_AT_ONCE, REQUESTS_WAITING, new BlockingHandler(handler));
    }
}
