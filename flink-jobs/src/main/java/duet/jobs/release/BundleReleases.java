package duet.jobs.release;

import duet.jobs.generation.BundleGenerator;
import duet.model.serving.BundleProbe;
import duet.model.serving.ParameterGenerator;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.ModelRelease;
import duet.schemas.signature.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Releases of model bundles: fetched, compared with what was released and signed, opened, warmed up and probed. */
public final class BundleReleases implements ReleaseSource {
    private static final long serialVersionUID = 1L;

    private final String cache;
    private final String publicKey;

    /**
     * @param cache directory for bundles on the task manager; null: one below its temporary directory
     * @param publicKey file with the keys on the task manager of which one must have signed a release; null: releases need no
     *     signature
     */
    public BundleReleases(Path cache, Path publicKey) {
        this.cache = cache == null ? null : cache.toString();
        this.publicKey = publicKey == null ? null : publicKey.toString();
    }

    @Override
    public OpenedRelease open(ModelRelease release) throws ReleaseRefusedException, IOException {
        if (publicKey != null && !Verifier.read(Path.of(publicKey)).verifies(release)) {
            throw new ReleaseRefusedException(
                    release.getSignature() == null
                            ? "it is not signed"
                            : "none of the keys in %s has signed it".formatted(publicKey));
        }
        ModelBundle bundle = new BundleFetcher(cache(), System::currentTimeMillis).fetch(release);
        ParameterGenerator generator = ParameterGenerator.load(bundle);
        try {
            Map<String, Double> measured = BundleProbe.check(bundle, generator);
            return new OpenedRelease(BundleGenerator.of(generator, bundle), measured);
        } catch (RuntimeException e) {
            generator.close();
            throw e;
        }
    }

    /** One for each user: whoever makes it first owns it. What lies there is verified whenever it is opened. */
    private Path cache() {
        return cache == null
                ? Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "duet-releases-" + System.getProperty("user.name"))
                : Path.of(cache);
    }
}
