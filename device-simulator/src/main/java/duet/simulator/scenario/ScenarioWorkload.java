package duet.simulator.scenario;

import duet.simulator.workload.Arrivals;
import duet.simulator.workload.ClosedLoop;
import duet.simulator.workload.DeviceIds;
import duet.simulator.workload.LoadCurve;
import duet.simulator.workload.RankingTask;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Seeds;
import duet.simulator.workload.StageSpan;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.Workload;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the windows of a scenario. What a device sends follows from the scenario's seed and the
 * device's number, so it is the same in a fleet of another size, at another rate and in a part of
 * the fleet; only its moments are the fleet's. A device that never sends costs 4 bytes at most. The
 * share of windows before which a device ranks is kept here: the others have nothing to rank.
 */
public final class ScenarioWorkload implements Workload {
    private static final IntPredicate ALL = device -> true;

    private final Scenario scenario;
    private final SyntheticCatalogue world;
    private final DeviceIds ids;
    private final int limit;
    private final long startMillis;
    private final LoadCurve load;
    private final Activity activity;
    private final TasteDrift drift;
    private final List<StageSpan> stages;

    /**
     * Describes the workload; devices are made when they first send.
     *
     * @param world where they live, see {@link Scenario#world}
     * @param idPrefix device ids are this and the device's number. The cloud keeps state per
     *     device: a second run that is to start from nothing needs another prefix
     * @param limit most interactions of one window; first windows are cut to their newest ones
     * @param startMillis event time at the start of the stream, milliseconds since the epoch
     * @throws duet.schemas.InvalidInputException if windows would be larger than a record may be
     */
    public ScenarioWorkload(
            Scenario scenario,
            SyntheticCatalogue world,
            String idPrefix,
            int limit,
            long startMillis) {
        Limits.range(
                "the number of interactions of a window", limit, 1, WindowShape.MOST_INTERACTIONS);
        this.scenario = scenario;
        this.world = world;
        this.ids = new DeviceIds(idPrefix, scenario.fleet().devices().count());
        this.limit = limit;
        this.startMillis = startMillis;
        this.load = scenario.loadCurve();
        this.activity = new Activity(scenario.fleet().devices(), scenario.seed());
        this.drift = new TasteDrift(scenario.conditions().drift(), scenario.seed());
        this.stages = scenario.stageSpans();
    }

    /** Returns the scenario this is made from. */
    public Scenario scenario() {
        return scenario;
    }

    @Override
    public String name() {
        return scenario.name();
    }

    @Override
    public long seed() {
        return scenario.seed();
    }

    @Override
    public int devices() {
        return ids.devices();
    }

    @Override
    public String deviceId(int device) {
        return ids.of(device);
    }

    @Override
    public int indexOf(String deviceId) {
        return ids.indexOf(deviceId);
    }

    @Override
    public Arrivals arrivals() {
        return new Arrivals(
                scenario.load().arrivals().process(), load.total() / (duration().toNanos() / 1e9));
    }

    @Override
    public long expectedWindows() {
        return Math.max(1, Math.round(load.total()));
    }

    @Override
    public Duration duration() {
        return scenario.duration();
    }

    @Override
    public List<StageSpan> stages() {
        return stages;
    }

    @Override
    public Optional<ClosedLoop> closedLoop() {
        return Optional.ofNullable(scenario.load().arrivals().closed());
    }

    /** Returns nothing: the devices go on living, there is no held-out item. */
    @Override
    public Optional<RankingTask> finalTask(int device) {
        return Optional.empty();
    }

    @Override
    public Iterator<ScheduledWindow> windows() {
        return windows(ALL);
    }

    /**
     * Returns the windows of these devices; in a closed loop, which has no times, windows without
     * end at the start of the stream.
     */
    @Override
    public Iterator<ScheduledWindow> windows(IntPredicate devices) {
        return closedLoop().isPresent()
                ? windows(devices, () -> 0)
                : new Windows(
                        devices,
                        load.schedule(
                                scenario.load().arrivals().process() != Arrivals.Process.CONSTANT,
                                Seeds.stream(scenario.seed(), "arrivals", 0)));
    }

    @Override
    public Iterator<ScheduledWindow> windows(IntPredicate devices, LongSupplier elapsedMicros) {
        return new Windows(devices, elapsedMicros);
    }

    SyntheticCatalogue world() {
        return world;
    }

    int limit() {
        return limit;
    }

    long startMillis() {
        return startMillis;
    }

    TasteDrift drift() {
        return drift;
    }

    /**
     * Makes the same draws whichever devices are asked for, so that the parts of a fleet are the
     * fleet.
     */
    private final class Windows implements Iterator<ScheduledWindow> {
        private final IntPredicate devices;
        private final LongSupplier times;
        private final Activity.Turns turns = activity.turns();

        /** Holds the devices by rank. */
        private final @Nullable ScenarioDevice[] senders =
                new ScenarioDevice[scenario.fleet().devices().active()];

        private int rank;
        private boolean known;
        private long micros;

        Windows(IntPredicate devices, LongSupplier times) {
            this.devices = devices;
            this.times = times;
        }

        @Override
        public boolean hasNext() {
            while (!known) {
                micros = times.getAsLong();
                rank = turns.next();
                known = micros == LoadCurve.NEVER || devices.test(activity.device(rank));
            }
            return micros != LoadCurve.NEVER;
        }

        @Override
        public ScheduledWindow next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            known = false;
            if (senders[rank] == null) {
                senders[rank] = new ScenarioDevice(ScenarioWorkload.this, activity.device(rank));
            }
            return senders[rank].send(micros);
        }
    }
}
