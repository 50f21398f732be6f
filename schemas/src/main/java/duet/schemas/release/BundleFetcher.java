package duet.schemas.release;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.ModelRelease;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Fetches bundles into a directory of this machine, where each lies under the SHA-256 of its
 * manifest: a bundle is fetched once, whoever asks for it and however often the job restarts. A
 * bundle appears there whole and verified or not at all. What one may cost in time and bytes is
 * bounded, and so is the number of bundles that are kept.
 */
public final class BundleFetcher {
    private final BundleCache cache;
    private final FetchLimits limits;
    private final AllowedAddresses allowed;
    private final BundleAccess others;

    /**
     * Makes a fetcher of bundles at addresses of the schemes {@code file}, {@code http} and {@code
     * https}.
     *
     * @param cache directory for bundles, made where it is missing; nothing else belongs into it
     * @param clockMillis milliseconds since the epoch
     * @param limits what one bundle may cost
     * @param allowed where bundles may be
     */
    public BundleFetcher(
            Path cache, LongSupplier clockMillis, FetchLimits limits, AllowedAddresses allowed) {
        this(cache, clockMillis, limits, allowed, BundleFetcher::refuse);
    }

    /**
     * Makes a fetcher of bundles at addresses of those schemes, and of further ones.
     *
     * @param others reaches bundles at addresses of all other schemes
     */
    public BundleFetcher(
            Path cache,
            LongSupplier clockMillis,
            FetchLimits limits,
            AllowedAddresses allowed,
            BundleAccess others) {
        this(
                new BundleCache(cache, clockMillis, BundleCache.DiskSpace.OF_THE_DISK),
                limits,
                allowed,
                others);
    }

    BundleFetcher(
            BundleCache cache, FetchLimits limits, AllowedAddresses allowed, BundleAccess others) {
        this.cache = cache;
        this.limits = limits;
        this.allowed = allowed;
        this.others = others;
    }

    /**
     * Returns where bundles are kept if nothing else is said: {@code duet/releases} below the
     * directory of the user's caches, {@code $XDG_CACHE_HOME} or {@code ~/.cache}.
     */
    public static Path defaultCache() {
        return BundleCache.ofThisUser();
    }

    static BundleFiles refuse(URI directory) throws ReleaseRefusedException {
        throw new ReleaseRefusedException(
                "cannot read bundles at "
                        + BundleFiles.shown(directory)
                        + ", only at addresses of file:, http: and https:");
    }

    /**
     * Returns the verified bundle of a release, from the cache or from where it was released.
     *
     * @throws ReleaseRefusedException if it may not be fetched from there, or what lies there is
     *     not what was released
     * @throws IOException if it cannot be reached or kept now
     */
    public ModelBundle fetch(ModelRelease release) throws ReleaseRefusedException, IOException {
        String hash = release.getManifestSha256();
        BundleFiles files = BundleAddress.files(release.getBundleUri(), allowed, others);
        Optional<ModelBundle> kept = cache.kept(hash);
        if (kept.isPresent()) {
            return kept.get();
        }
        Path fresh = cache.fresh();
        try (BundleDownload download = new BundleDownload(files, limits)) {
            download.to(fresh, hash, cache::spaceBytes);
            requireBundle(fresh);
            return cache.keep(fresh, hash);
        } finally {
            BundleCache.deleteRecursively(fresh);
        }
    }

    /**
     * Returns the manifest of the bundle at an address, as it stands there now; nothing is kept.
     *
     * @param bundleUri address of the bundle's directory
     * @throws ReleaseRefusedException if it is no such address, or the manifest is too large
     * @throws IOException if it cannot be reached now
     */
    public byte[] manifest(String bundleUri) throws ReleaseRefusedException, IOException {
        BundleFiles files = BundleAddress.files(bundleUri, allowed, others);
        try (BundleDownload download = new BundleDownload(files, limits)) {
            return download.manifest();
        }
    }

    private static void requireBundle(Path fresh) throws ReleaseRefusedException {
        try {
            ModelBundle.open(fresh);
        } catch (InvalidInputException e) {
            // The name of the directory is nobody's business.
            throw new ReleaseRefusedException(
                    e.getMessage().replace(fresh.toString(), "the fetched bundle"), e);
        }
    }
}
