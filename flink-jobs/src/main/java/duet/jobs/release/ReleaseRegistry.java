package duet.jobs.release;

import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ServingState;
import duet.schemas.release.Rollout;
import duet.schemas.release.Rollout.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The registry decides which model versions a subtask loads, serves and retires, given every
 * release and what became of loading it. It decides and hands its decisions out in the order in
 * which they are to be carried out; it reads no clock. It is not thread-safe.
 *
 * <p>Versions that devices run or may run at once are loaded: the base, the staged release, those
 * announced, a few at a time, and the one that devices return to when the base is withdrawn. Others
 * that devices ran are served on for a while, because devices that have not heard yet still send
 * windows for them, and are then retired.
 */
public final class ReleaseRegistry {
    /**
     * At most this many releases are remembered; the oldest that no device runs are forgotten
     * first.
     */
    public static final int MAX_KNOWN = 256;

    /** At most this many versions are loaded at once; this bounds the memory of a subtask. */
    public static final int MAX_SERVED = 8;

    /**
     * At most this many of them may be announced ones, which no device runs: those that devices run
     * always find a place.
     */
    public static final int MAX_PENDING = 3;

    private static final Set<Role> WANTED =
            EnumSet.of(Role.BASE, Role.STAGED, Role.ANNOUNCED, Role.FALLBACK);

    /** Devices run versions of these roles, or return to them. */
    private static final Set<Role> RUN = EnumSet.of(Role.BASE, Role.STAGED, Role.FALLBACK);

    private static final long NEVER = -1;

    private final long retireAfterMillis;
    private final Map<String, ModelRelease> known = new LinkedHashMap<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** A decision says what is to be done. */
    public sealed interface Decision {}

    /** The release is to be loaded; the outcome is told by {@link #loaded} or {@link #refused}. */
    public record Load(ModelRelease release) implements Decision {}

    /** What waits for that version is to be answered, then its generator is given up. */
    public record Retire(String version) implements Decision {}

    /** How far the subtask is with a release is to be told. */
    public record Report(
            ModelRelease release,
            ServingState state,
            @Nullable String reason,
            Map<String, Double> metrics)
            implements Decision {}

    private static final class Entry {
        /**
         * The attempt is the release that was loaded last, or tried; null for the version the job
         * was started with.
         */
        private @Nullable ModelRelease attempt;

        private @Nullable ServingState state;
        private boolean served;

        /** Devices ran the version since it was loaded, or may have. */
        private boolean run;

        private @Nullable String reason;
        private long retireAt = NEVER;
    }

    /**
     * @param retireAfter how long a version is served on that no device should run any more
     */
    public ReleaseRegistry(Duration retireAfter) {
        this.retireAfterMillis = retireAfter.toMillis();
    }

    /**
     * Tells that a version is served without a release; one that names it governs it from then on.
     */
    public void shipped(String version) {
        Entry entry = new Entry();
        entry.state = ServingState.READY;
        entry.served = true;
        entry.run = true;
        entries.put(version, entry);
    }

    /**
     * Goes on from a checkpoint, or from the releases there are at the start.
     *
     * @param releases every release that is known
     * @param servedBefore versions that were served; those that are not wanted any more retire
     *     later, as they would have
     * @return what to load before the first window
     */
    public List<Decision> restore(
            Collection<ModelRelease> releases, Set<String> servedBefore, long nowMillis) {
        releases.forEach(release -> known.put(release.getVersion(), release));
        forgetOldest();
        List<Decision> decisions = new ArrayList<>();
        evaluate(nowMillis, servedBefore, decisions);
        for (ModelRelease release : known.values()) {
            if (servedBefore.contains(release.getVersion())
                    && !entries.containsKey(release.getVersion())) {
                loadForDevices(release, decisions);
            }
        }
        return decisions;
    }

    /** Takes a release, or a change of one. A release that was refused is tried again. */
    public List<Decision> released(ModelRelease release, long nowMillis) {
        known.put(release.getVersion(), release);
        Entry entry = entries.get(release.getVersion());
        if (entry != null && entry.state == ServingState.REFUSED) {
            entry.state = entry.served ? ServingState.READY : ServingState.RETIRED;
            entry.attempt = null;
        }
        forgetOldest();
        return evaluated(nowMillis);
    }

    /** Takes that the record of a release was deleted: it counts as withdrawn. */
    public List<Decision> deleted(String version, long nowMillis) {
        ModelRelease release = known.get(version);
        if (release == null) {
            return List.of();
        }
        known.put(
                version, ModelRelease.newBuilder(release).setState(ReleaseState.WITHDRAWN).build());
        return evaluated(nowMillis);
    }

    /** Takes that a release is loaded and served from now on. */
    public List<Decision> loaded(
            ModelRelease release, Map<String, Double> metrics, long nowMillis) {
        Entry entry = entries.get(release.getVersion());
        entry.state = ServingState.READY;
        entry.served = true;
        entry.reason = null;
        List<Decision> decisions = new ArrayList<>();
        decisions.add(new Report(release, ServingState.READY, null, metrics));
        evaluate(nowMillis, decisions);
        return decisions;
    }

    /** Takes that a release cannot be served; what is served of its version goes on. */
    public List<Decision> refused(ModelRelease release, String reason, long nowMillis) {
        List<Decision> decisions = new ArrayList<>();
        refuse(entries.get(release.getVersion()), release, reason, decisions);
        evaluate(nowMillis, decisions);
        return decisions;
    }

    /** Retires the versions whose time is up. */
    public List<Decision> due(long nowMillis) {
        List<Decision> decisions = new ArrayList<>();
        entries.forEach(
                (version, entry) -> {
                    if (entry.retireAt != NEVER && entry.retireAt <= nowMillis) {
                        retire(version, entry, decisions);
                    }
                });
        evaluate(nowMillis, decisions);
        return decisions;
    }

    /**
     * Returns when {@link #due} has something to say next, in milliseconds on the caller's clock.
     */
    public OptionalLong nextDue() {
        return entries.values().stream()
                .filter(entry -> entry.retireAt != NEVER)
                .mapToLong(entry -> entry.retireAt)
                .min();
    }

    /** Returns every release that is remembered, as it goes into a checkpoint. */
    public Collection<ModelRelease> known() {
        return Collections.unmodifiableCollection(known.values());
    }

    /** Returns the release of that version as it is remembered; empty where it is not. */
    public Optional<ModelRelease> known(String version) {
        return Optional.ofNullable(known.get(version));
    }

    /** Says why a version that was released is not served; empty for one that never was. */
    public Optional<String> reasonNotServed(String version) {
        Entry entry = entries.get(version);
        if (entry == null) {
            return known.containsKey(version)
                    ? Optional.of("withdrawn or superseded")
                    : Optional.empty();
        }
        return Optional.of(
                switch (entry.state) {
                    case LOADING -> "still being loaded";
                    case REFUSED -> "refused: " + entry.reason;
                    case RETIRED -> "retired";
                    case READY -> "served";
                });
    }

    private List<Decision> evaluated(long nowMillis) {
        List<Decision> decisions = new ArrayList<>();
        evaluate(nowMillis, decisions);
        return decisions;
    }

    private void evaluate(long nowMillis, List<Decision> decisions) {
        evaluate(nowMillis, Set.of(), decisions);
    }

    /**
     * @param preferred versions that come first among those announced
     */
    private void evaluate(long nowMillis, Set<String> preferred, List<Decision> decisions) {
        Map<String, Role> roles = Rollout.of(known.values()).served();
        roles.forEach(
                (version, role) -> {
                    if (RUN.contains(role)) {
                        if (needsLoading(known.get(version))) {
                            loadForDevices(known.get(version), decisions);
                        }
                        entries.get(version).run = true;
                    }
                });
        roles.keySet().stream()
                .filter(version -> roles.get(version) == Role.ANNOUNCED)
                .filter(version -> needsLoading(known.get(version)))
                .sorted(Comparator.comparing(version -> !preferred.contains(version)))
                .toList()
                .forEach(version -> loadAnnounced(known.get(version), decisions));
        entries.forEach(
                (version, entry) -> {
                    boolean wanted =
                            !known.containsKey(version) || WANTED.contains(roles.get(version));
                    if (wanted || !entry.served) {
                        entry.retireAt = NEVER;
                    } else if (entry.retireAt == NEVER) {
                        // Of a version that none ran, no window is on its way.
                        entry.retireAt = nowMillis + (entry.run ? retireAfterMillis : 0);
                    }
                });
    }

    private boolean needsLoading(ModelRelease release) {
        Entry entry = entries.get(release.getVersion());
        if (entry == null || entry.state == ServingState.RETIRED) {
            return true;
        }
        return entry.state == ServingState.READY
                && (entry.attempt == null
                        || !entry.attempt.getManifestSha256().equals(release.getManifestSha256()));
    }

    private void loadForDevices(ModelRelease release, List<Decision> decisions) {
        Entry entry = entry(release);
        entry.run = true;
        load(entry, release, decisions);
    }

    private void loadAnnounced(ModelRelease release, List<Decision> decisions) {
        Entry entry = entry(release);
        entry.run &= entry.served;
        if (!entry.served && pending() >= MAX_PENDING) {
            entry.attempt = release;
            refuse(
                    entry,
                    release,
                    MAX_PENDING
                            + " announced versions are loaded already; promote one or roll one"
                            + " back",
                    decisions);
            return;
        }
        load(entry, release, decisions);
    }

    private Entry entry(ModelRelease release) {
        return entries.computeIfAbsent(release.getVersion(), version -> new Entry());
    }

    private void load(Entry entry, ModelRelease release, List<Decision> decisions) {
        entry.attempt = release;
        if (!entry.served && loadedOrLoading() >= MAX_SERVED) {
            refuse(
                    entry,
                    release,
                    MAX_SERVED + " versions are served already, the limit",
                    decisions);
            return;
        }
        entry.state = ServingState.LOADING;
        decisions.add(new Report(release, ServingState.LOADING, null, Map.of()));
        decisions.add(new Load(release));
    }

    private long loadedOrLoading() {
        return entries.values().stream().filter(ReleaseRegistry::takesPlace).count();
    }

    private long pending() {
        return entries.values().stream().filter(e -> takesPlace(e) && !e.run).count();
    }

    /** Returns whether the version is served or being loaded. */
    private boolean holds(String version) {
        Entry entry = entries.get(version);
        return entry != null && takesPlace(entry);
    }

    private static boolean takesPlace(Entry entry) {
        return entry.served || entry.state == ServingState.LOADING;
    }

    private static void refuse(
            Entry entry, ModelRelease release, String reason, List<Decision> decisions) {
        entry.state = ServingState.REFUSED;
        entry.reason = reason;
        decisions.add(new Report(release, ServingState.REFUSED, reason, Map.of()));
    }

    private void retire(String version, Entry entry, List<Decision> decisions) {
        entry.served = false;
        entry.run = false;
        entry.retireAt = NEVER;
        decisions.add(new Retire(version));
        if (entry.state == ServingState.READY) {
            entry.state = ServingState.RETIRED;
            decisions.add(new Report(known.get(version), ServingState.RETIRED, null, Map.of()));
        }
    }

    private void forgetOldest() {
        List<String> oldest = forgettable(known.values(), this::holds);
        known.keySet().removeAll(oldest);
        entries.keySet().removeAll(oldest);
    }

    /**
     * Returns the versions to forget so that {@link #MAX_KNOWN} are left: the oldest that are
     * neither held nor what devices run or return to.
     *
     * @param releases all that are known, each version once
     */
    public static List<String> forgettable(
            Collection<ModelRelease> releases, Predicate<String> isHeld) {
        if (releases.size() <= MAX_KNOWN) {
            return List.of();
        }
        Map<String, Role> roles = Rollout.of(releases).served();
        return releases.stream()
                .filter(release -> !RUN.contains(roles.get(release.getVersion())))
                .filter(release -> !isHeld.test(release.getVersion()))
                .sorted(
                        Comparator.comparingLong(ModelRelease::getReleasedAtMicros)
                                .thenComparing(ModelRelease::getVersion))
                .limit(releases.size() - MAX_KNOWN)
                .map(ModelRelease::getVersion)
                .toList();
    }
}
