package duet.simulator.scenario;

import duet.simulator.workload.Negatives;
import duet.simulator.workload.Oddity;
import duet.simulator.workload.RankingTask;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Seeds;
import duet.simulator.workload.SyntheticDevice;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A scenario device is a device that sends: it first sends what it did before the stream, then a
 * window for every few interactions. All it does follows from its seed, its number and the moments
 * at which it sends, whatever others do. It holds as much of its history as windows and rankings
 * reach back over.
 */
final class ScenarioDevice {
    /** Every device has made at least so many interactions before the stream starts. */
    private static final int MIN_EARLIER = 10;

    /** Before the stream starts, this many milliseconds lie between interactions of a device. */
    private static final int EARLIER_GAP_MILLIS = 60_000;

    private final ScenarioWorkload workload;
    private final int index;
    private final SyntheticDevice device;
    private final SplittableRandom random;
    private final boolean drifts;
    private final long skewMillis;

    /**
     * Says when the newest interactions happened, in milliseconds since the start; that of i is at
     * i modulo the length.
     */
    private final int[] timesMillis;

    private int turn;
    private int driftsFrom = -1;
    private int lastFirst;
    private int lastEnd;

    /**
     * Begins the window that the next turn brings after the one that overtook it; there is none
     * where begin and end are equal.
     */
    private int heldFirst;

    private int heldEnd;

    ScenarioDevice(ScenarioWorkload workload, int index) {
        this.workload = workload;
        this.index = index;
        Scenario scenario = workload.scenario();
        long seed = Seeds.derive(scenario.seed(), "fleet-device", index);
        device = workload.world().device(seed, workload.drift().ofLife(seed), kept());
        random = Seeds.stream(scenario.seed(), "fleet-windows", index);
        drifts = workload.drift().concerns(index);
        skewMillis = skewMillis(scenario.conditions().misbehaviour());
        timesMillis = new int[kept()];
    }

    private int kept() {
        return 2 * workload.limit();
    }

    private long skewMillis(Misbehaviour misbehaviour) {
        double draw = draw("skew", 0);
        long skew = misbehaviour.clockSkew().toMillis();
        if (draw >= misbehaviour.skewedDevices()) {
            return 0;
        }
        return draw < misbehaviour.skewedDevices() / 2 ? skew : -skew;
    }

    /** Returns the window that leaves at a moment. */
    ScheduledWindow send(long offsetMicros) {
        Misbehaviour misbehaviour = workload.scenario().conditions().misbehaviour();
        int now = (int) TimeUnit.MICROSECONDS.toMillis(offsetMicros);
        if (turn++ == 0) {
            begin(now);
            int fresh = Math.min(device.count(), workload.limit());
            return window(offsetMicros, device.count() - fresh, fresh, null, Oddity.NONE);
        }
        if (heldEnd > heldFirst) {
            ScheduledWindow late =
                    scheduled(offsetMicros, heldFirst, heldEnd, 0, null, Oddity.REORDERED);
            heldFirst = heldEnd;
            return late;
        }
        if (random.nextDouble() < misbehaviour.repeats()) {
            return scheduled(offsetMicros, lastFirst, lastEnd, 0, null, Oddity.REPEAT);
        }
        Oddity oddity = fault(misbehaviour);
        driftTo(offsetMicros);
        if (oddity == Oddity.GAP) {
            interact(fresh(), now);
        }
        int fresh = fresh();
        int overlap = overlap(fresh, oddity);
        if (oddity == Oddity.REORDERED) {
            interact(fresh, now);
            heldFirst = device.count() - fresh - overlap;
            heldEnd = device.count();
            fresh = fresh();
            overlap = 0;
            oddity = Oddity.NONE;
        }
        RankingTask upcoming = upcoming();
        interact(fresh, now);
        return window(offsetMicros, device.count() - fresh - overlap, fresh, upcoming, oddity);
    }

    /** Makes what the device did before the stream. */
    private void begin(int now) {
        int earlier = MIN_EARLIER + random.nextInt(workload.limit());
        for (int i = 0; i < earlier; i++) {
            interact(1, now - (earlier - i) * EARLIER_GAP_MILLIS);
        }
    }

    /** Returns the fault of this turn, apart from the repeats that were drawn before. */
    private Oddity fault(Misbehaviour misbehaviour) {
        double left = draw("fault", turn) * (1 - misbehaviour.repeats());
        left -= misbehaviour.reordering();
        if (left < 0) {
            return Oddity.REORDERED;
        }
        left -= misbehaviour.gaps();
        if (left < 0) {
            return Oddity.GAP;
        }
        return left < misbehaviour.garbage() ? Oddity.GARBAGE : Oddity.NONE;
    }

    private int fresh() {
        return 1
                + random.nextInt(
                        Math.min(
                                workload.scenario().fleet().windows().maxFresh(),
                                workload.limit()));
    }

    private int overlap(int fresh, Oddity oddity) {
        WindowShape shape = workload.scenario().fleet().windows();
        int overlap =
                random.nextDouble() < shape.overlapShare()
                        ? 1 + random.nextInt(shape.maxOverlap())
                        : 0;
        // A window that reached back over a gap would close it.
        return oddity == Oddity.GAP
                ? 0
                : Math.min(Math.min(overlap, workload.limit() - fresh), device.count());
    }

    private @Nullable RankingTask upcoming() {
        if (draw("ranking", turn) >= workload.scenario().rankingShare()) {
            return null;
        }
        long[] negatives = device.negatives(Negatives.COUNT);
        int history = Math.min(device.count(), kept());
        return negatives.length == 0
                ? null
                : new RankingTask(
                        device.items(device.count() - history, history), device.peek(), negatives);
    }

    private void driftTo(long offsetMicros) {
        if (!drifts || !workload.drift().hasBegun(offsetMicros)) {
            return;
        }
        if (driftsFrom < 0) {
            driftsFrom = device.count();
        }
        device.moveTo(workload.drift().share(offsetMicros, device.count() - driftsFrom));
    }

    private void interact(int interactions, int atMillis) {
        for (int i = 0; i < interactions; i++) {
            timesMillis[device.count() % timesMillis.length] = atMillis;
            device.next();
        }
    }

    private ScheduledWindow window(
            long offsetMicros,
            int first,
            int fresh,
            @Nullable RankingTask upcoming,
            Oddity oddity) {
        lastFirst = first;
        lastEnd = device.count();
        return scheduled(offsetMicros, lastFirst, lastEnd, fresh, upcoming, oddity);
    }

    private ScheduledWindow scheduled(
            long offsetMicros,
            int first,
            int end,
            int fresh,
            @Nullable RankingTask upcoming,
            Oddity oddity) {
        long[] times = new long[end - first];
        for (int i = 0; i < times.length; i++) {
            times[i] =
                    workload.startMillis()
                            + skewMillis
                            + timesMillis[(first + i) % timesMillis.length];
        }
        return new ScheduledWindow(
                offsetMicros,
                index,
                first,
                device.items(first, times.length),
                times,
                fresh,
                upcoming,
                oddity == Oddity.NONE && skewMillis != 0 ? Oddity.SKEWED : oddity);
    }

    /** Draws for one purpose; no other choice of the device moves the draw. */
    private double draw(String purpose, int at) {
        return Seeds.stream(Seeds.derive(workload.scenario().seed(), purpose, index), purpose, at)
                .nextDouble();
    }
}
