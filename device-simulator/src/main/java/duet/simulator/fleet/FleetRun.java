package duet.simulator.fleet;

import duet.device.Device;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.record.ModelRelease;
import duet.schemas.release.Rollout;
import duet.simulator.fleet.Progress.Phase;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.measurement.RunHistograms;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.measurement.TimelineBucket;
import duet.simulator.network.DeviceNetwork;
import duet.simulator.report.Delivery;
import duet.simulator.report.LoadGenerator;
import duet.simulator.report.MachineFacts;
import duet.simulator.report.RunFacts;
import duet.simulator.report.RunSummary;
import duet.simulator.report.VersionFacts;
import duet.simulator.report.WarmUp;
import duet.simulator.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run of a fleet: one thread lets windows leave at their intended times however fast they are answered, one hands over
 * what the simulated network brings to the broker, one receives deltas, one dead letters, one follows the releases, one
 * ranks. Over when every window sent is accounted for and no device is about to go over to another model, or no answer came
 * for the options' time.
 */
public final class FleetRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetRun.class);

    /** From the start to the first window, so that it is not late by the threads' own start. */
    private static final long LEAD_MICROS = 50_000;

    private static final long LONGEST_PARK_MICROS = 20_000;

    private static final long JOIN_MILLIS = 5_000;

    private final String shippedVersion;
    private final Workload workload;
    private final FleetOptions options;
    private final FleetClock clock;
    private final KafkaLink kafka;
    private final RunControl control;
    private final long warmUpMicros;
    private final FleetState state;
    private final ReleaseFollower follower;
    private final long gatedBefore;
    private long gatedNoted;
    private final QualityRecorder quality;
    private final Departures departures;
    private final RankingQueue rankings;
    private final LoadGeneratorWatch watch;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong overMicros = new AtomicLong();
    private Thread ranker;

    /** The accounts at the end of the warm-up. */
    private volatile Delivery warmUpDelivery;

    private volatile long warmUpWindows;

    private FleetRun(
            ReleasedModels models,
            Workload workload,
            FleetOptions options,
            FleetClock clock,
            KafkaLink kafka,
            DeviceNetwork network,
            FaultLog faults) {
        this.shippedVersion = models.shipped().version();
        this.workload = workload;
        this.options = options;
        this.clock = clock;
        this.kafka = kafka;
        this.gatedBefore = options.gatedWindows() == null ? 0 : options.gatedWindows().getAsLong();
        long startMicros = clock.micros() + LEAD_MICROS;
        this.warmUpMicros = micros(options.warmUp());
        this.control = new RunControl(clock, startMicros, micros(workload.duration()));
        this.state =
                new FleetState(
                        models.shipped(),
                        workload,
                        options.part(),
                        startMicros,
                        startMicros + warmUpMicros,
                        options.verifier(),
                        options.gatedWindows() != null);
        if (options.lens()) {
            state.devices().remember();
        }
        this.watch = LoadGeneratorWatch.start(clock.micros(), () -> kafka.producer().metrics());
        this.departures =
                new Departures(
                        kafka.producer(), options.windowsTopic(), network, control, watch, faults);
        this.follower =
                new ReleaseFollower(
                        state, models, departures.outbox(), micros(options.switchOver()));
        this.quality = new QualityRecorder(QualityRecorder.DEFAULT_SAMPLE, workload.seed());
        this.rankings = new RankingQueue(state, quality, control, options.quality());
    }

    static FleetRun start(
            ReleasedModels models,
            Workload workload,
            FleetOptions options,
            FleetClock clock,
            KafkaLink kafka) {
        FaultLog faults = new FaultLog(LOG, clock::micros);
        List<ModelRelease> present =
                ReleaseReceiver.releases(kafka.presentReleases(options), faults);
        // Read before the run begins: its windows would be late by the time this takes.
        Rollout rollout = Rollout.of(present);
        rollout.base().ifPresent(models::loadAhead);
        rollout.staged().ifPresent(models::loadAhead);
        DeviceNetwork network = new DeviceNetwork(options.network(), workload.seed());
        FleetRun run = new FleetRun(models, workload, options, clock, kafka, network, faults);
        run.begin(present, network, faults);
        return run;
    }

    private void begin(List<ModelRelease> present, DeviceNetwork network, FaultLog faults) {
        follower.start(present, clock.micros());
        DeltaReceiver deltas = new DeltaReceiver(state, network, control, faults);
        DeadLetterReceiver deadLetters =
                new DeadLetterReceiver(state, control, faults, options.windowsTopic());
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
                        () -> state.unanswered(gated()));
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
        if (options.brokerSilence() != null) {
            thread("duet-fleet-brokers", new BrokerWatch(options, control)::run);
        }
        thread("duet-fleet-windows", () -> send(sender));
    }

    /** How far the run is; cheap, for any thread. */
    public Progress progress() {
        noteGated();
        Counters counters = state.counters();
        LatencySummary latency = state.latenciesOf(clock.micros()).summary(Stage.EVENT_TO_APPLIED);
        QualityRecorder.Running running = quality.running();
        return new Progress(
                overMicros.get() > 0
                        ? Phase.OVER
                        : control.isSent() ? Phase.WAITING : Phase.SENDING,
                new Progress.Time(
                        seconds(
                                (overMicros.get() > 0 ? overMicros.get() : clock.micros())
                                        - control.startMicros()),
                        workload.duration().toNanos() / 1e9),
                new Progress.Windows(
                        counters.sent(),
                        workload.expectedWindows()
                                * state.devices().held()
                                / Math.max(1, workload.devices()),
                        counters.get(Count.DELTAS),
                        counters.coalesced(),
                        counters.get(Count.DEAD_LETTERS),
                        state.unanswered(gated())),
                new Progress.Sending(counters.get(Count.SENT_BEHIND), counters.get(Count.UNSENT)),
                new Progress.Network(
                        counters.get(Count.HELD_OFFLINE),
                        counters.get(Count.LOST_UP),
                        counters.get(Count.LOST_DOWN)),
                new Progress.Latency(latency.p50(), latency.p99()),
                counters.get(Count.DELTAS) == 0
                        ? 0
                        : (double) counters.get(Count.DELTA_BYTES) / counters.get(Count.DELTAS),
                new Progress.Quality(
                        running.rankings(),
                        running.globalUserAuc(),
                        running.personalizedUserAuc()));
    }

    /**
     * Waits until the run is over.
     *
     * @return whether it is; false: the time was up
     * @throws FleetException if a client failed
     * @throws BrokerUnreachableException if the brokers were silent for longer than the options allow
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
     * Begins a phase, which ends the one before: latencies from here on count for it in the summary.
     *
     * @param name what is going on, for example {@code swap}
     */
    public void phase(String name) {
        state.phases().begin(name, Math.max(0, control.elapsedMicros()));
    }

    /** What each model version that a device runs, or ran, has had to do with the run so far. */
    public SortedMap<String, VersionFacts> versions() {
        return state.versions();
    }

    /** What the run has shown so far, in slices of equal length. */
    public List<TimelineBucket> timeline() {
        noteGated();
        long over = overMicros.get();
        return state.timeline().buckets((over > 0 ? over : clock.micros()) - control.startMicros());
    }

    /**
     * One device as it is now; empty if it is not of this fleet. It ranks its whole vocabulary for this, after the items of
     * its newest window where {@link FleetOptions#withLens} asks for no more.
     */
    public Optional<DeviceLens> lens(String deviceId) {
        return new FleetLens(state.devices()).lens(deviceId, clock.micros());
    }

    /**
     * Devices whose id contains this text, those that hold a delta first.
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

    /** The device of that id, if it is one of this fleet. */
    public Optional<Device> device(String deviceId) {
        return Optional.ofNullable(state.device(deviceId));
    }

    /**
     * What the run has shown; the devices rank their held-out items now.
     *
     * @throws IllegalStateException if the run is not over
     */
    public RunSummary summary() {
        if (overMicros.get() == 0) {
            throw new IllegalStateException("the run is not over");
        }
        join(ranker);
        StreamQuality stream = options.quality() ? quality.result() : null;
        Optional<FinalRanking> heldOut = FinalRanking.of(workload, options.part(), state::device);
        RankingMetrics global =
                heldOut.map(FinalRanking::global).orElse(stream == null ? null : stream.global());
        RankingMetrics personalized =
                heldOut.map(FinalRanking::personalized)
                        .orElse(stream == null ? null : stream.personalized());
        long lastMicros = lastMicros() - control.startMicros();
        double sendingSeconds = seconds(control.lastSendMicros() - control.startMicros());
        double steadySeconds = sendingSeconds - seconds(warmUpMicros);
        LoadGenerator loadGenerator =
                watch.facts(state.latencies(), state.counters().get(Count.UNSENT));
        noteGated();
        long gated = gated();
        String missing = state.missing(gated);
        SortedMap<String, VersionFacts> versions = state.versions();
        RunHistograms histograms =
                RunHistograms.of(
                        state.latencies(),
                        warmUpMicros > 0 ? Optional.of(state.warmUpLatencies()) : Optional.empty(),
                        state.phases(),
                        state.timeline());
        return new RunSummary(
                RunSummary.Verdict.of(
                        missing,
                        RunWarnings.of(
                                state.counters(),
                                state.latencies(),
                                state.outcomes(),
                                follower.refused(),
                                versions.size() > 1,
                                watch.longestTakenMicros(),
                                stream)),
                loadGenerator,
                new RunSummary.Quality(
                        heldOut.isPresent()
                                ? RunSummary.HELD_OUT
                                : global == null ? RunSummary.NONE : RunSummary.STREAM,
                        global,
                        personalized),
                Delivery.of(state.counters(), state.outcomes(), gated, state.unanswered(gated)),
                new RunSummary.Measured(
                        LatencySummary.byKey(histograms.stages()),
                        warmUpFacts(gated, histograms),
                        null,
                        stream,
                        versions,
                        state.phases().summaries(lastMicros)),
                new RunFacts(
                        new RunFacts.Fleet(
                                workload.name(),
                                shippedVersion,
                                workload.seed(),
                                state.devices().held(),
                                state.devicesWithDelta()),
                        new RunFacts.Rate(
                                workload.closedLoop().isPresent()
                                        ? RunFacts.CLOSED
                                        : workload.arrivals().process().toString(),
                                workload.arrivals().perSecond(),
                                steadySeconds > 0
                                        ? (state.counters().sent() - warmUpWindows) / steadySeconds
                                        : 0),
                        new RunFacts.Time(
                                sendingSeconds,
                                seconds(lastMicros),
                                Instant.ofEpochMilli(control.startMicros() / 1000).toString()),
                        heldOut.isPresent()),
                new RunSummary.Setting(
                        options.part().facts(), List.of(), MachineFacts.current(), null),
                new RunSummary.Recording(
                        state.timeline().buckets(lastMicros),
                        state.latencies().curves(),
                        histograms));
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
        return follower.isSettled() && state.allAnswered(gated())
                || quiet > micros(options.answerTimeout());
    }

    private long lastMicros() {
        return Math.max(control.lastAnswerMicros(), control.lastSendMicros());
    }

    /** Keeps the accounts as they stand when the warm-up ends. */
    private void warmUp() {
        if (control.waitUntil(control.startMicros() + warmUpMicros)) {
            warmUpOver();
        }
    }

    private void warmUpOver() {
        long gated = gated();
        warmUpWindows = state.counters().sent();
        warmUpDelivery =
                Delivery.of(state.counters(), state.outcomes(), gated, state.unanswered(gated));
        watch.restart(clock.micros());
    }

    private WarmUp warmUpFacts(long gated, RunHistograms histograms) {
        if (warmUpMicros == 0) {
            return null;
        }
        return new WarmUp(
                seconds(warmUpMicros),
                warmUpDelivery == null
                        ? Delivery.of(
                                state.counters(), state.outcomes(), gated, state.unanswered(gated))
                        : warmUpDelivery,
                LatencySummary.byKey(histograms.warmUp()));
    }

    /** Windows that the job has gated since the run began. */
    private long gated() {
        return options.gatedWindows() == null
                ? 0
                : Math.max(0, options.gatedWindows().getAsLong() - gatedBefore);
    }

    /** The job tells a sum: what it grew by since it was asked before belongs to now. */
    private synchronized void noteGated() {
        long gated = gated();
        state.timeline().gated(control.elapsedMicros(), gated - gatedNoted);
        gatedNoted = Math.max(gated, gatedNoted);
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

    private static double seconds(long micros) {
        return micros / 1e6;
    }
}
