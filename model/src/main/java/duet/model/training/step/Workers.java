package duet.model.training.step;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Shares the work of a training step out to threads. A single one is the caller's own. What a task
 * gives may not depend on the thread it runs on.
 */
public final class Workers implements AutoCloseable {
    private final int threads;
    private final @Nullable ExecutorService pool;

    public Workers(int threads) {
        this.threads = threads;
        this.pool =
                threads == 1
                        ? null
                        : Executors.newFixedThreadPool(
                                threads - 1,
                                task -> {
                                    Thread thread = new Thread(task, "training");
                                    thread.setDaemon(true);
                                    return thread;
                                });
    }

    /**
     * Runs a task for each number from 0 and waits for all of them, also if one fails: none may
     * still use what the caller then frees.
     *
     * @return what the tasks gave, by number
     * @throws RuntimeException the first that a task threw
     */
    public <T> List<T> run(int count, IntFunction<T> task) {
        List<T> results = new ArrayList<>(Collections.nCopies(count, null));
        if (pool == null || count == 1) {
            for (int i = 0; i < count; i++) {
                results.set(i, task.apply(i));
            }
            return results;
        }
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable share =
                () -> {
                    try {
                        for (int i = next.getAndIncrement();
                                i < count;
                                i = next.getAndIncrement()) {
                            results.set(i, task.apply(i));
                        }
                    } catch (RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    }
                };
        List<Future<?>> others = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, count); i++) {
            others.add(pool.submit(share));
        }
        share.run();
        others.forEach(Workers::await);
        if (failure.get() instanceof Error error) {
            throw error;
        }
        if (failure.get() instanceof RuntimeException exception) {
            throw exception;
        }
        return results;
    }

    /** Waits, whatever interrupts: what comes after frees what the task still uses. */
    private static void await(Future<?> task) {
        boolean interrupted = false;
        while (true) {
            try {
                task.get();
                break;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.shutdown();
        }
    }
}
