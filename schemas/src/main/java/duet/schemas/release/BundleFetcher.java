package duet.schemas.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.ModelRelease;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Fetches bundles into a directory of this machine, where each lies under the SHA-256 of its
 * manifest: a bundle is fetched once, whoever asks for it and however often the job restarts. A
 * bundle appears there whole and verified or not at all. Sizes are bounded, and so is the number of
 * bundles that are kept.
 */
public final class BundleFetcher {
    /** At most so many bundles are kept; those used longest ago are deleted first. */
    static final int MAX_KEPT = 16;

    private static final int MAX_FILES = 32;
    private static final int MAX_MANIFEST_BYTES = 64 << 20;
    private static final long MAX_FILE_BYTES = 2L << 30;
    private static final int BUFFER_BYTES = 64 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path cache;
    private final LongSupplier clockMillis;
    private final Duration fileTime;
    private final BundleAccess others;

    /**
     * Makes a fetcher of bundles at addresses of the schemes {@code file}, {@code http} and {@code
     * https}.
     *
     * @param cache directory for bundles, made where it is missing; nothing else belongs into it
     * @param clockMillis milliseconds since the epoch
     * @param fileTime longest time that one file may take over HTTP
     */
    public BundleFetcher(Path cache, LongSupplier clockMillis, Duration fileTime) {
        this(cache, clockMillis, fileTime, BundleFetcher::refuse);
    }

    /**
     * Makes a fetcher of bundles at addresses of those schemes, and of further ones.
     *
     * @param others reaches bundles at addresses of all other schemes
     */
    public BundleFetcher(
            Path cache, LongSupplier clockMillis, Duration fileTime, BundleAccess others) {
        this.cache = cache;
        this.clockMillis = clockMillis;
        this.fileTime = fileTime;
        this.others = others;
    }

    /**
     * Returns where bundles are kept if nothing else is said: a directory below the temporary one.
     * Each user has one, because whoever makes it first owns it. What lies there is verified
     * whenever it is used.
     */
    public static Path defaultCache() {
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "duet-releases-" + System.getProperty("user.name"));
    }

    private static BundleFiles refuse(URI directory) throws ReleaseRefusedException {
        throw new ReleaseRefusedException(
                "cannot read bundles at "
                        + BundleFiles.shown(directory)
                        + ", only at addresses of file:, http: and https:");
    }

    /**
     * Returns the verified bundle of a release, from the cache or from where it was released.
     *
     * @throws ReleaseRefusedException if what lies there is not what was released
     * @throws IOException if it cannot be reached or kept now
     */
    public ModelBundle fetch(ModelRelease release) throws ReleaseRefusedException, IOException {
        String hash = release.getManifestSha256();
        Path place = cache.resolve(hash);
        if (Files.isDirectory(place)) {
            try {
                return used(place, hash);
            } catch (InvalidInputException e) {
                deleteRecursively(place); // altered since it was fetched
            }
        }
        BundleFiles files = BundleAddress.files(release.getBundleUri(), fileTime, others);
        Files.createDirectories(cache);
        Path fresh = Files.createDirectory(cache.resolve(".new-" + UUID.randomUUID()));
        try {
            download(files, hash, fresh);
            requireBundle(fresh);
            moveTo(place, fresh);
        } finally {
            deleteRecursively(fresh);
        }
        deleteOldest();
        return used(place, hash);
    }

    /**
     * Returns the manifest of the bundle at an address, as it stands there now; nothing is kept.
     *
     * @param bundleUri address of the bundle's directory
     * @throws ReleaseRefusedException if it is no such address, or the manifest is too large
     * @throws IOException if it cannot be reached now
     */
    public byte[] manifest(String bundleUri) throws ReleaseRefusedException, IOException {
        return manifest(BundleAddress.files(bundleUri, fileTime, others));
    }

    private ModelBundle used(Path place, String hash) throws IOException {
        Files.setLastModifiedTime(place, FileTime.fromMillis(clockMillis.getAsLong()));
        byte[] manifest = Files.readAllBytes(place.resolve(ModelBundle.MANIFEST));
        if (!hash.equals(sha256(manifest))) {
            throw new InvalidInputException("bundle " + place + " has another manifest");
        }
        return ModelBundle.open(place);
    }

    private static void download(BundleFiles files, String hash, Path target)
            throws ReleaseRefusedException, IOException {
        byte[] manifest = manifest(files);
        if (!sha256(manifest).equals(hash)) {
            throw new ReleaseRefusedException(
                    String.format(
                            Locale.ROOT,
                            "%s at %s has the SHA-256 %s, released was %s",
                            ModelBundle.MANIFEST,
                            files.place(),
                            sha256(manifest),
                            hash));
        }
        for (Map.Entry<String, String> file : listed(manifest).entrySet()) {
            String actual = copy(files, file.getKey(), target.resolve(file.getKey()));
            if (!actual.equals(file.getValue())) {
                throw new ReleaseRefusedException(
                        String.format(
                                Locale.ROOT,
                                "%s at %s has the SHA-256 %s, its manifest says %s",
                                file.getKey(),
                                files.place(),
                                actual,
                                file.getValue()));
            }
        }
        Files.write(target.resolve(ModelBundle.MANIFEST), manifest);
        Files.writeString(
                target.resolve(ModelBundle.MANIFEST_HASH),
                hash + "  " + ModelBundle.MANIFEST + "\n");
    }

    private static byte[] manifest(BundleFiles files) throws ReleaseRefusedException, IOException {
        ByteArrayOutputStream manifest = new ByteArrayOutputStream();
        copy(files, ModelBundle.MANIFEST, manifest, MAX_MANIFEST_BYTES);
        return manifest.toByteArray();
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
        if (!files.isObject() || files.size() > MAX_FILES) {
            throw new ReleaseRefusedException(
                    String.format(
                            Locale.ROOT,
                            "%s lists %d files, it must be 1 to %d",
                            ModelBundle.MANIFEST,
                            files.size(),
                            MAX_FILES));
        }
        Map<String, String> listed = new TreeMap<>();
        for (Map.Entry<String, JsonNode> file : files.properties()) {
            if (!file.getKey().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,100}")) {
                throw new ReleaseRefusedException(
                        ModelBundle.MANIFEST + " lists a file name that is none");
            }
            listed.put(file.getKey(), file.getValue().asText());
        }
        return listed;
    }

    /** Copies one file and returns its hash. */
    private static String copy(BundleFiles files, String name, Path target)
            throws ReleaseRefusedException, IOException {
        MessageDigest digest = newSha256();
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(target), digest)) {
            copy(files, name, out, MAX_FILE_BYTES);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void copy(BundleFiles files, String name, OutputStream target, long most)
            throws ReleaseRefusedException, IOException {
        try (InputStream in = files.open(name)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long size = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                size += read;
                if (size > most) {
                    throw new ReleaseRefusedException(
                            String.format(
                                    Locale.ROOT,
                                    "%s at %s has more than %,d bytes, the limit",
                                    name,
                                    files.place(),
                                    most));
                }
                target.write(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "cannot fetch %s from %s: %s",
                            name,
                            files.place(),
                            describe(e)),
                    e);
        }
    }

    private static String describe(IOException failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage();
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

    /**
     * Moves a bundle to its place, unless another process or thread was faster: its bundle is the
     * same.
     */
    private static void moveTo(Path place, Path fresh) throws IOException {
        try {
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(place)) {
                throw e;
            }
        }
    }

    private void deleteOldest() throws IOException {
        List<Path> oldestFirst;
        try (Stream<Path> bundles = Files.list(cache)) {
            oldestFirst =
                    bundles.filter(path -> path.getFileName().toString().matches("[0-9a-f]{64}"))
                            .sorted(Comparator.comparing(BundleFetcher::lastUsed))
                            .toList();
        }
        for (Path old : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - MAX_KEPT))) {
            deleteRecursively(old);
        }
    }

    private static FileTime lastUsed(Path bundle) {
        try {
            return Files.getLastModifiedTime(bundle);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // another process or thread deletes it
        }
    }

    private static void deleteRecursively(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(path)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        } catch (NoSuchFileException e) {
            // Another process or thread deletes the same.
            return;
        }
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
