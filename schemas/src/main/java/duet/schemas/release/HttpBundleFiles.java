package duet.schemas.release;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads a bundle on a web server. A server that stops sending is given up when the time for the
 * file is over.
 */
final class HttpBundleFiles implements BundleFiles {
    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final URI directory;
    private final Duration fileTime;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .connectTimeout(CONNECT_TIME)
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build();

    /**
     * Makes a reader of the bundle in this directory of a web server.
     *
     * @param fileTime longest time for one file
     */
    HttpBundleFiles(URI directory, Duration fileTime) {
        this.directory = directory;
        this.fileTime = fileTime;
    }

    @Override
    public InputStream open(String name) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(directory.resolve(name)).timeout(fileTime).build();
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (HttpConnectTimeoutException e) {
            throw new IOException(
                    "no connection to the server in " + seconds(CONNECT_TIME) + " s", e);
        } catch (HttpTimeoutException e) {
            throw new IOException("the server did not answer in " + seconds(fileTime) + " s", e);
        } catch (ConnectException e) {
            throw new IOException("no connection to the server", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (response.statusCode() != OK) {
            response.body().close();
            throw new IOException("the server answers " + response.statusCode());
        }
        return new TimedStream(response.body(), fileTime);
    }

    @Override
    public String place() {
        return BundleFiles.shown(directory);
    }

    private static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /**
     * A timed stream closes its body from another thread when the time is over, which ends a read
     * that waits for it.
     */
    private static final class TimedStream extends FilterInputStream {
        private final AtomicBoolean late = new AtomicBoolean();
        private final CompletableFuture<Void> alarm;
        private final Duration time;

        TimedStream(InputStream body, Duration time) {
            super(body);
            this.time = time;
            this.alarm =
                    CompletableFuture.runAsync(
                            this::giveUp,
                            CompletableFuture.delayedExecutor(
                                    time.toMillis(), TimeUnit.MILLISECONDS));
        }

        private void giveUp() {
            late.set(true);
            try {
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read;
            try {
                read = super.read(bytes, offset, length);
            } catch (IOException e) {
                throw late.get() ? tooLate() : e;
            }
            if (late.get()) {
                throw tooLate();
            }
            return read;
        }

        private IOException tooLate() {
            return new IOException("the file did not arrive in " + seconds(time) + " s");
        }

        @Override
        public void close() throws IOException {
            alarm.cancel(false);
            super.close();
        }
    }
}
