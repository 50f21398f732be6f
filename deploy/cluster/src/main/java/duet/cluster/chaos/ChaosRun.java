package duet.cluster.chaos;

import duet.cluster.Cluster;
import duet.cluster.ClusterLayout;
import duet.cluster.ClusterProcess;
import duet.cluster.Waiting;
import duet.cluster.chaos.hostile.HostileCount;
import duet.cluster.chaos.hostile.HostileDevices;
import duet.cluster.chaos.hostile.HostileKind;
import duet.cluster.chaos.hostile.HostileRecords;
import duet.cluster.chaos.hostile.HostileResult;
import duet.device.DeviceModel;
import duet.jobs.config.DuetOptions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.Encoding;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.Measured;
import duet.simulator.fleet.FleetOptions.Waits;
import duet.simulator.fleet.run.Fleet;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.summary.Delivery;
import duet.simulator.summary.RunSummary;
import duet.simulator.workload.SyntheticCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes rounds of faults on a running cluster. Each round has a fleet of its own that streams while
 * a fault happens; once all of its windows are accounted for, the design's invariants are checked
 * for every device: it holds what the generator gives offline for all it sent (1), took no delta it
 * should have refused (2), and no window is missing (3). Hostile devices may send beside the fleet:
 * each of their records has to end as its kind says (4). What TaskManagers hold once the round is
 * over stays bounded (5).
 */
public final class ChaosRun implements AutoCloseable {

    private static final Duration LONGEST_ROUND = Duration.ofMinutes(15);
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration HEALTH_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofMillis(50);

    /** A device does one of these with a delta that is meant for it. */
    private static final Set<String> USUAL_OUTCOMES = Set.of("APPLIED", "STALE");

    private final Cluster cluster;
    private final ChaosOptions options;
    private final ModelBundle bundle;
    private final DeviceModel model;
    private final GenerationJob job;
    private final Disturber disturber;
    private final Convergence convergence;
    private final MemoryBound memoryBound;
    private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    private final Path failures;

    /** Counts the devices that the job has met, honest and hostile ones. */
    private long devicesMet;

    private ChaosRun(Cluster cluster, ModelBundle bundle, ChaosOptions options, Path failures) {
        this.cluster = cluster;
        this.failures = failures;
        this.options = options;
        this.bundle = bundle;
        this.model = DeviceModel.load(bundle);
        this.memoryBound = new MemoryBound(cluster.taskManagerBytes());
        this.job = GenerationJob.start(cluster, bundle.directory(), options.jobOptions());
        this.disturber =
                new Disturber(
                        cluster, job, new StreamFaults(cluster, bundle, options.jobOptions()));
        this.convergence =
                new Convergence(
                        bundle, Encoding.valueOf(options.job().get(DuetOptions.ENCODING).name()));
    }

    /**
     * Submits the job to a cluster on which none runs yet.
     *
     * @param failures directory in which the logs of rounds that fail are kept, one directory each
     * @throws duet.schemas.InvalidInputException if the bundle cannot be used
     * @throws IllegalStateException if the job does not run
     */
    public static ChaosRun start(
            Cluster cluster, Path bundle, ChaosOptions options, Path failures) {
        return new ChaosRun(cluster, ModelBundle.open(bundle), options, failures);
    }

    /**
     * Makes all rounds; one that fails does not end the run, the interruption of this thread does.
     *
     * @param listener told what the run has shown whenever a round is over
     */
    public ChaosReport run(Consumer<ChaosReport> listener) {
        List<RoundResult> results = new ArrayList<>();
        List<Fault> schedule = options.schedule();
        while (results.size() < schedule.size() && !Thread.currentThread().isInterrupted()) {
            Round round = new Round(results.size() + 1, schedule.get(results.size()));
            try {
                round.stream();
            } catch (RuntimeException e) {
                round.problem(e);
            }
            try {
                heal(round);
                round.measure();
            } catch (RuntimeException e) {
                round.problem(e);
            }
            results.add(round.result());
            listener.accept(ChaosReport.of(options, results));
        }
        return ChaosReport.of(options, results);
    }

    /** Holds the figures of a round that came to its end. */
    private record Figures(
            double outageSeconds,
            double recoverySeconds,
            Delivery delivery,
            Convergence.Finding finding) {}

    /** Makes a round, and holds what is known of it so far. */
    private final class Round {
        private final long begin = System.nanoTime();
        private final Instant startedAt = Instant.now();
        private final RoundLogs logs = RoundLogs.from(cluster);
        private final int number;
        private final Fault fault;
        private final StringJoiner problems = new StringJoiner("; ");
        private String target = "";
        private Map<HostileKind, HostileCount> hostile = Map.of();
        private @Nullable Figures figures;
        private RoundResult.@Nullable Memory memory;
        private @Nullable RuntimeException cause;

        Round(int number, Fault fault) {
            this.number = number;
            this.fault = fault;
        }

        void problem(RuntimeException e) {
            problems.add(e.getMessage() == null ? e.toString() : e.getMessage());
            if (cause == null) {
                cause = e;
            } else {
                cause.addSuppressed(e);
            }
        }

        /** Streams, makes the fault, and checks every device. */
        void stream() {
            // Its first numbers differ for seeds that are close to each other.
            SplittableRandom random = new SplittableRandom(options.seed() * 1_000_003 + number);
            SentWindows windows = windows(number);
            FleetOptions fleetOptions =
                    FleetOptions.of(cluster.shape().bootstrapServers())
                            .withMeasured(Measured.NO_QUALITY)
                            .withWaits(Waits.DEFAULT.withAnswer(ANSWER_TIMEOUT));
            try (FleetRun fleet = Fleet.start(model, windows, fleetOptions, FleetClock.system());
                    @Nullable HostileDevices devices = hostileDevices(number, windows)) {
                Backlog backlog = new Backlog(fleet, windows);
                watch(fleet, backlog, options.times().before());
                backlog.fault();
                Disturbance disturbance =
                        watching(fleet, backlog, () -> disturber.disturb(fault, number, random));
                target = disturbance.target();
                try {
                    watch(fleet, backlog, fault.duration());
                } finally {
                    watching(
                            fleet,
                            backlog,
                            () -> {
                                disturbance.lift();
                                return null;
                            });
                }
                watch(fleet, backlog, options.times().after());
                fleet.stop();
                if (devices != null) {
                    watching(
                            fleet,
                            backlog,
                            () -> {
                                devices.stop();
                                return null;
                            });
                }
                watch(fleet, backlog, LONGEST_ROUND);
                RunSummary summary = fleet.summary();
                int sent =
                        Math.toIntExact(
                                summary.delivery().accounts().windows()
                                        + summary.delivery().sending().sendFailures());
                Convergence.Finding finding =
                        convergence.check(fleet, windows, windows.histories(sent));
                figures =
                        new Figures(
                                backlog.outageSeconds(),
                                backlog.recoverySeconds(),
                                summary.delivery(),
                                finding);
                addProblems(summary, finding, problems);
                disturbance.problem().ifPresent(problems::add);
                if (devices != null) {
                    HostileResult result = devices.settle(Disturbance.EFFECT_TIMEOUT);
                    hostile = result.counts();
                    result.problem().ifPresent(problems::add);
                }
                devicesMet +=
                        finding.devices()
                                + hostile.values().stream().mapToLong(HostileCount::accepted).sum();
            }
        }

        /** Looks at what TaskManagers hold now that nothing streams. */
        void measure() {
            memory = memoryBound.after(TaskManagerMemory.of(cluster), devicesMet);
            memoryBound.problem(memory).ifPresent(problems::add);
        }

        /** Returns what the round has shown; where it failed, the logs are kept. */
        RoundResult result() {
            String problem = problems.length() == 0 ? null : problems.toString();
            if (problem != null) {
                logs.keep(
                        failures.resolve(
                                String.format(Locale.ROOT, "round-%02d-%s", number, fault.key())),
                        problem,
                        cause);
            }
            Delivery delivery = figures == null ? null : figures.delivery();
            return new RoundResult(
                    new RoundResult.Disturbance(number, startedAt, fault, target),
                    new RoundResult.Verdict(problem == null, problem),
                    new RoundResult.Outage(
                            figures == null ? 0 : figures.outageSeconds(),
                            figures == null ? 0 : figures.recoverySeconds()),
                    new RoundResult.Deliveries(
                            delivery == null ? 0 : delivery.accounts().windows(),
                            delivery == null ? 0 : delivery.accounts().deltas(),
                            delivery == null ? 0 : delivery.accounts().deadLetters(),
                            delivery == null ? 0 : delivery.accounts().repeated(),
                            delivery == null ? 0 : delivery.received().duplicates()),
                    new RoundResult.Comparison(
                            figures == null ? 0 : figures.finding().devices(),
                            figures == null ? 0 : figures.finding().largestErrorShare()),
                    hostile,
                    memory,
                    (System.nanoTime() - begin) / 1e9);
        }
    }

    private SentWindows windows(int round) {
        String prefix = "chaos-" + run + "-" + round + "-";
        int history = bundle.dimensions().history();
        return new SentWindows(
                new ScenarioWorkload(
                        Scenario.plain(
                                "synthetic",
                                options.devices(),
                                ArrivalModel.POISSON,
                                options.rate(),
                                LONGEST_ROUND,
                                options.seed() + round),
                        SyntheticCatalogue.forModel(bundle.vocabulary()),
                        prefix,
                        history,
                        System.currentTimeMillis()),
                history);
    }

    /** Starts hostile devices beside a fleet; returns null where there are to be none. */
    private @Nullable HostileDevices hostileDevices(int round, SentWindows windows) {
        if (options.hostile() == 0) {
            return null;
        }
        HostileRecords records =
                new HostileRecords(
                        bundle,
                        new HostileRecords.Names(
                                "hostile-" + run + "-" + round + "-",
                                windows::deviceId,
                                windows.devices()),
                        options.job().get(DuetOptions.MAX_JUMP),
                        options.seed() * 1_000_003 + round);
        return HostileDevices.start(
                cluster.shape().bootstrapServers(),
                records,
                options.hostileRate(),
                StreamFaults.POISON_KEY);
    }

    private static void addProblems(
            RunSummary summary, Convergence.Finding finding, StringJoiner problems) {
        if (!summary.verdict().complete()) {
            problems.add(summary.verdict().missing());
        }
        if (finding.wrong() > 0) {
            problems.add(
                    String.format(
                            Locale.ROOT,
                            "%,d of %,d devices do not hold what they should: %s",
                            finding.wrong(),
                            finding.devices(),
                            finding.example()));
        }
        summary.delivery()
                .received()
                .outcomes()
                .forEach(
                        (outcome, count) -> {
                            if (count > 0 && !USUAL_OUTCOMES.contains(outcome)) {
                                problems.add(
                                        String.format(
                                                Locale.ROOT, "%,d deltas were %s", count, outcome));
                            }
                        });
        if (summary.delivery().sending().sendFailures() > 0) {
            problems.add(
                    String.format(
                            Locale.ROOT,
                            "the brokers did not take %,d windows",
                            summary.delivery().sending().sendFailures()));
        }
        if (summary.delivery().accounts().deadLetters() > 0) {
            problems.add(
                    String.format(
                            Locale.ROOT,
                            "%,d windows are among the dead letters",
                            summary.delivery().accounts().deadLetters()));
        }
    }

    /** Looks at a fleet until the time is up or it is done. */
    private static void watch(FleetRun fleet, Backlog backlog, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean over = false;
        while (!over && System.nanoTime() < deadline) {
            over = fleet.await(LOOK);
            backlog.look();
        }
    }

    /** Looks at a fleet while something else is done. */
    private static <T extends @Nullable Object> T watching(
            FleetRun fleet, Backlog backlog, java.util.function.Supplier<T> work) {
        var doing = java.util.concurrent.CompletableFuture.supplyAsync(work);
        while (!doing.isDone()) {
            watch(fleet, backlog, LOOK);
        }
        try {
            return doing.join();
        } catch (java.util.concurrent.CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Brings the cluster back to what the next round expects. */
    private void heal(Round round) {
        Set<String> started = new TreeSet<>();
        boolean healthy =
                Waiting.until(
                        () -> {
                            for (String name :
                                    ClusterLayout.processes(cluster.shape().taskManagers())) {
                                Optional<ClusterProcess> process = cluster.process(name);
                                if (process.isEmpty()) {
                                    cluster.start(name);
                                    started.add(name);
                                } else if (process.get().isPaused()) {
                                    process.get().resume();
                                }
                            }
                            return cluster.slotsRegistered()
                                    && cluster.brokers().answer()
                                    && cluster.brokers().inSync();
                        },
                        HEALTH_TIMEOUT);
        if (!started.isEmpty()) {
            round.target += " (ended by itself: " + String.join(", ", started) + ")";
        }
        if (!healthy) {
            throw new IllegalStateException(
                    "the cluster is not whole again after " + HEALTH_TIMEOUT.toSeconds() + " s");
        }
        job.revive().ifPresent(round.problems::add);
        job.cancelOthers();
        job.awaitRunning(HEALTH_TIMEOUT);
    }

    /** Cancels the job. */
    @Override
    public void close() {
        try (convergence) {
            job.cancel();
        }
    }
}
