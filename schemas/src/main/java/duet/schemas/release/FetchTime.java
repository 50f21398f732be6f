package duet.schemas.release;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time of one fetch, which begins when this is made. What may block for ever, the opening and
 * reading of files elsewhere, happens on a thread of its own, which is given up when the time is
 * over: it is interrupted, and what it reads from is closed, so that it ends where it can.
 */
final class FetchTime implements AutoCloseable {
    private static final ThreadFactory DAEMONS =
            task -> {
                Thread thread = new Thread(task, "duet-fetch");
                thread.setDaemon(true);
                return thread;
            };

    private final Duration time;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(DAEMONS);
    private final CompletableFuture<Void> alarm;

    /** What is waited for now. */
    private volatile CompletableFuture<?> awaited = CompletableFuture.completedFuture(null);

    /** What is read from now, if anything. */
    private volatile @Nullable Closeable opened;

    private volatile boolean over;

    FetchTime(Duration time) {
        this.time = time;
        // Giving up blocks for nothing, it needs no thread of its own.
        this.alarm =
                CompletableFuture.runAsync(
                        this::giveUp,
                        CompletableFuture.delayedExecutor(
                                time.toMillis(), TimeUnit.MILLISECONDS, Runnable::run));
    }

    /** Opens a file, which is closed if the time ends while it is read. */
    BundleFiles.Opened open(Callable<BundleFiles.Opened> opening) throws IOException {
        return within(
                () -> {
                    BundleFiles.Opened file = opening.call();
                    opened = file.content();
                    // It may come when nobody waits for it any more.
                    if (over) {
                        file.content().close();
                    }
                    return file;
                });
    }

    /** Closes what was opened; the next one waits for it. */
    void end(Closeable file) {
        try {
            thread.execute(() -> closeQuietly(file));
        } catch (RejectedExecutionException e) {
            // The time is over, which closes it.
            return;
        }
    }

    /**
     * Does what may block.
     *
     * @throws IOException if it fails, or the time is over before it is done
     */
    <T> T within(Callable<T> blocking) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        awaited = result;
        try {
            if (over) {
                throw late();
            }
            thread.execute(() -> complete(result, blocking));
            return result.get();
        } catch (RejectedExecutionException e) {
            throw late();
        } catch (InterruptedException e) {
            giveUp();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static <T> void complete(CompletableFuture<T> result, Callable<T> blocking) {
        try {
            result.complete(blocking.call());
        } catch (Throwable e) {
            // Whoever waits gets it, whatever it is: nobody else would hear of it.
            result.completeExceptionally(e);
        }
    }

    private static IOException failure(Throwable cause) {
        if (cause instanceof IOException failure) {
            return failure;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        // What reads elsewhere may be of others, and throw what it likes.
        return new IOException(cause.toString(), cause);
    }

    private void giveUp() {
        over = true;
        Closeable reading = opened;
        // Before the thread is interrupted, which would say so as its reason.
        awaited.completeExceptionally(late());
        thread.shutdownNow();
        if (reading != null) {
            // Streams there are whose close waits for the read that it should end.
            DAEMONS.newThread(() -> closeQuietly(reading)).start();
        }
    }

    private IOException late() {
        return new IOException(
                "the bundle did not arrive in "
                        + BigDecimal.valueOf(time.toMillis(), 3)
                                .stripTrailingZeros()
                                .toPlainString()
                        + " s");
    }

    private static void closeQuietly(Closeable file) {
        try {
            file.close();
        } catch (IOException e) {
            // Nobody needs it any more.
            return;
        }
    }

    /** Ends the thread when it has closed what was read. */
    @Override
    public void close() {
        alarm.cancel(false);
        opened = null;
        thread.shutdown();
    }
}
