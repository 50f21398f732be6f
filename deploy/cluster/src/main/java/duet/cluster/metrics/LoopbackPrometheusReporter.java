package duet.cluster.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import org.apache.flink.metrics.prometheus.AbstractPrometheusReporter;

/**
 * Gives Prometheus what Flink's own reporter gives, on the loopback interface alone: Flink's
 * listens on all of them and has no setting for it.
 */
final class LoopbackPrometheusReporter extends AbstractPrometheusReporter {
    private static final String LOOPBACK = "127.0.0.1";

    private final HTTPServer server;

    /**
     * Makes a reporter that listens.
     *
     * @throws UncheckedIOException if the port is taken
     */
    LoopbackPrometheusReporter(int port) {
        try {
            server = new HTTPServer(new InetSocketAddress(LOOPBACK, port), registry());
        } catch (IOException e) {
            throw new UncheckedIOException("no metrics at port " + port, e);
        }
    }

    /** Returns where the metrics are collected, which Flink shows its own package alone. */
    private CollectorRegistry registry() {
        try {
            Field registry = AbstractPrometheusReporter.class.getDeclaredField("registry");
            registry.setAccessible(true);
            return (CollectorRegistry) registry.get(this);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("another Flink than the one this was made for", e);
        }
    }

    @Override
    public void close() {
        server.stop();
        super.close();
    }
}
