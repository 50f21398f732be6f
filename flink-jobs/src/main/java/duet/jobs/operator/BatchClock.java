package duet.jobs.operator;

import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * The clock bounds how long windows wait for their batch to fill up: it runs from the first window
 * that waits until the batches are generated, and calls when that takes too long. One timer at most
 * is under way, however often batches fill up before theirs. It runs on the task's thread.
 */
final class BatchClock {
    private final ProcessingTimeService timers;
    private final MicrosClock clock;
    private final long maxDelayMillis;
    private final Runnable overdue;

    private boolean running;
    private boolean timerPending;
    private long startedAtMicros;
    private long deadline;

    /**
     * @param timers call on the task's thread
     * @param clock times of records are taken from it
     * @param maxDelayMillis milliseconds after which windows have waited long enough
     * @param overdue called then; expected to {@link #stop} this
     */
    BatchClock(
            ProcessingTimeService timers,
            MicrosClock clock,
            long maxDelayMillis,
            Runnable overdue) {
        this.timers = timers;
        this.clock = clock;
        this.maxDelayMillis = maxDelayMillis;
        this.overdue = overdue;
    }

    /** Takes that a window is about to wait; only the first one starts the clock. */
    void start() {
        if (running) {
            return;
        }
        running = true;
        startedAtMicros = clock.nowMicros();
        deadline = timers.getCurrentProcessingTime() + maxDelayMillis;
        schedule();
    }

    /** Returns whether any window waits. */
    boolean isRunning() {
        return running;
    }

    /** Takes that no window waits any longer. */
    void stop() {
        running = false;
    }

    /** Returns when the first window began to wait, at the last {@link #start}. */
    long startedAtMicros() {
        return startedAtMicros;
    }

    private void schedule() {
        if (!timerPending) {
            timerPending = true;
            timers.registerTimer(deadline, this::onTimer);
        }
    }

    private void onTimer(long timestamp) {
        timerPending = false;
        if (!running) {
            return;
        }
        if (timestamp >= deadline) {
            overdue.run();
        } else {
            schedule();
        }
    }
}
