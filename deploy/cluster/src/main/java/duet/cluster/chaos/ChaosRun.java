package duet.cluster.chaos;

import duet.cluster.Cluster;
import duet.cluster.ClusterLayout;
import duet.cluster.Waiting;
import duet.device.DeviceModel;
import duet.jobs.DuetOptions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.Encoding;
import duet.simulator.fleet.Fleet;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetRun;
import duet.simulator.report.RunSummary;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.SyntheticWorkload;
import duet.simulator.workload.WindowOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Rounds of faults on a running cluster. Each round has a fleet of its own that streams while a fault happens; once all of
 * its windows are accounted for, the design's invariants are checked for every device: it holds what the generator gives
 * offline for all it sent (1), took no delta it should have refused (2), and no window is missing (3).
 */
public final class ChaosRun implements AutoCloseable {

    private static final Duration LONGEST_ROUND = Duration.ofMinutes(15);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(120);
    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(120);
    private static final Duration LOOK = Duration.ofMillis(50);

    /** What a device does with a delta that is meant for it. */
    private static final Set<String> USUAL_OUTCOMES = Set.of("APPLIED", "STALE");

    private final Cluster cluster;
    private final ChaosOptions options;
    private final ModelBundle bundle;
    private final DeviceModel model;
    private final GenerationJob job;
    private final Disturber disturber;
    private final Convergence convergence;

    private ChaosRun(Cluster cluster, ModelBundle bundle, ChaosOptions options) {
        this.cluster = cluster;
        this.options = options;
        this.bundle = bundle;
        this.model = DeviceModel.load(bundle);
        this.job = GenerationJob.start(cluster, bundle.directory());
        this.disturber = new Disturber(cluster, job, bundle);
        this.convergence =
                new Convergence(
                        bundle, Encoding.valueOf(DuetOptions.ENCODING.defaultValue().name()));
    }

    /**
     * Submits the job to a cluster on which none runs yet.
     *
     * @throws duet.schemas.InvalidInputException if the bundle cannot be used
     * @throws IllegalStateException if the job does not run
     */
    public static ChaosRun start(Cluster cluster, Path bundle, ChaosOptions options) {
        return new ChaosRun(cluster, ModelBundle.open(bundle), options);
    }

    /**
     * Makes all rounds.
     *
     * @param listener told of each round when it is over
     */
    public ChaosReport run(Consumer<RoundResult> listener) {
        List<RoundResult> results = new ArrayList<>();
        List<Fault> schedule = options.schedule();
        for (int round = 1; round <= schedule.size(); round++) {
            RoundResult result = round(round, schedule.get(round - 1));
            results.add(result);
            listener.accept(result);
        }
        return ChaosReport.of(options, results);
    }

    private RoundResult round(int round, Fault fault) {
        long begin = System.nanoTime();
        Random random = new Random(options.seed() * 1_000_003 + round);
        SentWindows windows = windows(round);
        FleetOptions fleetOptions =
                FleetOptions.of(cluster.shape().bootstrapServers())
                        .withQuality(false)
                        .withAnswerTimeout(ANSWER_TIMEOUT);
        String target = "";
        try (FleetRun fleet = Fleet.start(model, windows, fleetOptions, FleetClock.system())) {
            Backlog backlog = new Backlog(fleet, windows);
            watch(fleet, backlog, options.before());
            backlog.fault();
            Disturbance disturbance;
            disturbance = watching(fleet, backlog, () -> disturber.disturb(fault, round, random));
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
            watch(fleet, backlog, options.after());
            fleet.stop();
            watch(fleet, backlog, LONGEST_ROUND);
            RunSummary summary = fleet.summary();
            int sent =
                    Math.toIntExact(
                            summary.delivery().windows() + summary.delivery().sendFailures());
            Convergence.Finding finding =
                    convergence.check(fleet, windows, windows.histories(sent));
            StringJoiner problems = problems(summary, finding);
            disturbance.problem().ifPresent(problems::add);
            target += heal();
            return new RoundResult(
                    round,
                    fault,
                    target,
                    problems.length() == 0,
                    problems.length() == 0 ? null : problems.toString(),
                    backlog.outageSeconds(),
                    backlog.recoverySeconds(),
                    summary.delivery().windows(),
                    summary.delivery().deltas(),
                    summary.delivery().deadLetters(),
                    Math.max(
                            0,
                            summary.delivery().deltas()
                                    + summary.delivery().coalesced()
                                    + summary.delivery().deadLetters()
                                    - summary.delivery().windows()),
                    summary.delivery().duplicates(),
                    finding.devices(),
                    finding.largestErrorShare(),
                    (System.nanoTime() - begin) / 1e9);
        } catch (RuntimeException e) {
            return failed(round, fault, target, e, begin);
        }
    }

    private RoundResult failed(
            int round, Fault fault, String target, RuntimeException cause, long begin) {
        String problem = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        try {
            target += heal();
        } catch (RuntimeException e) {
            problem += "; " + e.getMessage();
        }
        return new RoundResult(
                round,
                fault,
                target,
                false,
                problem,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                (System.nanoTime() - begin) / 1e9);
    }

    private SentWindows windows(int round) {
        String prefix =
                "chaos-%s-%d-"
                        .formatted(
                                Long.toString(System.currentTimeMillis(), Character.MAX_RADIX),
                                round);
        int history = bundle.dimensions().history();
        return new SentWindows(
                new SyntheticWorkload(
                        SyntheticCatalogue.forModel(bundle.vocabulary()),
                        options.devices(),
                        prefix,
                        WindowOptions.defaults(history),
                        Arrivals.poisson(options.rate()),
                        LONGEST_ROUND,
                        System.currentTimeMillis(),
                        options.seed() + round),
                history);
    }

    private static StringJoiner problems(RunSummary summary, Convergence.Finding finding) {
        StringJoiner problems = new StringJoiner("; ");
        if (!summary.complete()) {
            problems.add(summary.missing());
        }
        if (finding.wrong() > 0) {
            problems.add(
                    "%,d of %,d devices do not hold what they should: %s"
                            .formatted(finding.wrong(), finding.devices(), finding.example()));
        }
        summary.delivery()
                .outcomes()
                .forEach(
                        (outcome, count) -> {
                            if (count > 0 && !USUAL_OUTCOMES.contains(outcome)) {
                                problems.add("%,d deltas were %s".formatted(count, outcome));
                            }
                        });
        if (summary.delivery().sendFailures() > 0) {
            problems.add(
                    "the brokers did not take %,d windows"
                            .formatted(summary.delivery().sendFailures()));
        }
        if (summary.delivery().deadLetters() > 0) {
            problems.add(
                    "%,d windows are among the dead letters"
                            .formatted(summary.delivery().deadLetters()));
        }
        return problems;
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
    private static <T> T watching(
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

    /** Brings the cluster back to what the next round expects; what had to be started again. */
    private String heal() {
        Set<String> started = new TreeSet<>();
        boolean healthy =
                Waiting.until(
                        () -> {
                            for (String name :
                                    ClusterLayout.processes(cluster.shape().taskManagers())) {
                                if (cluster.process(name).isEmpty()) {
                                    cluster.start(name);
                                    started.add(name);
                                }
                            }
                            return cluster.slotsRegistered() && cluster.brokersAnswer();
                        },
                        HEALTH_TIMEOUT);
        if (!healthy) {
            throw new IllegalStateException(
                    "the cluster is not whole again after %d s"
                            .formatted(HEALTH_TIMEOUT.toSeconds()));
        }
        job.awaitRunning(HEALTH_TIMEOUT);
        return started.isEmpty()
                ? ""
                : " (ended by itself: %s)".formatted(String.join(", ", started));
    }

    /** Cancels the job. */
    @Override
    public void close() {
        try (convergence) {
            job.cancel();
        }
    }
}
