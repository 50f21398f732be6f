package duet.schemas.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.schemas.InvalidInputException;
import duet.schemas.ModelVersions;
import duet.schemas.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A model bundle is a trained model on disk: {@code manifest.json} with its hash beside it, weights
 * as safetensors and two ONNX files. Opening one checks the format version and the hash of every
 * file; nothing of an altered bundle is used.
 */
public final class ModelBundle {
    public static final String MANIFEST = "manifest.json";

    /**
     * The file holds the hash of the manifest in the format of {@code sha256sum}; the manifest
     * holds the hash of every other file.
     */
    public static final String MANIFEST_HASH = "manifest.json.sha256";

    /**
     * The file holds the static layers and the global classifier, which are all that a device
     * needs.
     */
    public static final String DEVICE_WEIGHTS = "device.safetensors";

    /** The file holds the weights of the parameter generator. */
    public static final String GENERATOR_WEIGHTS = "generator.safetensors";

    /**
     * The network in this file takes a window to the distribution embedding and the deltas of all
     * dynamic layers.
     */
    public static final String GENERATOR_ONNX = "generator.onnx";

    /** The network in this file takes a window, dynamic layers and candidates to scores. */
    public static final String DEVICE_ONNX = "device.onnx";

    /** The file holds users to rank for before the bundle is served; a bundle may go without it. */
    public static final String PROBE = "probe.json";

    /** These are the files that every manifest lists, in the order in which they are checked. */
    static final SortedSet<String> FILES =
            Collections.unmodifiableSortedSet(
                    new TreeSet<>(
                            List.of(
                                    DEVICE_WEIGHTS,
                                    GENERATOR_WEIGHTS,
                                    GENERATOR_ONNX,
                                    DEVICE_ONNX)));

    /** No manifest has more bytes, wherever it is written, fetched or read. */
    public static final int MAX_MANIFEST_BYTES = 64 << 20;

    private static final int MAX_HASH_BYTES = 1024;
    private static final int MAX_WEIGHTS_BYTES = 1 << 30;
    private static final long MAX_FILE_BYTES = 2L << 30;

    private static final ObjectMapper JSON = BundleJson.mapper();

    private final Path directory;
    private final Manifest manifest;
    private final String manifestSha256;
    private final Vocabulary vocabulary;

    /** Holds a manifest as it was read, its items, and the SHA-256 of what was read. */
    private record HashedManifest(Manifest manifest, Vocabulary vocabulary, String sha256) {}

    private ModelBundle(Path directory, HashedManifest hashed) {
        this.directory = directory;
        this.manifest = hashed.manifest;
        this.manifestSha256 = hashed.sha256;
        this.vocabulary = hashed.vocabulary;
    }

    /**
     * Opens and verifies a bundle.
     *
     * @throws InvalidInputException naming the file and what is wrong: missing, altered, of a later
     *     format, inconsistent
     */
    public static ModelBundle open(Path directory) {
        Path file = directory.resolve(MANIFEST);
        if (!Files.exists(directory)) {
            throw new InvalidInputException("bundle " + directory + " does not exist");
        }
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(directory + " is not a bundle: it has no " + MANIFEST);
        }
        HashedManifest hashed = readManifest(file);
        Manifest manifest = hashed.manifest;
        for (String name : FILES) {
            if (!manifest.files().containsKey(name)) {
                throw new InvalidInputException(file + " does not list " + name);
            }
        }
        for (Map.Entry<String, String> entry : manifest.files().entrySet()) {
            if (!mayList(entry.getKey())) {
                throw new InvalidInputException(
                        file
                                + " lists '"
                                + OneLine.of(entry.getKey())
                                + "', which is no file of a bundle");
            }
        }
        MessageDigest weights = newSha256();
        OutputStream nowhere = OutputStream.nullOutputStream();
        for (Map.Entry<String, String> entry : manifest.files().entrySet()) {
            boolean versioned =
                    entry.getKey().equals(DEVICE_WEIGHTS)
                            || entry.getKey().equals(GENERATOR_WEIGHTS);
            verify(
                    directory.resolve(entry.getKey()),
                    entry.getValue(),
                    versioned ? new DigestOutputStream(nowhere, weights) : nowhere);
        }
        if (manifest.formatVersion() >= Manifest.WITH_ITEM_IDS) {
            requireVersion(file, manifest, weights, hashed.vocabulary);
        }
        return new ModelBundle(directory, hashed);
    }

    /**
     * Refuses a version that another model has: devices and the job know models by it.
     *
     * @param weights digest of the two weight files, in the order of their names
     */
    private static void requireVersion(
            Path file, Manifest manifest, MessageDigest weights, Vocabulary vocabulary) {
        String version = BundleWriter.modelVersion(manifest.backbone(), weights, vocabulary);
        if (!version.equals(manifest.modelVersion())) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has the modelVersion '%s', by its weights and vocabulary it is"
                                    + " '%s'",
                            file,
                            manifest.modelVersion(),
                            OneLine.of(version, ModelVersions.MOST_CHARACTERS)));
        }
    }

    private static Vocabulary vocabulary(Path file, Manifest manifest) {
        long[] vocabulary = manifest.vocabulary();
        for (int i = 1; i < vocabulary.length; i++) {
            if (vocabulary[i] <= vocabulary[i - 1]) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s lists the item id %d after %d, they must ascend",
                                file,
                                vocabulary[i],
                                vocabulary[i - 1]));
            }
        }
        if (vocabulary.length != manifest.dimensions().items()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s lists %,d items and gives their number as %,d",
                            file,
                            vocabulary.length,
                            manifest.dimensions().items()));
        }
        try {
            return Vocabulary.of(vocabulary, manifest.items().names());
        } catch (IllegalArgumentException | InvalidInputException e) {
            throw new InvalidInputException(file + ": " + e.getMessage(), e);
        }
    }

    /** Returns whether a manifest may list a file of this name: those of every bundle, a probe. */
    public static boolean mayList(String name) {
        return FILES.contains(name) || PROBE.equals(name);
    }

    public Path directory() {
        return directory;
    }

    public Manifest manifest() {
        return manifest;
    }

    /**
     * Returns the SHA-256 of the manifest in hexadecimal: with the hashes that stand in it, the
     * identity of the whole bundle.
     */
    public String manifestSha256() {
        return manifestSha256;
    }

    public String modelVersion() {
        return manifest.modelVersion();
    }

    public Dimensions dimensions() {
        return manifest.dimensions();
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * Returns what the model must show before it is served, or empty where the bundle does not say.
     *
     * @throws InvalidInputException naming the place in {@link #PROBE} that is wrong
     */
    public Optional<QualityProbe> probe() {
        return manifest.files().containsKey(PROBE)
                ? Optional.of(
                        QualityProbe.decode(
                                content(PROBE, QualityProbe.MAX_BYTES), dimensions(), vocabulary))
                : Optional.empty();
    }

    /** Returns the path of one of the bundle's files. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    /**
     * Returns the tensors of a safetensors file of the bundle that holds float32 alone, by name.
     *
     * @throws InvalidInputException naming the file and what is wrong with it; it may have been
     *     altered since the bundle was opened
     */
    public Map<String, Tensor> tensors(String name) {
        return Safetensors.decode(content(name, MAX_WEIGHTS_BYTES), file(name).toString());
    }

    /**
     * Returns the tensors of a safetensors file of the bundle as they are stored, by name; see
     * {@link #tensors}. Before format 3 all are float32.
     */
    public Map<String, StoredTensor> storedTensors(String name) {
        if (manifest.formatVersion() < Manifest.WITH_PACKED_TABLES) {
            return Collections.unmodifiableMap(tensors(name));
        }
        return Safetensors.decodeStored(content(name, MAX_WEIGHTS_BYTES), file(name).toString());
    }

    /** Reads a file: the very bytes that are used are those that the manifest's hash is of. */
    private byte[] content(String name, int mostBytes) {
        Path file = file(name);
        byte[] content = read(file, mostBytes);
        requireHash(file, manifest.files().get(name), newSha256().digest(content));
        return content;
    }

    /** Reads a regular file that has at most so many bytes; any other may never end, or block. */
    private static byte[] read(Path file, int mostBytes) {
        try {
            requireRegular(file);
            // Said before so much is read.
            requireSize(file, Files.size(file), mostBytes);
            byte[] content;
            try (InputStream in = Files.newInputStream(file)) {
                content = in.readNBytes(mostBytes + 1);
            }
            requireSize(file, content.length, mostBytes);
            return content;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void requireRegular(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new InvalidInputException("bundle file " + file + " is no regular file");
        }
    }

    /**
     * Returns a tensor of the expected shape out of {@code tensors}, or fails with an error that
     * names both.
     */
    public static Tensor require(
            Map<String, ? extends StoredTensor> tensors, String name, int... shape) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new InvalidInputException("the bundle has no tensor " + name);
        }
        if (!(tensor instanceof Tensor values) || !tensor.hasShape(shape)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the bundle's %s is %s, its dimensions need %s",
                            name,
                            tensor,
                            Arrays.toString(shape)));
        }
        return values;
    }

    private static HashedManifest readManifest(Path file) {
        try {
            byte[] content = read(file, MAX_MANIFEST_BYTES);
            JsonNode tree = JSON.readTree(content);
            JsonNode version = tree.path("formatVersion");
            if (!version.isInt()) {
                throw new InvalidInputException(file + " has no formatVersion");
            }
            if (version.asInt() < 1 || version.asInt() > Manifest.FORMAT_VERSION) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s has the bundle format %d, this version of Duet reads up to %d",
                                file,
                                version.asInt(),
                                Manifest.FORMAT_VERSION));
            }
            verifyManifest(file, content);
            Manifest manifest = JSON.treeToValue(tree, Manifest.class);
            if (manifest.modelVersion() == null
                    || manifest.backbone() == null
                    || manifest.dimensions() == null
                    || manifest.items() == null
                    || manifest.vocabulary() == null
                    || manifest.items().itemIds() == null
                            && manifest.formatVersion() >= Manifest.WITH_ITEM_IDS
                    || manifest.metrics() == null
                    || manifest.trainingOptions() == null
                    || manifest.files() == null) {
                throw new InvalidInputException(file + " is incomplete");
            }
            if (!ModelVersions.isValid(manifest.modelVersion())) {
                throw new InvalidInputException(
                        file
                                + " has the modelVersion '"
                                + OneLine.of(manifest.modelVersion(), ModelVersions.MOST_CHARACTERS)
                                + "', "
                                + ModelVersions.RULE);
            }
            requireKnownKeys(file, tree, manifest);
            Vocabulary vocabulary = vocabulary(file, manifest);
            requireAsWritten(file, tree, manifest);
            return new HashedManifest(
                    manifest, vocabulary, HexFormat.of().formatHex(newSha256().digest(content)));
        } catch (IOException e) {
            String cause =
                    e.getCause() instanceof InvalidInputException
                            ? e.getCause().getMessage()
                            : "not a manifest";
            throw new InvalidInputException(file + ": " + cause, e);
        }
    }

    /** Refuses unknown keys, which records whose JSON stands on one level would let pass. */
    private static void requireKnownKeys(Path file, JsonNode written, Manifest read) {
        boolean old = read.formatVersion() < Manifest.WITH_ITEM_IDS;
        for (Iterator<String> keys = written.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if (!Manifest.KEYS.contains(key) || old && key.equals("itemIds")) {
                throw new InvalidInputException(
                        file + ": not a manifest, it has '" + OneLine.of(key, 40) + "'");
            }
        }
        JsonNode known = JSON.valueToTree(read.dimensions());
        for (Iterator<String> sizes = written.get("dimensions").fieldNames(); sizes.hasNext(); ) {
            String size = sizes.next();
            if (!known.has(size)) {
                throw new InvalidInputException(
                        file
                                + ": not a manifest, its dimensions have '"
                                + OneLine.of(size, 40)
                                + "'");
            }
        }
    }

    /**
     * Refuses what {@link BundleWriter} would not have written for what was read: other readers
     * would take 1.7, "1" or null for something else.
     */
    private static void requireAsWritten(Path file, JsonNode written, Manifest read) {
        BundleJson.difference(
                        written,
                        JSON.valueToTree(read),
                        read.formatVersion() < Manifest.WITH_ITEM_IDS)
                .ifPresent(
                        place -> {
                            throw new InvalidInputException(
                                    file
                                            + ": not a manifest, "
                                            + OneLine.of(place, 80)
                                            + " is not what Duet writes there");
                        });
    }

    /** Returns the line of {@link #MANIFEST_HASH} for a manifest of that content. */
    static String manifestHashLine(byte[] manifest) {
        return HexFormat.of().formatHex(newSha256().digest(manifest)) + "  " + MANIFEST + "\n";
    }

    private static void verifyManifest(Path manifest, byte[] content) {
        Path hash = manifest.resolveSibling(MANIFEST_HASH);
        if (!Arrays.equals(
                read(hash, MAX_HASH_BYTES),
                manifestHashLine(content).getBytes(StandardCharsets.UTF_8))) {
            throw new InvalidInputException(
                    "bundle file "
                            + manifest
                            + " is altered: its SHA-256 is not the one in "
                            + MANIFEST_HASH);
        }
    }

    private static InvalidInputException unreadable(Path file, IOException e) {
        return new InvalidInputException(
                String.format(
                        Locale.ROOT,
                        "bundle file %s %s",
                        file,
                        e instanceof NoSuchFileException ? "is missing" : "cannot be read"),
                e);
    }

    /** Compares the hash of a file, and copies what was read. */
    private static void verify(Path file, String expected, OutputStream copy) {
        byte[] hash;
        try {
            requireRegular(file);
            requireSize(file, Files.size(file), MAX_FILE_BYTES);
            hash = sha256(file, copy);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        requireHash(file, expected, hash);
    }

    private static void requireSize(Path file, long bytes, long most) {
        if (bytes > most) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "bundle file %s has more than %,d bytes, the limit",
                            file,
                            most));
        }
    }

    private static void requireHash(Path file, String expected, byte[] hash) {
        String actual = HexFormat.of().formatHex(hash);
        if (!actual.equals(expected)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "bundle file %s is altered: its SHA-256 is %s, the manifest has %s",
                            file,
                            actual,
                            expected));
        }
    }

    private static byte[] sha256(Path file, OutputStream copy) throws IOException {
        MessageDigest digest = newSha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(copy);
        }
        return digest.digest();
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
