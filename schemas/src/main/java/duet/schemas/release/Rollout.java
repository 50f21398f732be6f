package duet.schemas.release;

import duet.schemas.Fnv1a;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which model version each device runs, given every release there is; immutable, and the same
 * wherever it is computed: in the job, on the devices and on the command line.
 *
 * <p>The base is the newest live release for all devices. Beside it at most one release is staged:
 * the newest live one that is newer than the base and goes to a share of the devices. A device is
 * in the share by a hash of its id and the version, so a growing share keeps every device that it
 * has.
 */
public final class Rollout {
    private static final Comparator<ModelRelease> NEWEST_FIRST =
            Comparator.comparingLong(ModelRelease::getReleasedAtMicros)
                    .thenComparing(ModelRelease::getVersion)
                    .reversed();

    /** Numbers in [0, 1) that a double holds evenly spaced. */
    private static final double BUCKETS = 0x1p53;

    private final ModelRelease base;
    private final ModelRelease staged;
    private final Map<String, Role> served;

    /** What a live release is there for. */
    public enum Role {
        /** What devices run that are not in the share of a staged release. */
        BASE,
        /** What a share of the devices runs. */
        STAGED,
        /** Newer than the base and of share 0: no device runs it yet. */
        ANNOUNCED,
        /** What was the base before: devices return to it when the base is withdrawn. */
        FALLBACK,
        /** No device should run it any more. */
        SUPERSEDED
    }

    private Rollout(ModelRelease base, ModelRelease staged, Map<String, Role> served) {
        this.base = base;
        this.staged = staged;
        this.served = served;
    }

    /**
     * The rollout that the newest record of each version makes; of releases of the same time the
     * greater version is newer.
     */
    public static Rollout of(Collection<ModelRelease> releases) {
        List<ModelRelease> live =
                releases.stream()
                        .filter(release -> release.getState() == ReleaseState.LIVE)
                        .sorted(NEWEST_FIRST)
                        .toList();
        ModelRelease base = null;
        ModelRelease staged = null;
        boolean fallbackFound = false;
        Map<String, Role> served = new LinkedHashMap<>();
        for (ModelRelease release : live) {
            boolean forAll = release.getShare() >= 1;
            Role role = Role.SUPERSEDED;
            if (base == null && forAll) {
                base = release;
                role = Role.BASE;
            } else if (base == null && release.getShare() > 0) {
                if (staged == null) {
                    staged = release;
                    role = Role.STAGED;
                }
            } else if (base == null) {
                role = Role.ANNOUNCED;
            } else if (forAll && !fallbackFound) {
                fallbackFound = true;
                role = Role.FALLBACK;
            }
            served.put(release.getVersion(), role);
        }
        return new Rollout(base, staged, Collections.unmodifiableMap(served));
    }

    /** The newest live release for all devices. */
    public Optional<ModelRelease> base() {
        return Optional.ofNullable(base);
    }

    /** The release that goes to a share of the devices. */
    public Optional<ModelRelease> staged() {
        return Optional.ofNullable(staged);
    }

    /**
     * The version that a device runs; empty where no release is for it, so that it stays with the
     * model it came with.
     */
    public Optional<String> versionOf(String deviceId) {
        if (staged != null && bucket(deviceId, staged.getVersion()) < staged.getShare()) {
            return Optional.of(staged.getVersion());
        }
        return base().map(ModelRelease::getVersion);
    }

    /** All live versions with what they are there for, newest first. */
    public Map<String, Role> served() {
        return served;
    }

    /**
     * Where a device stands in the order in which a version reaches devices, in [0, 1): it runs the
     * version at every share above. FNV-1a over id and version in UTF-8, finished by the mixer of
     * SplitMix64, which spreads ids that differ in their last characters alone.
     */
    public static double bucket(String deviceId, String version) {
        // 0xff is in no UTF-8 text
        long hash = new Fnv1a().addOctets(deviceId).add(0xff).addOctets(version).value();
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        hash ^= hash >>> 31;
        return (hash >>> 11) / BUCKETS;
    }
}
