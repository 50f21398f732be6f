package duet.testkit;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what other threads and processes bring about.
 *
 * <p>One limit holds for everything that a test waits for. It is there so that a test which would
 * wait forever says what it waited for; how fast a machine is, or what else it does, must not
 * decide about a test. A condition is asked in the thread of the test, so it may read from what
 * only one thread may use.
 */
public final class Eventually {

    /** This system property sets the limit, in seconds. */
    public static final String LIMIT_PROPERTY = "duet.test.limit.seconds";

    private static final Duration LIMIT =
            Duration.ofSeconds(Long.getLong(LIMIT_PROPERTY, Duration.ofMinutes(5).toSeconds()));
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private Eventually() {}

    /**
     * Returns the limit, for what waits by itself: a run's end, a job's start, a client's request.
     */
    public static Duration limit() {
        return LIMIT;
    }

    /**
     * Waits until a condition holds.
     *
     * @param what what is waited for, as the object of "waited for"
     */
    public static void until(String what, Callable<Boolean> condition) {
        until(what, condition, () -> null);
    }

    /**
     * Waits until a condition holds.
     *
     * @param what what is waited for, as the object of "waited for"
     * @param seen what the failure shows of the state in which the wait ended
     */
    public static void until(String what, Callable<Boolean> condition, Supplier<?> seen) {
        until(LIMIT, what, condition, seen);
    }

    /**
     * Waits until a value is as it should be, and returns it; a failure shows the last one.
     *
     * @param what what is waited for, as the object of "waited for"
     */
    public static <T extends @Nullable Object> T until(
            String what, Callable<T> value, Predicate<? super T> wanted) {
        @Nullable Object[] last = new Object[1];
        until(
                LIMIT,
                what,
                () -> {
                    T now = value.call();
                    last[0] = now;
                    return wanted.test(now);
                },
                () -> last[0]);
        @SuppressWarnings("unchecked")
        T accepted = (T) last[0];
        return accepted;
    }

    static void until(Duration limit, String what, Callable<Boolean> condition, Supplier<?> seen) {
        try {
            waiting(limit).until(condition);
        } catch (ConditionTimeoutException e) {
            throw tooLate(limit, what, seen.get(), e);
        }
    }

    private static ConditionFactory waiting(Duration limit) {
        return Awaitility.with()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(BETWEEN_LOOKS)
                .atMost(limit);
    }

    /**
     * Waits for a result.
     *
     * @param what what is waited for, as the object of "waited for"
     * @throws ExecutionException what the future fails with
     */
    public static <T extends @Nullable Object> T get(String what, Future<T> future)
            throws ExecutionException, InterruptedException {
        try {
            return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw tooLate(LIMIT, what, null, e);
        }
    }

    /**
     * Waits until a process ends, and gives its exit code; where it does not end, it is killed.
     *
     * @param what what is waited for, as the object of "waited for"
     */
    public static int exitCode(String what, Process process) throws InterruptedException {
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw tooLate(LIMIT, what, process.info(), null);
            }
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Waits until a thread has ended. */
    public static void ended(Thread thread) {
        until(
                "end of thread " + thread.getName(),
                () -> {
                    thread.join(BETWEEN_LOOKS.toMillis());
                    return !thread.isAlive();
                },
                () -> Arrays.toString(thread.getStackTrace()));
    }

    private static AssertionError tooLate(
            Duration limit, String what, @Nullable Object seen, @Nullable Throwable cause) {
        return new AssertionError(
                String.format(
                        Locale.ROOT,
                        "waited for %s for %d s in vain%s",
                        what,
                        limit.toSeconds(),
                        seen == null ? "" : ": " + seen),
                cause);
    }
}
