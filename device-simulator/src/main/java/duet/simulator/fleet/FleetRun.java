package duet.simulator.fleet;

import duet.device.Device;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.WeightDelta;
import duet.schemas.release.Rollout;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.ReleaseValidation;
import duet.simulator.fleet.FleetState.Outbox;
import duet.simulator.fleet.Progress.Phase;
import duet.simulator.fleet.StreamRankings.Pending;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.measurement.RunHistograms;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.measurement.TimelineBucket;
import duet.simulator.report.Delivery;
import duet.simulator.report.LoadGenerator;
import duet.simulator.report.MachineFacts;
import duet.simulator.report.RunFacts;
import duet.simulator.report.RunSummary;
import duet.simulator.report.VersionFacts;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Workload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run of a fleet: one thread sends windows at their intended times however fast they are answered, one receives deltas,
 * one dead letters, one follows the releases, one ranks. Over when every window sent is accounted for and no device is
 * about to go over to another model, or no answer came for the options' time.
 */
public final class FleetRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetRun.class);

    /** From the start to the first window, so that it is not late by the threads' own start. */
    private static final long LEAD_MICROS = 50_000;

    private static final long LONGEST_PARK_MICROS = 20_000;
    private static final Duration POLL = Duration.ofMillis(100);

    /** Devices that go over within it do so together. */
    private static final long SHORTEST_POLL_MICROS = 5_000;

    private static final int PENDING_RANKINGS = 4096;

    private static final long JOIN_MILLIS = 5_000;

    private final String shippedVersion;
    private final Workload workload;
    private final FleetOptions options;
    private final FleetClock clock;
    private final FaultLog faults;
    private final KafkaLink kafka;
    private final long startMicros;
    private final FleetState state;
    private final ReleaseFollower follower;
    private final long gatedBefore;
    private long gatedNoted;
    private final QualityRecorder quality;
    private final StreamRankings rankings;
    private final BlockingQueue<Pending> pendingRankings =
            new ArrayBlockingQueue<>(PENDING_RANKINGS);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong overMicros = new AtomicLong();
    private Thread ranker;
    private volatile long lastAnswerMicros;
    private volatile long lastSendMicros;
    private volatile boolean sent;
    private volatile boolean stopped;
    private volatile boolean closed;

    private FleetRun(
            ReleasedModels models,
            Workload workload,
            FleetOptions options,
            FleetClock clock,
            KafkaLink kafka,
            FaultLog faults) {
        this.shippedVersion = models.shipped().version();
        this.workload = workload;
        this.options = options;
        this.clock = clock;
        this.faults = faults;
        this.kafka = kafka;
        this.gatedBefore = options.gatedWindows() == null ? 0 : options.gatedWindows().getAsLong();
        this.startMicros = clock.micros() + LEAD_MICROS;
        this.lastAnswerMicros = startMicros;
        this.lastSendMicros = startMicros;
        this.state =
                new FleetState(
                        models.shipped(),
                        workload,
                        options.part(),
                        startMicros,
                        options.verifier(),
                        options.gatedWindows() != null);
        this.follower = new ReleaseFollower(state, models, outbox(), micros(options.switchOver()));
        this.quality = new QualityRecorder(QualityRecorder.DEFAULT_SAMPLE, workload.seed());
        this.rankings = new StreamRankings(quality, state.timeline());
    }

    static FleetRun start(
            ReleasedModels models,
            Workload workload,
            FleetOptions options,
            FleetClock clock,
            KafkaLink kafka) {
        FaultLog faults = new FaultLog(LOG, clock::micros);
        List<ModelRelease> present = releases(kafka.presentReleases(options), faults);
        // Read before the run begins: its windows would be late by the time this takes.
        Rollout rollout = Rollout.of(present);
        rollout.base().ifPresent(models::loadAhead);
        rollout.staged().ifPresent(models::loadAhead);
        FleetRun run = new FleetRun(models, workload, options, clock, kafka, faults);
        run.follower.start(present, clock.micros());
        run.thread("duet-fleet-deltas", () -> run.receive(kafka.deltas(), run.deltaReceiver()));
        run.thread(
                "duet-fleet-dead-letters",
                () -> run.receive(kafka.deadLetters(), run.deadLetterReceiver()));
        run.thread("duet-fleet-releases", run::followReleases);
        run.ranker = run.thread("duet-fleet-rankings", run::rank);
        run.thread("duet-fleet-windows", run::send);
        return run;
    }

    /** How far the run is; cheap, for any thread. */
    public Progress progress() {
        Counters counters = state.counters();
        LatencySummary latency = state.latencies().summary(Stage.EVENT_TO_APPLIED);
        QualityRecorder.Running running = quality.running();
        return new Progress(
                overMicros.get() > 0 ? Phase.OVER : sent ? Phase.WAITING : Phase.SENDING,
                seconds((overMicros.get() > 0 ? overMicros.get() : clock.micros()) - startMicros),
                workload.duration().toNanos() / 1e9,
                counters.sent(),
                workload.expectedWindows()
                        * state.devices().held()
                        / Math.max(1, workload.devices()),
                counters.get(Count.DELTAS),
                counters.coalesced(),
                counters.get(Count.DEAD_LETTERS),
                state.unanswered(gated()),
                counters.get(Count.SENT_BEHIND),
                latency.p50(),
                latency.p99(),
                counters.get(Count.DELTAS) == 0
                        ? 0
                        : (double) counters.get(Count.DELTA_BYTES) / counters.get(Count.DELTAS),
                running.rankings(),
                running.globalUserAuc(),
                running.personalizedUserAuc());
    }

    /**
     * Waits until the run is over.
     *
     * @return whether it is; false: the time was up
     * @throws FleetException if a client failed
     */
    public boolean await(Duration atMost) {
        long deadline = clock.micros() + TimeUnit.NANOSECONDS.toMicros(atMost.toNanos());
        while (true) {
            Throwable cause = failure.get();
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
        state.phases().begin(name, Math.max(0, clock.micros() - startMicros));
    }

    /** What each model version that a device runs, or ran, has had to do with the run so far. */
    public SortedMap<String, VersionFacts> versions() {
        return state.versions();
    }

    /** What the run has shown so far, in slices of equal length. */
    public List<TimelineBucket> timeline() {
        long over = overMicros.get();
        return state.timeline().buckets((over > 0 ? over : clock.micros()) - startMicros);
    }

    /** One device as it is now; empty if it is not of this fleet. It ranks its whole vocabulary for this. */
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
        stopped = true;
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
        long lastMicros = Math.max(lastAnswerMicros, lastSendMicros);
        double sendingSeconds = seconds(lastSendMicros - startMicros);
        noteGated();
        long gated = gated();
        String missing = state.missing(gated);
        SortedMap<String, VersionFacts> versions = state.versions();
        return new RunSummary(
                missing == null,
                missing,
                RunWarnings.of(
                        state.counters(),
                        state.latencies(),
                        state.outcomes(),
                        follower.refused(),
                        versions.size() > 1,
                        stream),
                heldOut.isPresent()
                        ? RunSummary.HELD_OUT
                        : global == null ? RunSummary.NONE : RunSummary.STREAM,
                global,
                personalized,
                Delivery.of(state.counters(), state.outcomes(), gated, state.unanswered(gated)),
                state.latencies().summaries(),
                stream,
                versions,
                state.phases().summaries(lastMicros - startMicros),
                state.timeline().buckets(lastMicros - startMicros),
                state.latencies().curves(),
                new RunFacts(
                        workload.name(),
                        shippedVersion,
                        workload.seed(),
                        state.devices().held(),
                        state.devicesWithDelta(),
                        workload.arrivals().process().toString(),
                        workload.arrivals().perSecond(),
                        sendingSeconds > 0 ? state.counters().sent() / sendingSeconds : 0,
                        sendingSeconds,
                        seconds(lastMicros - startMicros),
                        Instant.ofEpochMilli(startMicros / 1000).toString(),
                        heldOut.isPresent()),
                MachineFacts.current(),
                null,
                new LoadGenerator(
                        false,
                        List.of(),
                        state.latencies().summary(Stage.SEND_DELAY),
                        0,
                        state.counters().get(Count.SENT_BEHIND),
                        0,
                        0),
                null,
                List.of(),
                options.part().facts(),
                null,
                List.of(),
                RunHistograms.of(
                        state.latencies(), Optional.empty(), state.phases(), state.timeline()));
    }

    /** Stops at once and closes all clients. */
    @Override
    public void close() {
        closed = true;
        stopped = true;
        kafka.deltas().wakeup();
        kafka.deadLetters().wakeup();
        kafka.releases().wakeup();
        threads.forEach(FleetRun::join);
        // One that fetches a bundle does not hear the wake-up.
        threads.stream().filter(Thread::isAlive).forEach(Thread::interrupt);
        kafka.producer().close(Duration.ZERO);
    }

    private boolean isOver(long now) {
        if (!sent) {
            return false;
        }
        long quiet = now - Math.max(lastAnswerMicros, lastSendMicros);
        return follower.isSettled() && state.allAnswered(gated())
                || quiet > micros(options.answerTimeout());
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
        state.timeline().gated(clock.micros() - startMicros, gated - gatedNoted);
        gatedNoted = Math.max(gated, gatedNoted);
    }

    private void send() {
        Outbox outbox = outbox();
        Iterator<ScheduledWindow> windows = workload.windows(options.part()::holds);
        while (!stopped && windows.hasNext()) {
            ScheduledWindow window = windows.next();
            if (!waitUntil(state.intendedMicros(window))) {
                break;
            }
            long now = clock.micros();
            enqueueRanking(window, now);
            lastSendMicros = now;
            state.send(window, now, outbox);
        }
        kafka.producer().flush();
        sent = true;
    }

    /** Sends windows through the producer; each thread needs its own. */
    private Outbox outbox() {
        RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
        return (window, failed) -> {
            byte[] key = window.getDeviceId().getBytes(StandardCharsets.UTF_8);
            byte[] value = encoder.encode(window);
            kafka.producer()
                    .send(
                            new ProducerRecord<>(options.windowsTopic(), key, value),
                            (metadata, exception) -> {
                                if (exception != null) {
                                    faults.report("window not sent", exception::getMessage);
                                    failed.run();
                                }
                            });
            return key.length + value.length;
        };
    }

    /** Keeps devices on the versions that the releases give them. */
    private void followReleases() {
        try (Consumer<byte[], byte[]> consumer = kafka.releases()) {
            while (!closed) {
                long wait = Math.max(0, follower.nextMicros() - clock.micros());
                Duration timeout =
                        Duration.ofNanos(
                                TimeUnit.MICROSECONDS.toNanos(
                                        Math.min(
                                                micros(POLL),
                                                Math.max(SHORTEST_POLL_MICROS, wait))));
                List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                consumer.poll(timeout).forEach(records::add);
                if (!records.isEmpty()) {
                    follower.changed(releases(records, faults), clock.micros());
                }
                if (!follower.isSettled()) {
                    lastSendMicros = Math.max(lastSendMicros, clock.micros());
                }
                follower.work(clock.micros());
                noteGated();
            }
        } catch (WakeupException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    /** What can be read of these records, in their order. */
    private static List<ModelRelease> releases(
            List<ConsumerRecord<byte[], byte[]>> records, FaultLog faults) {
        RecordDecoder<ModelRelease> decoder = Records.releaseDecoder();
        List<ModelRelease> releases = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                // A release is withdrawn, not deleted: a record without a value says nothing.
                if (record.value() != null) {
                    ModelRelease release = decoder.decode(record.value());
                    ReleaseValidation.check(release);
                    releases.add(release);
                }
            } catch (MalformedRecordException e) {
                faults.report("malformed release", () -> at(record, e));
            }
        }
        return releases;
    }

    /** Whether the time has come; false if the run was stopped before. */
    private boolean waitUntil(long micros) {
        for (long left = micros - clock.micros(); left > 0; left = micros - clock.micros()) {
            if (stopped) {
                return false;
            }
            clock.park(Math.min(left, LONGEST_PARK_MICROS));
        }
        return true;
    }

    private void enqueueRanking(ScheduledWindow window, long now) {
        if (options.quality() && window.upcoming() != null) {
            Pending pending =
                    new Pending(
                            state.device(window.device()),
                            window.upcoming(),
                            window.firstFreshSequence(),
                            now - startMicros);
            if (!pendingRankings.offer(pending)) {
                quality.notRanked();
            }
        }
    }

    private void rank() throws InterruptedException {
        while (!closed && !(sent && pendingRankings.isEmpty())) {
            Pending pending = pendingRankings.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
            if (pending != null) {
                rankings.rank(pending);
            }
        }
    }

    private interface Receiver {
        /** Whether the record is an answer to this fleet. */
        boolean receive(ConsumerRecord<byte[], byte[]> record);
    }

    private void receive(Consumer<byte[], byte[]> consumer, Receiver receiver) {
        try (consumer) {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (receiver.receive(record)) {
                        lastAnswerMicros = clock.micros();
                    }
                }
            }
        } catch (WakeupException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private Receiver deltaReceiver() {
        RecordDecoder<WeightDelta> decoder = Records.deltaDecoder();
        return record -> {
            if (state.isAnothers(record.key())) {
                return false;
            }
            try {
                return state.arrived(
                        decoder.decode(record.value()),
                        record.serializedKeySize() + record.serializedValueSize(),
                        clock);
            } catch (MalformedRecordException e) {
                faults.report("malformed delta", () -> at(record, e));
                state.malformed();
                return false;
            }
        };
    }

    private Receiver deadLetterReceiver() {
        RecordDecoder<DeadLetter> decoder = Records.deadLetterDecoder();
        RecordDecoder<InteractionWindow> windows = Records.windowDecoder();
        return record -> {
            try {
                DeadLetter letter = decoder.decode(record.value());
                return letter.getTopic().equals(options.windowsTopic())
                        && state.deadLetter(
                                new String(bytes(letter.getKey()), StandardCharsets.UTF_8),
                                windowOf(windows, bytes(letter.getValue())));
            } catch (MalformedRecordException e) {
                faults.report("malformed dead letter", () -> at(record, e));
                return false;
            }
        };
    }

    private static String at(ConsumerRecord<byte[], byte[]> record, MalformedRecordException e) {
        return "%s-%d@%d: %s"
                .formatted(record.topic(), record.partition(), record.offset(), e.getMessage());
    }

    private static InteractionWindow windowOf(
            RecordDecoder<InteractionWindow> decoder, byte[] value) {
        try {
            return decoder.decode(value);
        } catch (MalformedRecordException e) {
            return null;
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
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
                                failure.compareAndSet(null, e);
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
