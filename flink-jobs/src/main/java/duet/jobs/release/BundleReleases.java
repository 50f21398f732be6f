package duet.jobs.release;

import duet.jobs.generation.BundleGenerator;
import duet.model.serving.BundleProbe;
import duet.model.serving.ServedGenerator;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.ModelRelease;
import duet.schemas.release.AllowedAddresses;
import duet.schemas.release.BundleFetcher;
import duet.schemas.release.FetchLimits;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.ReleaseRefusedException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This source opens releases of model bundles: they are fetched, compared with what was released
 * and signed, opened, warmed up and probed.
 */
public final class BundleReleases implements ReleaseSource {
    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(BundleReleases.class);

    private static final String NOT_HAD =
            "its bundle could not be had from its address as it was released; the task manager's"
                    + " log says why";

    private static final String NO_RECORD =
            "no record of its load could be kept beside it; the task manager's log says why";

    /** The largest bundles are loaded and probed in seconds; machines may be busy. */
    private static final Duration LOADING_LIMIT = Duration.ofMinutes(5);

    private final @Nullable String cache;
    private final @Nullable String publicKey;
    private final @Nullable String rolloutPublicKey;
    private final Duration fetchTime;
    private final ArrayList<String> allowed;

    /**
     * @param cache directory for bundles on the task manager; null: below the caches of its user
     * @param publicKey file with the keys on the task manager of which one must have signed a
     *     release; null: releases need no signature
     * @param rolloutPublicKey file with the keys on the task manager of which one must have signed
     *     which devices run it; null: those of {@code publicKey}
     * @param fetchTime longest time that a bundle may take to arrive, all its files together
     * @param allowed what the addresses of bundles begin with; none: they are of {@code https}
     * @throws duet.schemas.InvalidInputException naming the prefix that is none
     */
    public BundleReleases(
            @Nullable Path cache,
            @Nullable Path publicKey,
            @Nullable Path rolloutPublicKey,
            Duration fetchTime,
            List<String> allowed) {
        this.cache = cache == null ? null : cache.toString();
        this.publicKey = publicKey == null ? null : publicKey.toString();
        this.rolloutPublicKey = rolloutPublicKey == null ? null : rolloutPublicKey.toString();
        this.fetchTime = fetchTime;
        this.allowed = new ArrayList<>(allowed);
        AllowedAddresses.beginningWith(allowed);
    }

    @Override
    public OpenedRelease open(ModelRelease release) throws ReleaseRefusedException, IOException {
        Optional<String> refusal = keys().publicationRefusal(release);
        if (refusal.isPresent()) {
            throw new ReleaseRefusedException(refusal.get());
        }
        ModelBundle bundle = fetch(release);
        try (LoadRecord record =
                LoadRecord.begin(cacheDirectory(), release.getManifestSha256(), Instant.now())) {
            return load(bundle);
        } catch (IOException e) {
            LOG.warn("Release {} cannot be loaded: {}", release.getVersion(), e.getMessage());
            throw new IOException(NO_RECORD, e);
        } catch (InvalidInputException e) {
            // Where this machine keeps it is nobody's business.
            throw new ReleaseRefusedException(
                    e.getMessage().replace(bundle.directory() + File.separator, ""), e);
        }
    }

    @Override
    public ReleaseKeys keys() {
        return ReleaseKeys.read(
                publicKey == null ? null : Path.of(publicKey),
                rolloutPublicKey == null ? null : Path.of(rolloutPublicKey));
    }

    @Override
    public Duration limit() {
        return fetchTime.plus(LOADING_LIMIT);
    }

    private static OpenedRelease load(ModelBundle bundle) {
        ServedGenerator generator = ServedGenerator.load(bundle);
        try {
            Map<String, Double> measured = BundleProbe.check(bundle, generator);
            return new OpenedRelease(BundleGenerator.of(generator, bundle), measured);
        } catch (RuntimeException | Error e) {
            generator.close();
            throw e;
        }
    }

    /**
     * Returns the bundle of a release. Why it could not be had is said in the log: the reason of a
     * refusal is read by more than those who may ask at its address.
     */
    private ModelBundle fetch(ModelRelease release) throws ReleaseRefusedException, IOException {
        try {
            return fetcher().fetch(release);
        } catch (ReleaseRefusedException e) {
            if (!e.tellsOfAnswer()) {
                throw e;
            }
            LOG.warn("Release {} cannot be fetched: {}", release.getVersion(), e.getMessage());
            throw new ReleaseRefusedException(NOT_HAD, e);
        } catch (IOException e) {
            LOG.warn("Release {} cannot be fetched: {}", release.getVersion(), e.getMessage());
            throw new IOException(NOT_HAD, e);
        }
    }

    private Path cacheDirectory() {
        return cache == null ? BundleFetcher.defaultCache() : Path.of(cache);
    }

    private BundleFetcher fetcher() {
        return new BundleFetcher(
                cacheDirectory(),
                System::currentTimeMillis,
                FetchLimits.within(fetchTime),
                AllowedAddresses.beginningWith(allowed),
                FileSystemBundleFiles::new);
    }
}
