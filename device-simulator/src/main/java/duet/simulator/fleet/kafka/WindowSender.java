package duet.simulator.fleet.kafka;

import duet.simulator.fleet.DelayLine;
import duet.simulator.fleet.FleetPart;
import duet.simulator.fleet.RunControl;
import duet.simulator.fleet.account.FleetState;
import duet.simulator.fleet.account.FleetState.Outbox;
import duet.simulator.fleet.ranking.RankingQueue;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.network.DeviceNetwork;
import duet.simulator.workload.ClosedLoop;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.StageSpan;
import duet.simulator.workload.Workload;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets the windows of a workload leave their devices: at their intended times however fast they are
 * answered, or, in a closed loop, when others were answered. A device without a connection holds
 * its windows until it has one. One thread sends.
 */
public final class WindowSender {
    private static final int MOST_HELD = 1_000_000;

    private final Workload workload;
    private final FleetPart part;
    private final FleetState state;
    private final DeviceNetwork network;
    private final RunControl control;
    private final RankingQueue rankings;
    private final Outbox outbox;
    private final LongSupplier unanswered;
    private final DelayLine<ScheduledWindow> held = new DelayLine<>(MOST_HELD);

    /** Says when the stage ends that the newest window belongs to, in microseconds. */
    private long stageEndMicros;

    /**
     * Creates a sender of the windows of one part of a fleet.
     *
     * @param rankings what devices rank before they send
     * @param unanswered windows on their way; a closed loop asks
     */
    public WindowSender(
            Workload workload,
            FleetPart part,
            FleetState state,
            DeviceNetwork network,
            RunControl control,
            RankingQueue rankings,
            Outbox outbox,
            LongSupplier unanswered) {
        this.workload = workload;
        this.part = part;
        this.state = state;
        this.network = network;
        this.control = control;
        this.rankings = rankings;
        this.outbox = outbox;
        this.unanswered = unanswered;
        this.stageEndMicros = workload.stages().size() > 1 ? 0 : Long.MAX_VALUE;
    }

    /**
     * Sends until the schedule is over and no device holds anything back, or the run is stopped.
     */
    public void run() {
        Optional<ClosedLoop> loop = workload.closedLoop();
        if (loop.isPresent()) {
            closedLoop(loop.get());
        } else {
            openLoop();
        }
    }

    private void openLoop() {
        Iterator<ScheduledWindow> windows = workload.windows(part::holds);
        while (windows.hasNext() && !control.isStopped()) {
            ScheduledWindow window = windows.next();
            long intended = state.intendedMicros(window);
            releaseHeld(intended);
            if (!control.waitUntil(intended)) {
                return;
            }
            if (control.isTooLate(intended, control.nowMicros())) {
                state.counters().increment(Count.UNSENT);
            } else {
                arrived(window, intended);
            }
        }
        releaseHeld(Long.MAX_VALUE);
    }

    private void closedLoop(ClosedLoop loop) {
        Iterator<ScheduledWindow> windows = workload.windows(part::holds, control::elapsedMicros);
        long thinkMicros = TimeUnit.NANOSECONDS.toMicros(loop.thinkTime().toNanos());
        Queue<Long> free = new ArrayDeque<>();
        int inFlight = Math.max(1, loop.inFlight() / part.count());
        for (int i = 0; i < inFlight; i++) {
            free.add(control.startMicros());
        }
        while (!control.isStopped() && control.nowMicros() < control.endMicros()) {
            long now = control.nowMicros();
            sendHeld(now);
            long busy = unanswered.getAsLong() + held.size();
            for (long ended = inFlight - free.size() - busy; ended > 0; ended--) {
                free.add(now + thinkMicros);
            }
            if (!free.isEmpty() && free.peek() <= now) {
                free.poll();
                arrived(windows.next(), now);
            } else {
                long next = Math.min(control.endMicros(), held.nextMicros());
                control.restUntilAnswer(free.isEmpty() ? next : Math.min(next, free.peek()));
            }
        }
        releaseHeld(Long.MAX_VALUE);
    }

    /** Takes a window that a device has to send. */
    private void arrived(ScheduledWindow window, long intendedMicros) {
        long now = control.nowMicros();
        stage(intendedMicros - control.startMicros());
        rankings.offer(window, now - control.startMicros());
        long at = intendedMicros - control.startMicros();
        if (network.dropsAt(window.device(), at)) {
            state.counters().increment(Count.WINDOWS);
            state.counters().increment(Count.LOST_UP);
            return;
        }
        long online = network.onlineFrom(window.device(), at);
        if (online == at) {
            state.send(window, intendedMicros, now, outbox);
        } else if (held.add(control.startMicros() + online, window)) {
            state.counters().increment(Count.HELD_OFFLINE);
        } else {
            state.counters().increment(Count.UNSENT);
        }
    }

    /**
     * Sends what devices held back, at the moments until then at which they have a connection
     * again.
     */
    private void releaseHeld(long untilMicros) {
        for (long next = held.nextMicros(); next <= untilMicros; next = held.nextMicros()) {
            if (next == Long.MAX_VALUE || !control.waitUntil(next)) {
                return;
            }
            sendHeld(next);
        }
    }

    private void sendHeld(long untilMicros) {
        for (long due = held.nextMicros(); due <= untilMicros; due = held.nextMicros()) {
            ScheduledWindow window = held.poll(due);
            if (window == null) {
                return;
            }
            long now = control.nowMicros();
            if (control.isTooLate(due, now)) {
                state.counters().increment(Count.UNSENT);
            } else {
                state.send(window, due, now, outbox);
            }
        }
    }

    /**
     * Begins a new phase of the run with each new stage of the workload; a workload of one stage is
     * not divided.
     */
    private void stage(long offsetMicros) {
        if (offsetMicros >= stageEndMicros) {
            Optional<StageSpan> stage = workload.stageAt(offsetMicros);
            stageEndMicros =
                    stage.map(it -> TimeUnit.NANOSECONDS.toMicros(it.to().toNanos()))
                            .filter(end -> end > offsetMicros)
                            .orElse(Long.MAX_VALUE);
            stage.ifPresent(it -> state.measures().phases().begin(it.name(), offsetMicros));
        }
    }
}
