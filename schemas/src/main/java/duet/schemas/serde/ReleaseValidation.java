package duet.schemas.serde;

import duet.schemas.ModelVersions;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what a decoded release must satisfy before anybody acts on it. It is pure. */
public final class ReleaseValidation {
    private static final int MAX_URI_BYTES = 4_096;
    private static final int MAX_METRICS = 64;
    private static final int MAX_METRIC_NAME_BYTES = 128;
    private static final int MAX_SIGNATURE_BYTES = 1_024;

    private ReleaseValidation() {}

    /**
     * Checks version, address, hash, share and counter, and that all of it together stays within
     * some 20 KB.
     *
     * @throws MalformedRecordException naming version and value where the release is broken
     */
    public static void check(ModelRelease release) throws MalformedRecordException {
        if (release.getVersion().isBlank()) {
            throw new MalformedRecordException("release has a blank version");
        }
        String version = release.getVersion();
        require(version, "a version of %,d bytes", bytes(version), ModelVersions.MOST_CHARACTERS);
        requireValid(version, "release");
        require(version, "an address of %,d bytes", bytes(release.getBundleUri()), MAX_URI_BYTES);
        require(version, "%,d metrics", release.getMetrics().size(), MAX_METRICS);
        for (String name : release.getMetrics().keySet()) {
            require(
                    version,
                    "a metric with a name of %,d bytes",
                    bytes(name),
                    MAX_METRIC_NAME_BYTES);
        }
        requireSize(version, release.getSignature(), "a signature of %,d bytes");
        requireSize(version, release.getRolloutSignature(), "a rollout signature of %,d bytes");
        if (release.getCounter() < 0) {
            throw new MalformedRecordException(
                    "release of version="
                            + version
                            + " has the counter "
                            + release.getCounter()
                            + ", it must not be below 0");
        }
        if (release.getBundleUri().isBlank()) {
            throw new MalformedRecordException(
                    "release of version=" + version + " names no bundle");
        }
        if (!release.getManifestSha256().matches("[0-9a-f]{64}")) {
            throw new MalformedRecordException(
                    "release of version="
                            + version
                            + " has the manifest hash '"
                            + release.getManifestSha256()
                            + "', it must be 64 hexadecimal digits in lower case");
        }
        if (!(release.getShare() >= 0 && release.getShare() <= 1)) {
            throw new MalformedRecordException(
                    "release of version="
                            + version
                            + " goes to a share of "
                            + release.getShare()
                            + ", it must be 0 to 1");
        }
    }

    /**
     * Checks the version that a status speaks of, which is shown wherever the status is.
     *
     * @throws MalformedRecordException naming the version where there can be no such
     */
    public static void check(ReleaseStatus status) throws MalformedRecordException {
        requireValid(status.getVersion(), "release status");
    }

    private static void requireValid(String version, String what) throws MalformedRecordException {
        if (!ModelVersions.isValid(version)) {
            throw new MalformedRecordException(
                    what + " has the version '" + version + "', " + ModelVersions.RULE);
        }
    }

    private static void requireSize(String version, @Nullable ByteBuffer signature, String what)
            throws MalformedRecordException {
        if (signature != null) {
            require(version, what, signature.remaining(), MAX_SIGNATURE_BYTES);
        }
    }

    private static void require(String version, String what, int actual, int most)
            throws MalformedRecordException {
        if (actual > most) {
            throw new MalformedRecordException(
                    String.format(
                            Locale.ROOT,
                            "release of version=%s has " + what + ", the limit is %,d",
                            version,
                            actual,
                            most));
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
