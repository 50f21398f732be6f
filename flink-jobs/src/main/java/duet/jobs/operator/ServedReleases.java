package duet.jobs.operator;

import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.ServedModel;
import duet.jobs.release.ReleaseLoader;
import duet.jobs.release.ReleaseRecords.Change;
import duet.jobs.release.ReleaseRecords.Deleted;
import duet.jobs.release.ReleaseRecords.Released;
import duet.jobs.release.ReleaseRegistry;
import duet.jobs.release.ReleaseRegistry.Decision;
import duet.jobs.release.ReleaseRegistry.Load;
import duet.jobs.release.ReleaseRegistry.Report;
import duet.jobs.release.ReleaseRegistry.Retire;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ServingState;
import duet.schemas.release.ReleaseLedger;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This class holds the models that a subtask serves: it carries out what the {@link
 * ReleaseRegistry} decides, with generators from the {@link ReleaseLoader}, and wakes up by itself
 * when a release is loaded or due to retire. Everything here runs on the task's thread.
 */
final class ServedReleases implements AutoCloseable {
    /** The loader is asked at this interval, in milliseconds, whether a release was loaded. */
    private static final long POLL_MILLIS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(ServedReleases.class);

    private final ReleaseLedger ledger;
    private final ReleaseRegistry registry;
    private final ReleaseLoader loader;
    private final Function<DeltaGenerator, ServedModel> models;
    private final Runnable beforeClosing;
    private final Consumer<Report> progress;
    private final ProcessingTimeService timers;
    private final Map<String, ServedModel> served = new LinkedHashMap<>();
    private final List<Report> reports = new ArrayList<>();
    private @Nullable ScheduledFuture<?> nextPoll;
    private int longestHistory = 1;

    /**
     * @param ledger tells which records count
     * @param models makes a model of a generator
     * @param beforeClosing answers what waits for any model, before one of them is closed
     * @param progress is told how far this subtask is with each release, by a timer
     * @param timers call on the task's thread
     */
    ServedReleases(
            ReleaseLedger ledger,
            ReleaseRegistry registry,
            ReleaseLoader loader,
            Function<DeltaGenerator, ServedModel> models,
            Runnable beforeClosing,
            Consumer<Report> progress,
            ProcessingTimeService timers) {
        this.ledger = ledger;
        this.registry = registry;
        this.loader = loader;
        this.models = models;
        this.beforeClosing = beforeClosing;
        this.progress = progress;
        this.timers = timers;
    }

    /** Serves a model that no release names. */
    void shipped(DeltaGenerator generator) {
        serve(generator);
        registry.shipped(generator.modelVersion());
    }

    /**
     * Loads what is to be served while the caller waits: no window comes in before its version is
     * there.
     *
     * @param releases every release that is known
     * @param servedBefore versions that were served when the checkpoint was taken
     * @throws IOException if a version that was served before cannot be fetched now: its windows
     *     must wait
     */
    void restore(Collection<ModelRelease> releases, Set<String> servedBefore)
            throws IOException, InterruptedException {
        long nowMillis = timers.getCurrentProcessingTime();
        List<Decision> decisions = registry.restore(releases, servedBefore, nowMillis);
        while (!decisions.isEmpty()) {
            List<Decision> further = new ArrayList<>();
            for (Decision decision : decisions) {
                if (decision instanceof Load load) {
                    ReleaseLoader.Outcome outcome = loader.load(load.release());
                    if (outcome instanceof ReleaseLoader.Refused refused
                            && !refused.lasting()
                            && servedBefore.contains(load.release().getVersion())) {
                        throw new IOException(
                                "release "
                                        + load.release().getVersion()
                                        + ", which was served, cannot be fetched now: "
                                        + refused.reason());
                    }
                    further.addAll(took(outcome, nowMillis));
                } else {
                    carryOut(List.of(decision));
                }
            }
            decisions = further;
        }
        schedulePoll();
    }

    /**
     * Takes that a release came, changed or was deleted, if the record counts.
     *
     * @return why it does not count, in one line; empty where it does
     */
    Optional<String> apply(Change change) {
        long nowMillis = timers.getCurrentProcessingTime();
        Optional<String> refusal = Optional.empty();
        if (change instanceof Released released) {
            refusal = released(released.release(), nowMillis);
        } else if (change instanceof Deleted deleted) {
            refusal = deleted(deleted.version(), nowMillis);
        }
        schedulePoll();
        return refusal;
    }

    private Optional<String> released(ModelRelease release, long nowMillis) {
        String version = release.getVersion();
        ModelRelease known = registry.known(version).orElse(null);
        if (release.equals(known)) {
            // A repeat, by whomever: a release that was refused is not loaded again and again.
            return Optional.empty();
        }
        Optional<String> reason =
                ledger.take(release, known, TimeUnit.MILLISECONDS.toMicros(nowMillis));
        if (reason.isEmpty()) {
            carryOut(registry.released(release, nowMillis));
            return Optional.empty();
        }
        // Not on the topic of statuses: anybody may have written the record, to say what is not so
        // of a release that another offers.
        LOG.warn("A record of release {} does not count: {}", version, reason.get());
        return Optional.of("release of version=" + version + " does not count: " + reason.get());
    }

    private Optional<String> deleted(String version, long nowMillis) {
        Optional<String> reason = ledger.deletionRefusal();
        if (reason.isEmpty()) {
            carryOut(registry.deleted(version, nowMillis));
        }
        return reason.map(text -> "release of version=" + version + " is not deleted: " + text);
    }

    /** Tells that a release which the job had before does not count any more. */
    void turnAway(ModelRelease release, String reason) {
        carryOut(List.of(new Report(release, ServingState.REFUSED, reason, Map.of())));
    }

    private void schedulePoll() {
        if (nextPoll != null) {
            nextPoll.cancel(false);
            nextPoll = null;
        }
        long nowMillis = timers.getCurrentProcessingTime();
        OptionalLong next =
                loader.isBusy() || !reports.isEmpty()
                        ? OptionalLong.of(nowMillis + POLL_MILLIS)
                        : registry.nextDue();
        if (next.isPresent()) {
            nextPoll = timers.registerTimer(next.getAsLong(), timestamp -> poll());
        }
    }

    /** Serves what was loaded since, retires what is due, and tells of it. */
    private void poll() {
        long nowMillis = timers.getCurrentProcessingTime();
        for (ReleaseLoader.Outcome outcome : loader.take()) {
            carryOut(took(outcome, nowMillis));
        }
        carryOut(registry.due(nowMillis));
        List<Report> taken = List.copyOf(reports);
        reports.clear();
        taken.forEach(progress);
        schedulePoll();
    }

    /** Returns the model of that version, null where it is not served. */
    @Nullable ServedModel model(String version) {
        return served.get(version);
    }

    /** Returns all models, in the order in which they came. */
    Collection<ServedModel> all() {
        return served.values();
    }

    Set<String> versions() {
        return served.keySet();
    }

    /** Returns every release that is known. */
    Collection<ModelRelease> known() {
        return registry.known();
    }

    /**
     * Returns how many interactions the model reads that reads most of them; 1 where none is
     * served.
     */
    int longestHistory() {
        return longestHistory;
    }

    /** Says in one line why there is no model for a window. */
    String notServed(DeviceWindow window) {
        return String.format(
                Locale.ROOT,
                "window of device=%s is for model version %s, the job serves %s%s",
                window.deviceId(),
                window.modelVersion(),
                served.isEmpty() ? "none" : String.join(", ", served.keySet()),
                registry.reasonNotServed(window.modelVersion())
                        .map(reason -> "; that one is " + reason)
                        .orElse(""));
    }

    private List<Decision> took(ReleaseLoader.Outcome outcome, long nowMillis) {
        if (outcome instanceof ReleaseLoader.Loaded loaded) {
            LOG.info(
                    "Serving release {}, loaded in {} ms",
                    loaded.release().getVersion(),
                    Math.round(loaded.opened().metrics().get(ReleaseLoader.LOAD_MS)));
            serve(loaded.opened().generator());
            return registry.loaded(loaded.release(), loaded.opened().metrics(), nowMillis);
        }
        ReleaseLoader.Refused refused = (ReleaseLoader.Refused) outcome;
        return registry.refused(refused.release(), refused.reason(), nowMillis);
    }

    private void carryOut(List<Decision> decisions) {
        for (Decision decision : decisions) {
            if (decision instanceof Load load) {
                loader.submit(load.release());
            } else if (decision instanceof Retire retire) {
                LOG.info("Retiring release {}", retire.version());
                beforeClosing.run();
                served.remove(retire.version()).close();
                servedChanged();
            } else if (decision instanceof Report report) {
                if (report.reason() != null) {
                    LOG.warn(
                            "Refusing release {}: {}",
                            report.release().getVersion(),
                            report.reason());
                }
                reports.add(report);
            }
        }
    }

    private void serve(DeltaGenerator generator) {
        if (served.containsKey(generator.modelVersion())) {
            beforeClosing.run();
        }
        ServedModel before = served.put(generator.modelVersion(), models.apply(generator));
        if (before != null) {
            before.close();
        }
        servedChanged();
    }

    private void servedChanged() {
        longestHistory =
                served.values().stream()
                        .mapToInt(model -> model.dimensions().history())
                        .max()
                        .orElse(1);
    }

    /** Closes the loader and every model. */
    @Override
    public void close() {
        loader.close();
        served.values().forEach(ServedModel::close);
        served.clear();
    }
}
