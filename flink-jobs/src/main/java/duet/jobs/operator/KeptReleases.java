package duet.jobs.operator;

import duet.jobs.release.ReleaseRecords;
import duet.schemas.record.ModelRelease;
import duet.schemas.serde.MalformedRecordException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;

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

    private final BroadcastState<String, byte[]> releases;
    private final ListState<String> servedVersions;
    private final ReleaseRecords records;

    /**
     * @param releases state of {@link #RELEASES}
     * @param servedVersions state of {@link #SERVED_VERSIONS}, the union of all subtasks'
     * @param records reads and writes releases
     */
    KeptReleases(
            BroadcastState<String, byte[]> releases,
            ListState<String> servedVersions,
            ReleaseRecords records) {
        this.releases = releases;
        this.servedVersions = servedVersions;
        this.records = records;
    }

    /**
     * Returns the releases to go on from.
     *
     * @param initial releases there were when the job was submitted, encoded
     */
    Collection<ModelRelease> restored(List<byte[]> initial) throws Exception {
        Map<String, ModelRelease> known = new HashMap<>();
        for (byte[] encoded : initial) {
            put(encoded, known);
        }
        // What the stream brought since is newer than what was there at the submission.
        for (Map.Entry<String, byte[]> restored : releases.immutableEntries()) {
            put(restored.getValue(), known);
        }
        return known.values();
    }

    private void put(byte[] encoded, Map<String, ModelRelease> known)
            throws MalformedRecordException {
        ModelRelease release = records.decode(encoded);
        known.put(release.getVersion(), release);
    }

    /** Returns the versions that any subtask served when the state was written. */
    Set<String> servedBefore() throws Exception {
        Set<String> served = new HashSet<>();
        servedVersions.get().forEach(served::add);
        return served;
    }

    /** Keeps exactly these releases; every subtask writes the same. */
    void keep(Collection<ModelRelease> known) throws Exception {
        Set<String> forgotten = new HashSet<>();
        releases.immutableEntries().forEach(entry -> forgotten.add(entry.getKey()));
        for (ModelRelease release : known) {
            forgotten.remove(release.getVersion());
            releases.put(release.getVersion(), records.encode(release));
        }
        for (String version : forgotten) {
            releases.remove(version);
        }
    }

    /** Keeps which versions this subtask serves. */
    void keepServed(Set<String> versions) throws Exception {
        servedVersions.update(List.copyOf(versions));
    }
}
