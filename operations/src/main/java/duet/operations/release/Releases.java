package duet.operations.release;

import duet.operations.release.ReleaseBoard.Rollback;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import duet.schemas.release.ReleaseKeys;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Carries out what an operator does with the releases of a cluster; the decisions are those of
 * {@link ReleaseBoard}.
 */
public final class Releases implements AutoCloseable {
    /** A job that asks for signatures says nothing of records that do not count. */
    private static final String UNKNOWN_HINT =
            ". Where the job asks for signatures and this one does not count there, a dead letter"
                    + " says why: duet dead-letters list";

    private final ReleaseTopics topics;
    private final LongSupplier clockMicros;

    /**
     * Connects to the brokers.
     *
     * @param clientProperties Kafka client properties, bootstrap servers included; the topics exist
     * @param keys of those whose releases count
     * @param clockMicros now, microseconds since the epoch
     */
    public Releases(
            Map<String, Object> clientProperties, ReleaseKeys keys, LongSupplier clockMicros) {
        this.topics = new ReleaseTopics(clientProperties, keys, clockMicros);
        this.clockMicros = clockMicros;
    }

    /** Returns how things stand. */
    public ReleaseBoard board() {
        return topics.board();
    }

    /**
     * Announces a bundle, waits until every subtask of the job serves it, and gives it to a share
     * of the devices. Where the job refuses it, it is withdrawn.
     *
     * @param share share of the devices, 0 to 1; 0 leaves it announced
     * @param signers sign the release
     * @param patience how long the job may take
     * @param progress told of every change of what the job says
     * @return the release as it stands
     * @throws duet.schemas.InvalidInputException if devices run the version already, or it was
     *     signed before and is not now
     * @throws IllegalStateException if the job refuses it, with its reason, or does not serve it in
     *     time
     */
    public ModelRelease publish(
            ReleasedBundle bundle,
            double share,
            ReleaseSigners signers,
            Duration patience,
            Consumer<Readiness> progress) {
        ReleaseBoard before = topics.board();
        ModelRelease announced = signers.published(before.announce(bundle.release()));
        before.release(announced.getVersion())
                .filter(present -> present.getSignature() != null)
                .ifPresent(signers::requireAlike);
        topics.put(announced);
        Readiness readiness = await(announced, before.statuses(announced), patience, progress);
        if (readiness.state() == Readiness.State.REFUSED) {
            topics.put(signers.changed(topics.board().withdrawn(announced)));
            throw new IllegalStateException(
                    "the job refused " + announced.getVersion() + ": " + readiness.reason());
        }
        if (readiness.state() != Readiness.State.READY) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "the job does not serve %s after %d s (%s); it stays announced for no"
                                    + " device, promote it once it is ready%s",
                            announced.getVersion(),
                            patience.toSeconds(),
                            readiness,
                            readiness.state() == Readiness.State.UNKNOWN ? UNKNOWN_HINT : ""));
        }
        if (share == 0) {
            return announced;
        }
        ModelRelease shared = signers.changed(topics.board().withShare(announced, share));
        topics.put(shared);
        return shared;
    }

    /**
     * Signs what devices run already, with the share and the time that it has: so that it counts
     * where keys are asked for, or another key was. Whoever can write the topic may have written
     * both, so they are for the operator to look at.
     *
     * @throws duet.schemas.InvalidInputException if devices do not run the bundle
     */
    public ModelRelease signAsItStands(ReleasedBundle bundle, ReleaseSigners signers) {
        ModelRelease release = signers.published(topics.board().running(bundle.release()));
        topics.put(release);
        return release;
    }

    /**
     * Gives a release to a share of the devices, to all at 1.
     *
     * @param signers sign the change, as the release is signed
     * @throws duet.schemas.InvalidInputException if it cannot reach them: unknown, withdrawn, too
     *     old, or signed where the change is not
     * @throws IllegalStateException if the job does not serve it
     */
    public ModelRelease share(String version, double share, ReleaseSigners signers) {
        ModelRelease shared = signers.changed(topics.board().share(version, share));
        topics.put(shared);
        return shared;
    }

    /**
     * Takes a release back from all devices.
     *
     * @param version which; empty for the newest
     * @param signers sign the change, as the release is signed
     * @throws duet.schemas.InvalidInputException if there is none, it was taken back before, or it
     *     is signed where the change is not
     */
    public Rollback rollback(Optional<String> version, ReleaseSigners signers) {
        Rollback rollback = topics.board().rollback(version);
        topics.put(signers.changed(rollback.withdrawn()));
        return rollback;
    }

    /**
     * Returns what the job says once that is final, or the time is up. Refusals of an earlier
     * attempt do not count.
     */
    private Readiness await(
            ModelRelease release,
            List<ReleaseStatus> before,
            Duration patience,
            Consumer<Readiness> progress) {
        long deadline = clockMicros.getAsLong() + TimeUnit.NANOSECONDS.toMicros(patience.toNanos());
        Readiness last = null;
        while (true) {
            Readiness now =
                    Readiness.of(
                            topics.board().statuses(release).stream()
                                    .filter(status -> isNews(status, before))
                                    .toList());
            if (!now.equals(last)) {
                progress.accept(now);
                last = now;
            }
            if (now.state() == Readiness.State.READY
                    || now.state() == Readiness.State.REFUSED
                    || clockMicros.getAsLong() >= deadline) {
                return now;
            }
            topics.awaitNews();
        }
    }

    /**
     * Returns whether a status counts as news: a subtask that serves the bundle from before need
     * not say so again.
     */
    private static boolean isNews(ReleaseStatus status, List<ReleaseStatus> before) {
        return status.getState() == ServingState.READY || !before.contains(status);
    }

    @Override
    public void close() {
        topics.close();
    }
}
