package duet.simulator.fleet.run;

import duet.device.Device;
import duet.operations.broker.BrokerUnreachableException;
import duet.schemas.release.Rollout;
import duet.simulator.fleet.FaultLog;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetException;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.RunControl;
import duet.simulator.fleet.account.DeviceEntry;
import duet.simulator.fleet.account.DeviceLens;
import duet.simulator.fleet.account.FleetLens;
import duet.simulator.fleet.account.FleetState;
import duet.simulator.fleet.account.LoadGeneratorWatch;
import duet.simulator.fleet.kafka.BrokerWatch;
import duet.simulator.fleet.kafka.DeadLetterReceiver;
import duet.simulator.fleet.kafka.DeltaReceiver;
import duet.simulator.fleet.kafka.KafkaLink;
import duet.simulator.fleet.kafka.PollLoop;
import duet.simulator.fleet.kafka.ReleaseReceiver;
import duet.simulator.fleet.kafka.WindowSender;
import duet.simulator.fleet.ranking.FollowedReleases;
import duet.simulator.fleet.ranking.RankingQueue;
import duet.simulator.fleet.ranking.ReleaseFollower;
import duet.simulator.fleet.ranking.ReleasedModels;
import duet.simulator.fleet.run.FleetProgress.Phase;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.measurement.TimelineBucket;
import duet.simulator.network.DeviceNetwork;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.VersionFacts;
import duet.simulator.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a fleet: one thread lets windows leave at their intended times however fast they are
 * answered, one hands over what the simulated network brings to the broker, one receives deltas,
 * one dead letters, one follows the releases, one ranks. It is over when every window sent is
 * accounted for and no device is about to go over to another model, or no answer came for the
 * options' time.
 */
public final class FleetRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetRun.class);

    /**
     * The first window leaves this many microseconds after the start, so that it is not late by the
     * threads' own start.
     */
    private static final long LEAD_MICROS = 50_000;

    private static final long LONGEST_PARK_MICROS = 20_000;

    private static final long JOIN_MILLIS = 5_000;

    private final Workload workload;
    private final FleetOptions options;
    private final FleetClock clock;
    private final KafkaLink kafka;
    private final RunControl control;
    private final long warmUpMicros;
    private final FleetState state;
    private final ReleaseFollower follower;
    private final GatedWindows gated;
    private final RunFigures figures;
    private final Departures departures;
    private final RankingQueue rankings;
    private final LoadGeneratorWatch watch;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong overMicros = new AtomicLong();
    private Thread ranker;

    private FleetRun(
            ReleasedModels models,
            FollowedReleases releases,
            Workload workload,
            FleetOptions options,
            FleetClock clock,
            KafkaLink kafka,
            DeviceNetwork network,
            FaultLog faults) {
        this.workload = workload;
        this.options = options;
        this.clock = clock;
        this.kafka = kafka;
        this.gated = new GatedWindows(options.measured().gatedWindows());
        long startMicros = clock.micros() + LEAD_MICROS;
        this.warmUpMicros = micros(options.circumstances().warmUp());
        this.control = new RunControl(clock, startMicros, micros(workload.duration()));
        this.state =
                new FleetState(
                        models.shipped(),
                        workload,
                        options.part(),
                        startMicros,
                        startMicros + warmUpMicros,
                        options.trust().deltas(),
                        options.measured().gatedWindows() != null);
        if (options.measured().lens()) {
            state.devices().remember();
        }
        this.watch = LoadGeneratorWatch.start(clock.micros(), () -> kafka.producer().metrics());
        this.departures =
                new Departures(
                        kafka.producer(),
                        options.topics().windows(),
                        network,
                        control,
                        watch,
                        faults);
        this.follower =
                new ReleaseFollower(
                        state,
                        models,
                        releases,
                        departures.outbox(),
                        micros(options.uptake().switchOver()));
        QualityRecorder quality =
                new QualityRecorder(QualityRecorder.DEFAULT_SAMPLE, workload.seed());
        this.rankings = new RankingQueue(state, quality, control, options.measured().quality());
        this.figures =
                new RunFigures(
                        new RunFigures.Fleet(
                                models.shipped().version(),
                                workload,
                                options.part(),
                                options.measured().quality()),
                        options.circumstances().warmUp(),
                        control,
                        state,
                        follower,
                        gated,
                        quality,
                        watch);
    }

    static FleetRun start(
            ReleasedModels models,
            Workload workload,
            FleetOptions options,
            FleetClock clock,
            KafkaLink kafka) {
        FaultLog faults = new FaultLog(LOG, clock::micros);
        FollowedReleases releases = new FollowedReleases(options.trust().releases());
        ReleaseReceiver.releases(kafka.presentReleases(options), faults)
                .forEach(release -> releases.take(release, clock.micros()));
        // Read before the run begins: its windows would be late by the time this takes.
        Rollout rollout = releases.rollout();
        rollout.base().ifPresent(models::loadAhead);
        rollout.staged().ifPresent(models::loadAhead);
        DeviceNetwork network =
                new DeviceNetwork(options.circumstances().network(), workload.seed());
        FleetRun run =
                new FleetRun(models, releases, workload, options, clock, kafka, network, faults);
        run.begin(network, faults);
        return run;
    }

    private void begin(DeviceNetwork network, FaultLog faults) {
        follower.start(clock.micros());
        DeltaReceiver deltas = new DeltaReceiver(state, network, control, faults);
        DeadLetterReceiver deadLetters =
                new DeadLetterReceiver(state, control, faults, options.topics().windows());
        ReleaseReceiver releases = new ReleaseReceiver(follower, control, faults);
        WindowSender sender =
                new WindowSender(
                        workload,
                        options.part(),
                        state,
                        network,
                        control,
                        rankings,
                        departures.outbox(),
                        () -> state.unanswered(gated.count()));
        thread("duet-fleet-deltas", () -> PollLoop.run(kafka.deltas(), control, deltas));
        thread(
                "duet-fleet-dead-letters",
                () -> PollLoop.run(kafka.deadLetters(), control, deadLetters));
        thread("duet-fleet-releases", () -> releases.run(kafka.releases()));
        ranker = thread("duet-fleet-rankings", rankings::run);
        if (!network.conditions().up().isPerfect()) {
            thread("duet-fleet-network", departures::run);
        }
        if (warmUpMicros > 0) {
            thread("duet-fleet-warm-up", this::warmUp);
        }
        Duration silence = options.waits().silence();
        if (silence != null) {
            thread("duet-fleet-brokers", new BrokerWatch(options, silence, control)::run);
        }
        thread("duet-fleet-windows", () -> send(sender));
    }

    /** Returns how far the run is; cheap, for any thread. */
    public FleetProgress progress() {
        long over = overMicros.get();
        return figures.progress(
                over > 0 ? Phase.OVER : control.isSent() ? Phase.WAITING : Phase.SENDING,
                over > 0 ? over : clock.micros());
    }

    /**
     * Waits until the run is over.
     *
     * @return whether it is; false: the time was up
     * @throws FleetException if a client failed
     * @throws BrokerUnreachableException if the brokers were silent for longer than the options
     *     allow
     */
    public boolean await(Duration atMost) {
        long deadline = clock.micros() + TimeUnit.NANOSECONDS.toMicros(atMost.toNanos());
        while (true) {
            Throwable cause = control.failure();
            if (cause instanceof BrokerUnreachableException unreachable) {
                throw unreachable;
            }
            if (cause != null) {
                throw new FleetException("the fleet failed: " + cause.getMessage(), cause);
            }
            long now = clock.micros();
            if (overMicros.get() > 0 || isOver(now)) {
                overMicros.compareAndSet(0, Math.max(1, now));
                return true;
            }
            if (now >= deadline) {
                return false;
            }
            clock.park(Math.min(LONGEST_PARK_MICROS, deadline - now));
        }
    }

    /**
     * Begins a phase, which ends the one before: latencies from here on count for it in the
     * summary.
     *
     * @param name what is going on, for example {@code swap}
     */
    public void phase(String name) {
        state.measures().phases().begin(name, Math.max(0, control.elapsedMicros()));
    }

    /**
     * Returns what each model version that a device runs, or ran, has had to do with the run so
     * far.
     */
    public SortedMap<String, VersionFacts> versions() {
        return state.versions();
    }

    /** Returns what the run has shown so far, in slices of equal length. */
    public List<TimelineBucket> timeline() {
        figures.noteGated();
        long over = overMicros.get();
        return state.measures()
                .timeline()
                .buckets((over > 0 ? over : clock.micros()) - control.startMicros());
    }

    /**
     * Looks at one device as it is now; empty if it is not of this fleet. It ranks its whole
     * vocabulary for this, after the items of its newest window where {@link
     * FleetOptions.Measured#lens} asks for no more.
     */
    public Optional<DeviceLens> lens(String deviceId) {
        return new FleetLens(state.devices()).lens(deviceId, clock.micros());
    }

    /**
     * Finds devices whose id contains this text, those that hold a delta first.
     *
     * @param limit most to be listed
     */
    public List<DeviceEntry> devices(String text, int limit) {
        return new FleetLens(state.devices()).find(text, limit);
    }

    /** Sends nothing more; what is on its way is awaited as usual. */
    public void stop() {
        control.stop();
    }

    /** Returns the device of that id, if it is one of this fleet. */
    public Optional<Device> device(String deviceId) {
        return Optional.ofNullable(state.device(deviceId));
    }

    /**
     * Returns what the run has shown; the devices rank their held-out items now.
     *
     * @throws IllegalStateException if the run is not over
     */
    public RunSummary summary() {
        if (overMicros.get() == 0) {
            throw new IllegalStateException("the run is not over");
        }
        join(ranker);
        return figures.summary(lastMicros());
    }

    /** Stops at once and closes all clients. */
    @Override
    public void close() {
        control.close();
        kafka.deltas().wakeup();
        kafka.deadLetters().wakeup();
        kafka.releases().wakeup();
        threads.forEach(FleetRun::join);
        // One that fetches a bundle does not hear the wake-up.
        threads.stream().filter(Thread::isAlive).forEach(Thread::interrupt);
        kafka.producer().close(Duration.ZERO);
        watch.close();
    }

    private boolean isOver(long now) {
        if (!control.isSent()) {
            return false;
        }
        long quiet = now - lastMicros();
        return follower.isSettled() && state.allAnswered(gated.count())
                || quiet > micros(options.waits().answer());
    }

    private long lastMicros() {
        return Math.max(control.lastAnswerMicros(), control.lastSendMicros());
    }

    /** Keeps the accounts as they stand when the warm-up ends. */
    private void warmUp() {
        if (control.waitUntil(control.startMicros() + warmUpMicros)) {
            figures.warmUpOver();
            watch.restart(clock.micros());
        }
    }

    private void send(WindowSender sender) {
        sender.run();
        watch.sendingOver(clock.micros());
        kafka.producer().flush();
        control.allSent();
    }

    private interface Work {
        void run() throws Exception;
    }

    private Thread thread(String name, Work work) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (Exception | Error e) {
                                control.fail(e);
                            }
                        },
                        name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long micros(Duration duration) {
        return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
    }
}
