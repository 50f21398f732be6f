package duet.cli.fleet;

import duet.operations.release.ReleaseSigners;
import duet.operations.release.ReleasedBundle;
import duet.operations.release.Releases;
import duet.schemas.release.ReleaseKeys;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.VersionFacts;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gives a running fleet another model and marks the phases of the run: {@code before}, {@code swap}
 * from the announcement until every device runs the new version and all that held a delta hold one
 * of it, and {@code after}. It decides when it is asked; the release itself is published beside.
 */
final class ModelSwap {

    private static final String BEFORE = "before";
    private static final String SWAP = "swap";
    private static final String AFTER = "after";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ReleasedBundle bundle;
    private final FleetRun run;
    private final Map<String, Object> kafka;
    private final double startSecond;
    private @Nullable CompletableFuture<@Nullable Void> publishing;
    private int holders;
    private boolean over;

    /**
     * Prepares a swap that is about to happen; the run is in its phase {@code before} from now on.
     *
     * @param kafka client properties, bootstrap servers included
     * @param startSecond when the release is published, seconds since the start of the run
     */
    ModelSwap(ReleasedBundle bundle, FleetRun run, Map<String, Object> kafka, double startSecond) {
        this.bundle = bundle;
        this.run = run;
        this.kafka = kafka;
        this.startSecond = startSecond;
        run.phase(BEFORE);
    }

    /**
     * Goes on with the swap if it is time; to be called every now and then.
     *
     * @throws IllegalStateException if the job refuses the model
     */
    void proceed() {
        if (over) {
            return;
        }
        if (publishing == null) {
            if (run.progress().time().seconds() >= startSecond) {
                run.phase(SWAP);
                holders = sum(VersionFacts::devicesWithDelta);
                publishing = CompletableFuture.runAsync(this::publish, ForkJoinPool.commonPool());
            }
        } else if (publishing.isDone()) {
            finished(publishing);
            VersionFacts facts = run.versions().get(bundle.version());
            if (facts != null
                    && facts.devices() == sum(VersionFacts::devices)
                    && facts.devicesWithDelta() >= holders) {
                run.phase(AFTER);
                over = true;
            }
        }
    }

    /** Returns whether a run has seen its swap to the end. */
    static boolean isOver(RunSummary summary) {
        return summary.measured().phases().stream().anyMatch(phase -> phase.name().equals(AFTER));
    }

    private int sum(ToIntFunction<VersionFacts> number) {
        return run.versions().values().stream().mapToInt(number).sum();
    }

    private void publish() {
        try (Releases releases =
                new Releases(kafka, ReleaseKeys.none(), FleetClock.system()::micros)) {
            releases.publish(bundle, 1, ReleaseSigners.none(), PATIENCE, readiness -> {});
        }
    }

    private static void finished(CompletableFuture<Void> publishing) {
        try {
            publishing.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
