package duet.jobs.release;

import duet.schemas.InvalidInputException;
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
 * Loads releases beside the running ones: on one daemon thread, one after another. The owner
 * submits and takes outcomes on its own thread; nothing of the owner is touched by the loading
 * thread.
 */
public final class ReleaseLoader implements AutoCloseable {
    /**
     * Metric of a loaded release: milliseconds from the start of loading to the end of the probe.
     */
    public static final String LOAD_MS = "loadMs";

    private static final long MILLIS_TO_CLOSE = 5_000;

    private final ReleaseSource source;
    private final ExecutorService thread;

    /** Guards {@link #outcomes} and {@link #closed}. */
    private final Object lock = new Object();

    private final Queue<Outcome> outcomes = new ArrayDeque<>();
    private boolean closed;

    /** Submitted and not yet taken; touched by the owner alone. */
    private int pending;

    /** What became of a release that was to be loaded. */
    public sealed interface Outcome {
        /** The release as it was submitted. */
        ModelRelease release();
    }

    /** It can be served; the receiver closes the generator. */
    public record Loaded(ModelRelease release, OpenedRelease opened) implements Outcome {}

    /**
     * It cannot be served.
     *
     * @param reason one line
     * @param lasting whether another attempt would fail too
     */
    public record Refused(ModelRelease release, String reason, boolean lasting)
            implements Outcome {}

    /**
     * A loader with a thread of its own.
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

    /** Whether there are outcomes to come. */
    public boolean isBusy() {
        return pending > 0;
    }

    /** The outcomes since the last call. */
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
            return new Refused(release, oneLine(e), true);
        } catch (IOException e) {
            return new Refused(release, oneLine(e), false);
        } catch (RuntimeException | LinkageError e) {
            // A bundle from outside must not stop the job, whatever an engine makes of it.
            return new Refused(release, "cannot be loaded: " + oneLine(e), true);
        }
    }

    private static String oneLine(Throwable failure) {
        String message =
                failure.getMessage() == null
                        ? failure.getClass().getSimpleName()
                        : failure.getMessage();
        return message.lines().findFirst().orElse("");
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
