package duet.model.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Shares the work of a training step out to threads. A single one is the caller's own. What a task
 * gives may not depend on the thread it runs on.
 */
final class Workers implements AutoCloseable {
    private final int threads;
    private final @Nullable ExecutorService pool;

    Workers(int threads) {
        this.threads = threads;
        this.pool =
                threads == 1
                        ? null
                        : Executors.newFixedThreadPool(
                                threads,
                                task -> {
                                    Thread thread = new Thread(task, "training");
                                    thread.setDaemon(true);
                                    return thread;
                                });
    }

    int threads() {
        return threads;
    }

    /**
     * Runs a task for each number from 0 and waits for all of them, also if one fails: none may
     * still use what the caller then frees.
     *
     * @return what the tasks gave, by number
     * @throws RuntimeException the first that a task threw
     */
    <T> List<T> run(int count, IntFunction<T> task) {
        List<T> results = new ArrayList<>(count);
        if (pool == null || count == 1) {
            for (int i = 0; i < count; i++) {
                results.add(task.apply(i));
            }
            return results;
        }
        List<Future<T>> futures = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            futures.add(pool.submit(() -> task.apply(number)));
        }
        RuntimeException failure = null;
        boolean interrupted = false;
        for (Future<T> future : futures) {
            boolean done = false;
            while (!done) {
                try {
                    results.add(future.get());
                    done = true;
                } catch (ExecutionException e) {
                    failure = failure == null ? unchecked(e.getCause()) : failure;
                    done = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException exception
                ? exception
                : new IllegalStateException(thrown);
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.shutdown();
        }
    }
}
