package duet.schemas.signature;

import duet.schemas.record.ModelRelease;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives what is signed of a release, by whoever publishes it and by whoever decides which devices
 * run it. Numbers are 8 bytes, big-endian, and lengths 4; texts are in UTF-8 and preceded by their
 * length, metrics by their number and in the order of their names: no two releases have the same
 * bytes.
 *
 * <p>Each message begins with what it is for, so that the signature of one is none of the other.
 * Neither begins as what is signed of a delta does, whose first byte is 0 or -1, nor as what was
 * signed of releases before, which was 64 digits and small letters.
 */
final class ReleaseMessage {
    private static final String PUBLICATION = "Duet release, published, 1\n";
    private static final String ROLLOUT = "Duet release, rolled out, 1\n";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final DataOutputStream out = new DataOutputStream(bytes);

    private ReleaseMessage() {}

    /** Returns what whoever publishes the release signs. */
    static byte[] publication(ModelRelease release) {
        try {
            return new ReleaseMessage().begin(PUBLICATION).published(release).bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what whoever decides which devices run the release signs. */
    static byte[] rollout(ModelRelease release) {
        try {
            ReleaseMessage message = new ReleaseMessage().begin(ROLLOUT).published(release);
            message.out.writeDouble(release.getShare());
            message.text(release.getState().name());
            message.out.writeLong(release.getCounter());
            return message.bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ReleaseMessage begin(String tag) throws IOException {
        out.write(tag.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private ReleaseMessage published(ModelRelease release) throws IOException {
        text(release.getVersion());
        text(release.getBundleUri());
        text(release.getManifestSha256());
        out.writeLong(release.getReleasedAtMicros());
        Map<String, Double> metrics = new TreeMap<>(release.getMetrics());
        out.writeInt(metrics.size());
        for (Map.Entry<String, Double> metric : metrics.entrySet()) {
            text(metric.getKey());
            out.writeDouble(metric.getValue());
        }
        return this;
    }

    private void text(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }
}
