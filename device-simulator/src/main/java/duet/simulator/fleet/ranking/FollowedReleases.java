package duet.simulator.fleet.ranking;

import duet.schemas.record.ModelRelease;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.ReleaseLedger;
import duet.schemas.release.Rollout;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the releases that the devices of a fleet go by: of all records that came, those that bear
 * the signatures asked for, in their order. It is not thread-safe.
 */
public final class FollowedReleases {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedReleases.class);

    /** Anybody may have written a record that does not count: so many are remembered. */
    private static final int MOST_REFUSED = 256;

    private final ReleaseLedger ledger;
    private final Map<String, ModelRelease> taken = new HashMap<>();
    private final Map<String, Refusal> refused = new LinkedHashMap<>();

    /** A refusal is a record that does not count, and why. */
    private record Refusal(ModelRelease release, String reason) {}

    /** Creates releases of which there are none yet, signed by these keys. */
    public FollowedReleases(ReleaseKeys keys) {
        this.ledger = new ReleaseLedger(keys, 0);
    }

    /**
     * Takes a record, if it counts.
     *
     * @return whether it changes anything
     */
    public boolean take(ModelRelease release, long nowMicros) {
        String version = release.getVersion();
        ModelRelease known = taken.get(version);
        Optional<String> refusal = ledger.take(release, known, nowMicros);
        if (refusal.isPresent()) {
            refuse(new Refusal(release, refusal.get()));
            return false;
        }
        refused.remove(version);
        taken.put(version, release);
        return !release.equals(known);
    }

    private void refuse(Refusal refusal) {
        String version = refusal.release().getVersion();
        Refusal before = refused.put(version, refusal);
        if (before == null || !before.reason().equals(refusal.reason())) {
            LOG.warn("a record of release {} does not count: {}", version, refusal.reason());
        }
        if (refused.size() > MOST_REFUSED) {
            refused.remove(refused.keySet().iterator().next());
        }
    }

    /** Returns which devices run which version. */
    public Rollout rollout() {
        return Rollout.of(taken.values());
    }

    /** Says, by version, why records do not count that devices would run if they did. */
    Map<String, String> refusals() {
        if (refused.isEmpty()) {
            return Map.of();
        }
        Map<String, ModelRelease> all = new HashMap<>(taken);
        refused.forEach((version, refusal) -> all.put(version, refusal.release()));
        Rollout asked = Rollout.of(all.values());
        Map<String, String> reasons = new TreeMap<>();
        Stream.of(asked.base(), asked.staged())
                .flatMap(Optional::stream)
                .map(ModelRelease::getVersion)
                .filter(refused::containsKey)
                .forEach(version -> reasons.put(version, refused.get(version).reason()));
        return reasons;
    }
}
