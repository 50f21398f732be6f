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
import org.jspecify.annotations.Nullable;

/**
 * A rollout says which model version each device runs, given every release there is. It is
 * immutable, and the same wherever it is computed: in the job, on the devices and on the command
 * line.
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

    /** A double holds so many evenly spaced numbers in [0, 1). */
    private static final double BUCKETS = 0x1p53;

    private final @Nullable ModelRelease base;
    private final @Nullable ModelRelease staged;
    private final Map<String, Role> served;

    /** A role says what a live release is there for. */
    public enum Role {
        /** Devices that are not in the share of a staged release run it. */
        BASE,
        /** A share of the devices runs it. */
        STAGED,
        /** It is newer than the base and of share 0: no device runs it yet. */
        ANNOUNCED,
        /** It was the base before: devices return to it when the base is withdrawn. */
        FALLBACK,
        /** No device should run it any more. */
        SUPERSEDED
    }

    private Rollout(
            @Nullable ModelRelease base, @Nullable ModelRelease staged, Map<String, Role> served) {
        this.base = base;
        this.staged = staged;
        this.served = served;
    }

    /**
     * Returns the rollout that the newest record of each version makes; of releases of the same
     * time the one of the greater version is newer.
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

    /** Returns the newest live release for all devices; empty if there is none. */
    public Optional<ModelRelease> base() {
        return Optional.ofNullable(base);
    }

    /** Returns the release that goes to a share of the devices; empty if there is none. */
    public Optional<ModelRelease> staged() {
        return Optional.ofNullable(staged);
    }

    /**
     * Returns the version that a device runs; empty where no release is for it, so that it stays
     * with the model it came with.
     */
    public Optional<String> versionOf(String deviceId) {
        if (staged != null && bucket(deviceId, staged.getVersion()) < staged.getShare()) {
            return Optional.of(staged.getVersion());
        }
        return base().map(ModelRelease::getVersion);
    }

    /** Returns all live versions with what they are there for, newest first. */
    public Map<String, Role> served() {
        return served;
    }

    /**
     * Returns where a device stands in the order in which a version reaches devices, in [0, 1): it
     * runs the version at every share above. The place is FNV-1a over id and version in UTF-8,
     * finished by the mixer of SplitMix64, which spreads ids that differ in their last characters
     * alone.
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
