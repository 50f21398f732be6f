package duet.jobs.release;

import duet.jobs.generation.BundleGenerator;
import duet.model.serving.BundleProbe;
import duet.model.serving.ServedGenerator;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.ModelRelease;
import duet.schemas.release.BundleFetcher;
import duet.schemas.release.ReleaseRefusedException;
import duet.schemas.signature.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This source opens releases of model bundles: they are fetched, compared with what was released
 * and signed, opened, warmed up and probed.
 */
public final class BundleReleases implements ReleaseSource {
    private static final long serialVersionUID = 1L;

    /** The largest bundles are loaded and probed in seconds; machines may be busy. */
    private static final Duration LOADING_LIMIT = Duration.ofMinutes(5);

    private final @Nullable String cache;
    private final @Nullable String publicKey;
    private final Duration fetchTimeout;

    /**
     * @param cache directory for bundles on the task manager; null: one below its temporary
     *     directory
     * @param publicKey file with the keys on the task manager of which one must have signed a
     *     release; null: releases need no signature
     * @param fetchTimeout longest time that one file of a bundle may take over HTTP
     */
    public BundleReleases(@Nullable Path cache, @Nullable Path publicKey, Duration fetchTimeout) {
        this.cache = cache == null ? null : cache.toString();
        this.publicKey = publicKey == null ? null : publicKey.toString();
        this.fetchTimeout = fetchTimeout;
    }

    @Override
    public OpenedRelease open(ModelRelease release) throws ReleaseRefusedException, IOException {
        if (publicKey != null && !Verifier.read(Path.of(publicKey)).verifies(release)) {
            throw new ReleaseRefusedException(
                    release.getSignature() == null
                            ? "it is not signed"
                            : "none of the keys in " + publicKey + " has signed it");
        }
        ModelBundle bundle = fetcher().fetch(release);
        try (LoadRecord record =
                LoadRecord.begin(cacheDirectory(), release.getManifestSha256(), Instant.now())) {
            ServedGenerator generator = ServedGenerator.load(bundle);
            try {
                Map<String, Double> measured = BundleProbe.check(bundle, generator);
                return new OpenedRelease(BundleGenerator.of(generator, bundle), measured);
            } catch (RuntimeException | Error e) {
                generator.close();
                throw e;
            }
        }
    }

    @Override
    public Duration limit() {
        return fetchTimeout.plus(LOADING_LIMIT);
    }

    private Path cacheDirectory() {
        return cache == null ? BundleFetcher.defaultCache() : Path.of(cache);
    }

    private BundleFetcher fetcher() {
        return new BundleFetcher(
                cacheDirectory(),
                System::currentTimeMillis,
                fetchTimeout,
                FileSystemBundleFiles::new);
    }
}
