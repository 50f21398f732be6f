package duet.jobs.operator;

import duet.jobs.release.ReleaseRecords;
import duet.schemas.record.ModelRelease;
import duet.schemas.release.ReleaseLedger;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * This class keeps the releases and the versions that are served, as every savepoint holds them:
 * after a failure they are there again before the first window.
 */
final class KeptReleases {
    /**
     * This state holds every release by version, encoded; its name is part of every savepoint, as
     * all names of states are.
     */
    static final MapStateDescriptor<String, byte[]> RELEASES =
            new MapStateDescriptor<>(
                    "releases", StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

    /**
     * This state holds the versions that a subtask serves; after a restore each subtask has those
     * of all.
     */
    static final ListStateDescriptor<String> SERVED_VERSIONS =
            new ListStateDescriptor<>("served-versions", StringSerializer.INSTANCE);

    /**
     * This state holds the highest counter of all releases that were taken, those that are
     * forgotten included, under one key. Savepoints of older versions have none.
     */
    static final MapStateDescriptor<String, Long> HIGHEST_COUNTER =
            new MapStateDescriptor<>(
                    "highest-release-counter", StringSerializer.INSTANCE, LongSerializer.INSTANCE);

    private static final String COUNTER = "counter";

    private final BroadcastState<String, byte[]> releases;
    private final BroadcastState<String, Long> highestCounter;
    private final ListState<String> servedVersions;
    private final ReleaseRecords records;

    /**
     * What of the state does not count any more stays in it, so that a wrong file of keys loses
     * nothing.
     */
    private final Set<String> setAside = new HashSet<>();

    /**
     * @param releases state of {@link #RELEASES}
     * @param highestCounter state of {@link #HIGHEST_COUNTER}
     * @param servedVersions state of {@link #SERVED_VERSIONS}, the union of all subtasks'
     * @param records reads and writes releases
     */
    KeptReleases(
            BroadcastState<String, byte[]> releases,
            BroadcastState<String, Long> highestCounter,
            ListState<String> servedVersions,
            ReleaseRecords records) {
        this.releases = releases;
        this.highestCounter = highestCounter;
        this.servedVersions = servedVersions;
        this.records = records;
    }

    /** Returns the highest counter of all releases that were taken; 0 where none is kept. */
    long highestCounter() throws Exception {
        return Objects.requireNonNullElse(highestCounter.get(COUNTER), 0L);
    }

    /**
     * Returns the releases to go on from.
     *
     * @param initial releases there were when the job was submitted, encoded
     * @param ledger tells which of them count; it goes on from {@link #highestCounter()}
     * @param refused is told of those that do not, and why
     */
    Collection<ModelRelease> restored(
            List<byte[]> initial, ReleaseLedger ledger, BiConsumer<ModelRelease, String> refused)
            throws Exception {
        Map<String, ModelRelease> known = new HashMap<>();
        for (Map.Entry<String, byte[]> entry : releases.immutableEntries()) {
            ModelRelease release = records.decode(entry.getValue());
            Optional<String> refusal = ledger.takeKept(release);
            if (refusal.isEmpty()) {
                known.put(release.getVersion(), release);
            } else {
                setAside.add(release.getVersion());
                refused.accept(release, refusal.get());
            }
        }
        boolean counted = highestCounter.contains(COUNTER);
        long highest = ledger.highestCounter();
        for (byte[] encoded : initial) {
            ModelRelease release = records.decode(encoded);
            ModelRelease before = known.get(release.getVersion());
            if (!isNews(release, before, ledger) || (counted && release.getCounter() < highest)) {
                continue;
            }
            // The stream goes on from the checkpoint and brings them again, with what came between:
            // the counter goes on from there, too.
            Optional<String> refusal =
                    counted ? ledger.signatureRefusal(release, before) : ledger.takeKept(release);
            if (refusal.isEmpty()) {
                known.put(release.getVersion(), release);
            } else {
                refused.accept(release, refusal.get());
            }
        }
        return known.values();
    }

    /**
     * Returns whether a release of the submission says more than the state: what the stream brought
     * since is newer, and where releases are signed their counters tell.
     */
    private static boolean isNews(
            ModelRelease initial, @Nullable ModelRelease kept, ReleaseLedger ledger) {
        return kept == null
                || (ledger.asksForSignatures() && initial.getCounter() > kept.getCounter());
    }

    /** Returns the versions that any subtask served when the state was written. */
    Set<String> servedBefore() throws Exception {
        Set<String> served = new HashSet<>();
        servedVersions.get().forEach(served::add);
        return served;
    }

    /**
     * Keeps exactly these releases, and the highest counter there was; every subtask writes the
     * same.
     */
    void keep(Collection<ModelRelease> known, long highest) throws Exception {
        highestCounter.put(COUNTER, highest);
        Set<String> forgotten = new HashSet<>();
        releases.immutableEntries().forEach(entry -> forgotten.add(entry.getKey()));
        for (ModelRelease release : known) {
            forgotten.remove(release.getVersion());
            setAside.remove(release.getVersion());
            releases.put(release.getVersion(), records.encode(release));
        }
        forgotten.removeAll(setAside);
        for (String version : forgotten) {
            releases.remove(version);
        }
    }

    /** Keeps which versions this subtask serves. */
    void keepServed(Set<String> versions) throws Exception {
        servedVersions.update(List.copyOf(versions));
    }
}
