package duet.jobs.internal;

import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.ServedModel;
import duet.jobs.release.ReleaseLoader;
import duet.jobs.release.ReleaseRegistry;
import duet.jobs.release.ReleaseRegistry.Decision;
import duet.jobs.release.ReleaseRegistry.Load;
import duet.jobs.release.ReleaseRegistry.Report;
import duet.jobs.release.ReleaseRegistry.Retire;
import duet.schemas.record.ModelRelease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models a subtask serves: carries out what the {@link ReleaseRegistry} decides, with generators from the {@link
 * ReleaseLoader}. Everything here runs on the task's thread.
 */
final class ServedReleases implements AutoCloseable {
    /** How often it is looked whether a release was loaded. */
    private static final long POLL_MILLIS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(ServedReleases.class);

    private final ReleaseRegistry registry;
    private final ReleaseLoader loader;
    private final Function<DeltaGenerator, ServedModel> models;
    private final Runnable beforeClosing;
    private final Map<String, ServedModel> served = new LinkedHashMap<>();
    private final List<Report> reports = new ArrayList<>();

    /**
     * @param models makes a model of a generator
     * @param beforeClosing answers what waits for any model, before one of them is closed
     */
    ServedReleases(
            ReleaseRegistry registry,
            ReleaseLoader loader,
            Function<DeltaGenerator, ServedModel> models,
            Runnable beforeClosing) {
        this.registry = registry;
        this.loader = loader;
        this.models = models;
        this.beforeClosing = beforeClosing;
    }

    /** Serves a model that no release names. */
    void shipped(DeltaGenerator generator) {
        serve(generator);
        registry.shipped(generator.modelVersion());
    }

    /**
     * Loads what is to be served, on the caller's thread: no window comes in before its version is there.
     *
     * @param releases every release that is known
     * @param servedBefore versions that were served when the checkpoint was taken
     * @throws IOException if a version that was served before cannot be fetched now: its windows must wait
     */
    void restore(Collection<ModelRelease> releases, Set<String> servedBefore, long nowMillis)
            throws IOException {
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
                                "release %s, which was served, cannot be fetched now: %s"
                                        .formatted(load.release().getVersion(), refused.reason()));
                    }
                    further.addAll(took(outcome, nowMillis));
                } else {
                    carryOut(List.of(decision));
                }
            }
            decisions = further;
        }
    }

    /** Takes a release or a change of one. */
    void released(ModelRelease release, long nowMillis) {
        carryOut(registry.released(release, nowMillis));
    }

    /** Takes that a release's record was deleted. */
    void deleted(String version, long nowMillis) {
        carryOut(registry.deleted(version, nowMillis));
    }

    /** Serves what was loaded since, and retires what is due. */
    void poll(long nowMillis) {
        for (ReleaseLoader.Outcome outcome : loader.take()) {
            carryOut(took(outcome, nowMillis));
        }
        carryOut(registry.due(nowMillis));
    }

    /** When {@link #poll} is to be called next. */
    OptionalLong nextPoll(long nowMillis) {
        return loader.isBusy() || !reports.isEmpty()
                ? OptionalLong.of(nowMillis + POLL_MILLIS)
                : registry.nextDue();
    }

    /** What is to be told of releases since the last call. */
    List<Report> takeReports() {
        List<Report> taken = List.copyOf(reports);
        reports.clear();
        return taken;
    }

    /** The model of that version, null where it is not served. */
    ServedModel model(String version) {
        return served.get(version);
    }

    /** All models, in the order in which they came. */
    Collection<ServedModel> all() {
        return served.values();
    }

    Set<String> versions() {
        return served.keySet();
    }

    /** Every release that is known. */
    Collection<ModelRelease> known() {
        return registry.known();
    }

    /** Why a version that was released is not served. */
    Optional<String> reasonNotServed(String version) {
        return registry.reasonNotServed(version);
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
    }

    /** Closes the loader and every model. */
    @Override
    public void close() {
        loader.close();
        served.values().forEach(ServedModel::close);
        served.clear();
    }
}
