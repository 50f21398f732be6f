package duet.operations.release;

import duet.schemas.InvalidInputException;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.release.ReleaseLedger;
import duet.schemas.release.Rollout;
import duet.schemas.release.Rollout.Role;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Holds all releases and what the job says of them at one moment, and decides what an operator may
 * do next: each decision is a record to write or a refusal. It is immutable.
 */
public final class ReleaseBoard {
    private static final Comparator<ModelRelease> NEWEST_FIRST =
            Comparator.comparingLong(ModelRelease::getReleasedAtMicros)
                    .thenComparing(ModelRelease::getVersion)
                    .reversed();

    private final Map<String, ModelRelease> releases = new TreeMap<>();
    private final List<ReleaseStatus> statuses;
    private final int untrusted;
    private final long nowMicros;
    private final Rollout rollout;

    /**
     * Holds one release as a row of {@code duet release status}.
     *
     * @param release the release
     * @param role what it is there for; empty for a withdrawn one
     * @param readiness how far the job is with it
     */
    public record Row(ModelRelease release, Optional<Role> role, Readiness readiness) {}

    /**
     * Says what a rollback does.
     *
     * @param withdrawn the record to write
     * @param returnTo the version that the devices of the withdrawn one run afterwards; empty for
     *     the model they came with
     */
    public record Rollback(ModelRelease withdrawn, Optional<String> returnTo) {}

    /**
     * Makes the board of these records, the newest of each version and subtask. Releases of the
     * future are left out, as job and devices do not take them: nothing could be newer.
     *
     * @param untrusted how many records do not count, for want of a signature by the keys asked for
     * @param nowMicros now, microseconds since the epoch
     */
    public ReleaseBoard(
            Collection<ModelRelease> releases,
            Collection<ReleaseStatus> statuses,
            int untrusted,
            long nowMicros) {
        releases.stream()
                .filter(release -> !ReleaseLedger.isOfTheFuture(release, nowMicros))
                .forEach(release -> this.releases.put(release.getVersion(), release));
        this.untrusted = untrusted;
        this.nowMicros = nowMicros;
        this.statuses = List.copyOf(statuses);
        this.rollout = Rollout.of(this.releases.values());
    }

    /** Returns which versions devices run. */
    public Rollout rollout() {
        return rollout;
    }

    /** Returns all releases, newest first. */
    public List<Row> rows() {
        return releases.values().stream()
                .sorted(NEWEST_FIRST)
                .map(
                        release ->
                                new Row(
                                        release,
                                        Optional.ofNullable(
                                                rollout.served().get(release.getVersion())),
                                        readiness(release)))
                .toList();
    }

    /** Returns how far the job is with this bundle under this version. */
    public Readiness readiness(ModelRelease release) {
        return Readiness.of(statuses(release));
    }

    /** Returns what the subtasks say of this bundle under this version. */
    List<ReleaseStatus> statuses(ModelRelease release) {
        return statuses.stream()
                .filter(status -> status.getVersion().equals(release.getVersion()))
                .filter(status -> status.getManifestSha256().equals(release.getManifestSha256()))
                .toList();
    }

    /**
     * Returns the release as it is announced: for no device, so that the job loads it first, and
     * newer than all others.
     *
     * @throws InvalidInputException if devices run the version already
     */
    public ModelRelease announce(ModelRelease release) {
        ModelRelease present = releases.get(release.getVersion());
        if (present != null && present.getState() == ReleaseState.LIVE && present.getShare() > 0) {
            throw new InvalidInputException(
                    "version "
                            + release.getVersion()
                            + " is already released to a share of "
                            + present.getShare()
                            + "; promote it, or roll it back first");
        }
        ModelRelease announced = changed(release);
        announced.setShare(0);
        announced.setState(ReleaseState.LIVE);
        announced.setReleasedAtMicros(newerThan(ModelRelease::getReleasedAtMicros));
        return announced;
    }

    /**
     * Returns a bundle that devices run already, with the share and the time that it has, to be
     * signed. It counts as changed now, whatever the others say: they may be anybody's.
     *
     * @throws InvalidInputException if devices run another under that version, or none
     */
    public ModelRelease running(ModelRelease bundle) {
        ModelRelease present =
                release(bundle.getVersion())
                        .filter(p -> p.getState() == ReleaseState.LIVE)
                        .filter(p -> p.getShare() > 0)
                        .filter(p -> p.getManifestSha256().equals(bundle.getManifestSha256()))
                        .orElseThrow(
                                () ->
                                        new InvalidInputException(
                                                "no device runs this bundle as version "
                                                        + bundle.getVersion()
                                                        + ", so there is nothing to sign as it"
                                                        + " stands"));
        return ModelRelease.newBuilder(bundle)
                .setReleasedAtMicros(present.getReleasedAtMicros())
                .setShare(present.getShare())
                .setState(ReleaseState.LIVE)
                .setCounter(nowMicros)
                .build();
    }

    /** Returns the release of that version; empty where there is none. */
    Optional<ModelRelease> release(String version) {
        return Optional.ofNullable(releases.get(version));
    }

    /**
     * Returns a release for this share of the devices.
     *
     * @throws InvalidInputException if there is no such version, it was withdrawn, or it is older
     *     than what all devices run and so would reach none
     * @throws IllegalStateException if the job does not serve it on every subtask
     */
    public ModelRelease share(String version, double share) {
        ModelRelease release = require(version);
        if (release.getState() != ReleaseState.LIVE) {
            throw new InvalidInputException(
                    "version " + version + " was rolled back; publish it again");
        }
        Optional<ModelRelease> base = rollout.base();
        if (base.isPresent()
                && !base.get().getVersion().equals(version)
                && NEWEST_FIRST.compare(release, base.get()) > 0) {
            throw new InvalidInputException(
                    "version "
                            + version
                            + " is older than "
                            + base.get().getVersion()
                            + ", which all devices run; roll that one back instead");
        }
        Readiness readiness = readiness(release);
        if (readiness.state() != Readiness.State.READY) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "version %s is not served by the job: %s%s",
                            version,
                            readiness,
                            readiness.reason() == null ? "" : ", " + readiness.reason()));
        }
        return withShare(release, share);
    }

    /**
     * Takes a release back.
     *
     * @param version which; empty for the newest that is not withdrawn
     * @throws InvalidInputException if there is no such version, or it was withdrawn before
     */
    public Rollback rollback(Optional<String> version) {
        ModelRelease release =
                version.isPresent()
                        ? require(version.get())
                        : releases.values().stream()
                                .filter(r -> r.getState() == ReleaseState.LIVE)
                                .min(NEWEST_FIRST)
                                .orElseThrow(
                                        () ->
                                                new InvalidInputException(
                                                        "there is no release to roll back"
                                                                + untrustedOnes()));
        if (release.getState() != ReleaseState.LIVE) {
            throw new InvalidInputException(
                    "version " + release.getVersion() + " was rolled back before");
        }
        ModelRelease withdrawn = withdrawn(release);
        Map<String, ModelRelease> after = new TreeMap<>(releases);
        after.put(withdrawn.getVersion(), withdrawn);
        return new Rollback(
                withdrawn, Rollout.of(after.values()).base().map(ModelRelease::getVersion));
    }

    /** Returns the same release for this share of the devices. */
    ModelRelease withShare(ModelRelease release, double share) {
        ModelRelease shared = changed(release);
        shared.setShare(share);
        return shared;
    }

    /** Returns the same release, taken back. */
    ModelRelease withdrawn(ModelRelease release) {
        ModelRelease withdrawn = changed(release);
        withdrawn.setState(ReleaseState.WITHDRAWN);
        return withdrawn;
    }

    private ModelRelease require(String version) {
        ModelRelease release = releases.get(version);
        if (release == null) {
            throw new InvalidInputException(
                    "there is no version "
                            + version
                            + (releases.isEmpty()
                                    ? ": nothing has been released"
                                    : "; released are " + String.join(", ", releases.keySet()))
                            + untrustedOnes());
        }
        return release;
    }

    private String untrustedOnes() {
        return untrusted == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; %,d records of the topic do not count: they are older, or not signed"
                                + " with the keys of --public-key or --sign",
                        untrusted);
    }

    /** Returns a copy that counts as made after all others; who changes it, signs it again. */
    private ModelRelease changed(ModelRelease release) {
        return ModelRelease.newBuilder(release)
                .setCounter(newerThan(ModelRelease::getCounter))
                .setRolloutSignature(null)
                .build();
    }

    /** Returns now, or one more than all releases have where a clock is behind. */
    private long newerThan(ToLongFunction<ModelRelease> number) {
        return releases.values().stream()
                .mapToLong(release -> Math.addExact(number.applyAsLong(release), 1))
                .reduce(nowMicros, Math::max);
    }
}
