package duet.schemas.serde;

import duet.schemas.record.ModelRelease;
import java.nio.charset.StandardCharsets;

/** What a decoded release must satisfy before anybody acts on it; pure. */
public final class ReleaseValidation {
    private static final int MAX_VERSION_BYTES = 128;

    private ReleaseValidation() {}

    /**
     * Checks version, address, hash and share.
     *
     * @throws MalformedRecordException naming version and value where the release is broken
     */
    public static void check(ModelRelease release) throws MalformedRecordException {
        if (release.getVersion().isBlank()) {
            throw new MalformedRecordException("release has a blank version");
        }
        String version = WindowValidation.inOneLine(release.getVersion());
        int versionBytes = release.getVersion().getBytes(StandardCharsets.UTF_8).length;
        if (versionBytes > MAX_VERSION_BYTES) {
            throw new MalformedRecordException(
                    "release of version=%s has a version of %d bytes, the limit is %d"
                            .formatted(version, versionBytes, MAX_VERSION_BYTES));
        }
        if (release.getBundleUri().isBlank()) {
            throw new MalformedRecordException(
                    "release of version=%s names no bundle".formatted(version));
        }
        if (!release.getManifestSha256().matches("[0-9a-f]{64}")) {
            throw new MalformedRecordException(
                    "release of version=%s has the manifest hash '%s', it must be 64 hexadecimal digits in lower case"
                            .formatted(
                                    version,
                                    WindowValidation.inOneLine(release.getManifestSha256())));
        }
        if (!(release.getShare() >= 0 && release.getShare() <= 1)) {
            throw new MalformedRecordException(
                    "release of version=%s goes to a share of %s, it must be 0 to 1"
                            .formatted(version, release.getShare()));
        }
    }
}
