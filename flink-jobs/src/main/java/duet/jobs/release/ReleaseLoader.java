package duet.jobs.release;

import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import duet.schemas.record.ModelRelease;
import duet.schemas.release.ReleaseRefusedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The loader loads releases beside the running ones: on one daemon thread, one after another. The
 * owner submits and takes outcomes on its own thread; nothing of the owner is touched by the
 * loading thread.
 */
public final class ReleaseLoader implements AutoCloseable {
    /**
     * This metric of a loaded release tells the milliseconds from the start of loading to the end
     * of the probe.
     */
    public static final String LOAD_MS = "loadMs";

    private static final long MILLIS_TO_CLOSE = 5_000;

    private final ReleaseSource source;
    private final ExecutorService thread;

    /** The lock guards {@link #outcomes} and {@link #closed}. */
    private final Object lock = new Object();

    private final Queue<Outcome> outcomes = new ArrayDeque<>();
    private boolean closed;

    /** The number counts what was submitted and not yet taken; the owner alone touches it. */
    private int pending;

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
     * Makes a loader with a thread of its own.
     *
     * @param threadName name of that thread
     * @param classLoader class loader of the job, which frameworks look for in the thread
     */
    public ReleaseLoader(ReleaseSource source, String threadName, ClassLoader classLoader) {
        this.source = source;
        this.thread =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread loading = new Thread(task, threadName);
                            loading.setDaemon(true);
                            loading.setContextClassLoader(classLoader);
                            return loading;
                        });
    }

    /** Loads a release in the background; its outcome can be taken some time later. */
    public void submit(ModelRelease release) {
        pending++;
        thread.execute(() -> hand(load(release)));
    }

    /** Returns whether there are outcomes to come. */
    public boolean isBusy() {
        return pending > 0;
    }

    /** Returns the outcomes since the last call. */
    public List<Outcome> take() {
        synchronized (lock) {
            List<Outcome> taken = new ArrayList<>(outcomes);
            outcomes.clear();
            pending -= taken.size();
            return taken;
        }
    }

    /** Loads a release on the caller's thread. */
    public Outcome load(ModelRelease release) {
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
        } catch (RuntimeException | LinkageError e) {
            // A bundle from outside must not stop the job, whatever an engine makes of it.
            return new Refused(release, "cannot be loaded: " + OneLine.of(e), true);
        }
    }

    private void hand(Outcome outcome) {
        synchronized (lock) {
            if (!closed) {
                outcomes.add(outcome);
                return;
            }
        }
        close(outcome);
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
        synchronized (lock) {
            closed = true;
            outcomes.forEach(ReleaseLoader::close);
            outcomes.clear();
        }
        thread.shutdownNow();
        try {
            thread.awaitTermination(MILLIS_TO_CLOSE, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
