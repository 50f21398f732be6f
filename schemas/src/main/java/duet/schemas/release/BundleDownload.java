package duet.schemas.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.schemas.bundle.ModelBundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One bundle on its way to this machine: its files, the time that all of them have together, and
 * the bytes that they may still have.
 */
final class BundleDownload implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final BundleFiles files;
    private final FetchLimits limits;
    private final FetchTime time;
    private long received;

    BundleDownload(BundleFiles files, FetchLimits limits) {
        this.files = files;
        this.limits = limits;
        this.time = new FetchTime(limits.time());
    }

    /** Tells how many bytes there is room for now. */
    @FunctionalInterface
    interface Room {
        long bytes() throws IOException;
    }

    /** Returns the manifest as it stands there. */
    byte[] manifest() throws ReleaseRefusedException, IOException {
        ByteArrayOutputStream manifest = new ByteArrayOutputStream();
        copy(
                ModelBundle.MANIFEST,
                manifest,
                Math.min(limits.bytes(), ModelBundle.MAX_MANIFEST_BYTES),
                () -> Long.MAX_VALUE);
        return manifest.toByteArray();
    }

    /**
     * Copies the whole bundle, each file as the manifest lists it.
     *
     * @param hash SHA-256 of the manifest in hexadecimal
     * @param target an empty directory
     * @param room how many bytes it can take
     */
    void to(Path target, String hash, Room room) throws ReleaseRefusedException, IOException {
        byte[] manifest = manifest();
        requireHash(ModelBundle.MANIFEST, sha256(manifest), "released was", hash);
        for (Map.Entry<String, String> file : listed(manifest).entrySet()) {
            String actual = copy(file.getKey(), target.resolve(file.getKey()), room);
            requireHash(file.getKey(), actual, "its manifest says", file.getValue());
        }
        Files.write(target.resolve(ModelBundle.MANIFEST), manifest);
        Files.writeString(
                target.resolve(ModelBundle.MANIFEST_HASH),
                hash + "  " + ModelBundle.MANIFEST + "\n");
    }

    private void requireHash(String name, String actual, String whoSays, String expected)
            throws ReleaseRefusedException {
        if (!actual.equals(expected)) {
            throw ReleaseRefusedException.ofAnswer(
                    String.format(
                            Locale.ROOT,
                            "%s at %s has the SHA-256 %s, %s %s",
                            name,
                            files.place(),
                            actual,
                            whoSays,
                            expected));
        }
    }

    /** Returns the names and hashes of the files that belong to the bundle. */
    private static Map<String, String> listed(byte[] manifest) throws ReleaseRefusedException {
        JsonNode files;
        try {
            files = JSON.readTree(manifest).path("files");
        } catch (JsonProcessingException e) {
            throw new ReleaseRefusedException(
                    ModelBundle.MANIFEST + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        if (!files.isObject()) {
            throw new ReleaseRefusedException(ModelBundle.MANIFEST + " lists no files");
        }
        Map<String, String> listed = new TreeMap<>();
        for (Map.Entry<String, JsonNode> file : files.properties()) {
            if (!ModelBundle.mayList(file.getKey())) {
                throw new ReleaseRefusedException(
                        ModelBundle.MANIFEST + " lists a file that is none of a bundle");
            }
            listed.put(file.getKey(), file.getValue().asText());
        }
        return listed;
    }

    /** Copies one file and returns its hash. */
    private String copy(String name, Path target, Room room)
            throws ReleaseRefusedException, IOException {
        MessageDigest digest = newSha256();
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(target), digest)) {
            copy(name, out, limits.bytes() - received, room);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private void copy(String name, OutputStream target, long most, Room room)
            throws ReleaseRefusedException, IOException {
        BundleFiles.Opened file;
        try {
            file = time.open(() -> files.open(name));
        } catch (IOException e) {
            throw failed(name, e);
        }
        try {
            requireWithin(name, file.bytes().orElse(0), most);
            long left = room.bytes();
            requireRoom(file.bytes().orElse(0), left);
            byte[] buffer = new byte[BUFFER_BYTES];
            long size = 0;
            for (int read = read(file, buffer); read > 0; read = read(file, buffer)) {
                size += read;
                requireWithin(name, size, most);
                requireRoom(size, left);
                target.write(buffer, 0, read);
            }
            received += size;
        } catch (IOException e) {
            throw failed(name, e);
        } finally {
            time.end(file.content());
        }
    }

    private int read(BundleFiles.Opened file, byte[] buffer) throws IOException {
        return time.within(() -> file.content().readNBytes(buffer, 0, buffer.length));
    }

    private void requireWithin(String name, long size, long most) throws ReleaseRefusedException {
        if (size > most) {
            throw ReleaseRefusedException.ofAnswer(
                    String.format(
                            Locale.ROOT,
                            "%s at %s has more than %,d bytes, the limit%s",
                            name,
                            files.place(),
                            most,
                            received == 0 ? "" : " of what is still to come of a bundle"));
        }
    }

    private static void requireRoom(long size, long left) throws IOException {
        if (size > left) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "the disk that bundles are kept on has room for %,d bytes",
                            left));
        }
    }

    private IOException failed(String name, IOException failure) {
        return new IOException(
                String.format(
                        Locale.ROOT,
                        "cannot fetch %s from %s: %s",
                        name,
                        files.place(),
                        failure.getMessage() == null
                                ? failure.getClass().getSimpleName()
                                : failure.getMessage()),
                failure);
    }

    @Override
    public void close() {
        time.close();
    }

    private static String sha256(byte[] content) {
        return HexFormat.of().formatHex(newSha256().digest(content));
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
