package duet.simulator.fleet;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the threads of a run tell each other: how far it is, and when it is to end. Any thread
 * may tell and ask.
 */
public final class RunControl {
    /**
     * A window may still leave this many microseconds after its time, and after the end of the
     * schedule.
     */
    public static final long GRACE_MICROS = TimeUnit.SECONDS.toMicros(5);

    private static final long LONGEST_PARK_MICROS = 20_000;

    private final FleetClock clock;
    private final long startMicros;
    private final long scheduleMicros;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile @Nullable Thread waiting;
    private volatile long lastSendMicros;
    private volatile long lastAnswerMicros;
    private volatile boolean sent;
    private volatile boolean stopped;
    private volatile boolean closed;

    /**
     * Creates the control of a run that has not begun.
     *
     * @param startMicros when its stream begins, microseconds since the epoch
     * @param scheduleMicros how long it is to last
     */
    public RunControl(FleetClock clock, long startMicros, long scheduleMicros) {
        this.clock = clock;
        this.startMicros = startMicros;
        this.scheduleMicros = scheduleMicros;
        this.lastSendMicros = startMicros;
        this.lastAnswerMicros = startMicros;
    }

    public long nowMicros() {
        return clock.micros();
    }

    public FleetClock clock() {
        return clock;
    }

    public long startMicros() {
        return startMicros;
    }

    /** Returns how many microseconds of the stream are over. */
    public long elapsedMicros() {
        return clock.micros() - startMicros;
    }

    public long endMicros() {
        return startMicros + scheduleMicros;
    }

    /** Returns whether what was due then need no longer leave: nobody would wait for it. */
    public boolean isTooLate(long dueMicros, long nowMicros) {
        return nowMicros > Math.max(dueMicros, endMicros()) + GRACE_MICROS;
    }

    /** Waits until that time has come; returns false if the run was stopped before. */
    public boolean waitUntil(long micros) {
        for (long left = micros - clock.micros(); left > 0; left = micros - clock.micros()) {
            if (stopped) {
                return false;
            }
            clock.park(Math.min(left, LONGEST_PARK_MICROS));
        }
        return !stopped;
    }

    /** Waits a while, at most until then. */
    public void rest(long untilMicros) {
        clock.park(Math.max(1, Math.min(untilMicros - clock.micros(), LONGEST_PARK_MICROS)));
    }

    /** Waits a while, at most until then, or until an answer comes. */
    public void restUntilAnswer(long untilMicros) {
        waiting = Thread.currentThread();
        rest(untilMicros);
    }

    public void windowLeft(long atMicros) {
        lastSendMicros = Math.max(lastSendMicros, atMicros);
    }

    public void answerCame() {
        lastAnswerMicros = clock.micros();
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    public long lastSendMicros() {
        return lastSendMicros;
    }

    public long lastAnswerMicros() {
        return lastAnswerMicros;
    }

    /** Says that the schedule is over. */
    public void allSent() {
        sent = true;
    }

    public boolean isSent() {
        return sent;
    }

    /** Says that nothing more is to be sent. */
    public void stop() {
        stopped = true;
    }

    public boolean isStopped() {
        return stopped;
    }

    /** Says that the run is to end at once. */
    public void close() {
        stopped = true;
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Says that the run cannot go on, and why. */
    public void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
    }

    /** Returns why the run cannot go on; null while it can. */
    public @Nullable Throwable failure() {
        return failure.get();
    }
}
