package duet.jobs.release;

import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import duet.schemas.record.ModelRelease;
import duet.schemas.release.ReleaseRefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The loader loads releases beside the running ones: on one daemon thread, one after another. Every
 * load ends with an outcome: whatever is thrown is a refusal, and a load that takes longer than its
 * {@link ReleaseSource#limit} is given up, and its thread with it. The owner submits and takes
 * outcomes on its own thread; nothing of the owner is touched by the loading thread.
 */
public final class ReleaseLoader implements AutoCloseable {
    /**
     * This metric of a loaded release tells the milliseconds from the start of loading to the end
     * of the probe.
     */
    public static final String LOAD_MS = "loadMs";

    /** So many threads may hang in loads that were given up; then no further release is loaded. */
    static final int MAX_GIVEN_UP = 4;

    private static final long MILLIS_TO_CLOSE = 5_000;

    private final ReleaseSource source;
    private final String threadName;
    private final ClassLoader classLoader;

    /** Holds what was submitted and not yet taken, oldest first; the owner alone touches it. */
    private final Deque<Attempt> attempts = new ArrayDeque<>();

    private ExecutorService thread;
    private int givenUp;

    /** An outcome says what became of a release that was to be loaded. */
    public sealed interface Outcome {
        /** Returns the release as it was submitted. */
        ModelRelease release();
    }

    /** The release can be served; the receiver closes the generator. */
    public record Loaded(ModelRelease release, OpenedRelease opened) implements Outcome {}

    /**
     * The release cannot be served.
     *
     * @param reason one line
     * @param lasting whether another attempt would fail too
     */
    public record Refused(ModelRelease release, String reason, boolean lasting)
            implements Outcome {}

    /**
     * An attempt is a load under way. Who completes its outcome first decides it: the loading
     * thread, or the owner who does not want it any more.
     */
    private static final class Attempt {
        private final ModelRelease release;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        private volatile OptionalLong startedNanos = OptionalLong.empty();

        Attempt(ModelRelease release) {
            this.release = release;
        }

        boolean isLate(Duration limit) {
            OptionalLong started = startedNanos;
            return started.isPresent() && System.nanoTime() - started.getAsLong() > limit.toNanos();
        }

        /** Says that nobody wants the outcome; a generator that is loaded or will be is closed. */
        void abandon() {
            if (!outcome.complete(new Refused(release, "nobody waits for it", false))) {
                close(outcome.join());
            }
        }
    }

    /**
     * Makes a loader with a thread of its own.
     *
     * @param threadName name of that thread
     * @param classLoader class loader of the job, which frameworks look for in the thread
     */
    public ReleaseLoader(ReleaseSource source, String threadName, ClassLoader classLoader) {
        this.source = source;
        this.threadName = threadName;
        this.classLoader = classLoader;
        this.thread = newThread();
    }

    private ExecutorService newThread() {
        return Executors.newSingleThreadExecutor(
                task -> {
                    Thread loading = new Thread(task, threadName);
                    loading.setDaemon(true);
                    loading.setContextClassLoader(classLoader);
                    return loading;
                });
    }

    /** Loads a release in the background; its outcome can be taken some time later. */
    public void submit(ModelRelease release) {
        begin(release);
    }

    private Attempt begin(ModelRelease release) {
        Attempt attempt = new Attempt(release);
        attempts.add(attempt);
        if (givenUp < MAX_GIVEN_UP) {
            thread.execute(() -> run(attempt));
        } else {
            attempt.outcome.complete(
                    new Refused(
                            release,
                            "this task manager has given up " + givenUp + " loads, restart it",
                            false));
        }
        return attempt;
    }

    /** Returns whether there are outcomes to come. */
    public boolean isBusy() {
        return !attempts.isEmpty();
    }

    /** Returns the outcomes since the last call. */
    public List<Outcome> take() {
        List<Outcome> taken = new ArrayList<>();
        while (!attempts.isEmpty()) {
            Attempt oldest = attempts.peek();
            if (oldest.isLate(source.limit())) {
                giveUp(oldest);
            }
            if (!oldest.outcome.isDone()) {
                break;
            }
            taken.add(attempts.remove().outcome.join());
        }
        return taken;
    }

    /** Loads a release while the caller waits. */
    public Outcome load(ModelRelease release) throws InterruptedException {
        Attempt attempt = begin(release);
        try {
            return attempt.outcome.get(source.limit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            giveUp(attempt);
            return attempt.outcome.join();
        } catch (InterruptedException e) {
            attempt.abandon();
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("loading ended without an outcome", e);
        } finally {
            attempts.remove(attempt);
        }
    }

    /** Leaves the thread to the attempt, which may hang for ever, and goes on with another one. */
    private void giveUp(Attempt attempt) {
        if (!attempt.outcome.complete(
                new Refused(
                        attempt.release,
                        "it was not loaded within " + source.limit().toSeconds() + " s",
                        false))) {
            return;
        }
        givenUp++;
        List<Runnable> waiting = thread.shutdownNow();
        thread = newThread();
        waiting.forEach(thread::execute);
    }

    private void run(Attempt attempt) {
        attempt.startedNanos = OptionalLong.of(System.nanoTime());
        Outcome outcome = open(attempt.release);
        if (!attempt.outcome.complete(outcome)) {
            close(outcome);
        }
    }

    private Outcome open(ModelRelease release) {
        long start = System.nanoTime();
        try {
            OpenedRelease opened = source.open(release);
            String version = opened.generator().modelVersion();
            if (!version.equals(release.getVersion())) {
                opened.generator().close();
                return new Refused(release, "its bundle holds model version " + version, true);
            }
            Map<String, Double> metrics = new TreeMap<>(opened.metrics());
            metrics.put(LOAD_MS, (System.nanoTime() - start) / 1e6);
            return new Loaded(release, new OpenedRelease(opened.generator(), metrics));
        } catch (ReleaseRefusedException | InvalidInputException e) {
            return new Refused(release, OneLine.of(e), true);
        } catch (IOException e) {
            return new Refused(release, OneLine.of(e), false);
        } catch (RuntimeException | Error e) {
            // A bundle from outside must not stop the job, whatever an engine makes of it; what it
            // wanted too much of, memory or stack, is free again.
            return new Refused(release, "cannot be loaded: " + OneLine.of(e), true);
        }
    }

    private static void close(Outcome outcome) {
        if (outcome instanceof Loaded loaded) {
            loaded.opened().generator().close();
        }
    }

    /**
     * Stops the thread; generators that nobody took are closed, by the thread itself where it is
     * still at work.
     */
    @Override
    public void close() {
        attempts.forEach(Attempt::abandon);
        attempts.clear();
        thread.shutdownNow();
        try {
            thread.awaitTermination(MILLIS_TO_CLOSE, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
