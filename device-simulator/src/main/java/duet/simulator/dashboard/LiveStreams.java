package duet.simulator.dashboard;

import duet.simulator.fleet.run.FleetProgress;
import duet.simulator.measurement.QualityCurve;
import duet.simulator.measurement.TimelineBucket;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventConnection.EventCallback;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every open page once a second what is new (server-sent events, WHATWG HTML 9.2). */
final class LiveStreams implements AutoCloseable {
    /** At most this many pages are open at once, more than anybody looks at. */
    static final int MOST = 20;

    private static final Logger LOG = LoggerFactory.getLogger(LiveStreams.class);

    private static final long PERIOD_MILLIS = 1_000;

    /** Pages have this many milliseconds to get the last word. */
    private static final long FAREWELL_MILLIS = 1_000;

    private static final String SNAPSHOT = "snapshot";

    private final LiveRun run;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();

    /** A stream takes its place when it is asked for: it is opened only some time after that. */
    private final Semaphore places = new Semaphore(MOST);

    private final ServerSentEventHandler events = new ServerSentEventHandler(this::opened);
    private final ScheduledExecutorService ticks =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "duet-dashboard");
                        thread.setDaemon(true);
                        return thread;
                    });

    /** A stream is one open page; the ticking thread alone uses it, but for the callback. */
    private static final class Stream implements EventCallback {
        final ServerSentEventConnection connection;
        final SliceCursor cursor = new SliceCursor();

        /** Says whether the page has not yet taken what it was told last. */
        private volatile boolean busy;

        Stream(ServerSentEventConnection connection) {
            this.connection = connection;
        }

        /**
         * Tells the page what is new, if it has taken what it was told before or this is the last
         * word.
         */
        void tell(
                FleetProgress progress,
                List<TimelineBucket> slices,
                QualityCurve quality,
                boolean lastWord) {
            if (busy && !lastWord) {
                return;
            }
            busy = true;
            int from = cursor.advance(slices);
            Snapshot news =
                    new Snapshot(progress, from, slices.subList(from, slices.size()), quality);
            connection.send(LiveJson.of(news), SNAPSHOT, null, this);
        }

        @Override
        public void done(
                ServerSentEventConnection connection, String data, String event, String id) {
            busy = false;
        }

        @Override
        public void failed(
                ServerSentEventConnection connection,
                String data,
                String event,
                String id,
                IOException e) {
            LOG.debug("a page is gone", e);
        }
    }

    LiveStreams(LiveRun run) {
        this.run = run;
    }

    void start() {
        ticks.scheduleAtFixedRate(this::tick, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Opens a stream, if there are not too many. */
    HttpHandler handler() {
        return this::open;
    }

    private void open(HttpServerExchange exchange) throws Exception {
        if (!places.tryAcquire()) {
            exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE);
            exchange.endExchange();
            return;
        }
        AtomicBoolean left = new AtomicBoolean();
        Runnable leave =
                () -> {
                    if (left.compareAndSet(false, true)) {
                        places.release();
                    }
                };
        // A stream ends with its connection, which serves no other request.
        exchange.getConnection().addCloseListener(closed -> leave.run());
        if (!exchange.getConnection().isOpen()) {
            leave.run();
        }
        events.handleRequest(exchange);
    }

    private void opened(ServerSentEventConnection connection, String lastEventId) {
        Stream stream = new Stream(connection);
        connection.addCloseTask(closed -> gone(stream));
        streams.add(stream);
        if (!connection.isOpen()) {
            gone(stream);
        }
        if (!ticks.isShutdown()) {
            ticks.execute(this::tick);
        }
    }

    private void gone(Stream stream) {
        synchronized (streams) {
            streams.remove(stream);
            streams.notifyAll();
        }
    }

    private void tick() {
        tell(false);
    }

    private void tell(boolean lastWord) {
        if (streams.isEmpty()) {
            return;
        }
        try {
            List<TimelineBucket> slices = run.timeline();
            FleetProgress progress = run.progress();
            QualityCurve quality = QualityCurve.of(slices);
            streams.forEach(stream -> stream.tell(progress, slices, quality, lastWord));
        } catch (RuntimeException e) {
            // A tick that throws would be the last one.
            LOG.warn("pages were not told how the run stands", e);
        }
    }

    /**
     * Tells every page how the run stands, for the last time, and waits a little until they know.
     */
    @Override
    public void close() {
        if (ticks.isShutdown()) {
            return;
        }
        try {
            ticks.submit(() -> tell(true)).get(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
            streams.forEach(stream -> stream.connection.shutdown());
            awaitAllGone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("pages were not told how the run ended", e);
        } finally {
            ticks.shutdownNow();
        }
    }

    private void awaitAllGone() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
        synchronized (streams) {
            while (!streams.isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.NANOSECONDS.timedWait(
                        streams, Math.max(1_000_000, deadline - System.nanoTime()));
            }
        }
    }
}
