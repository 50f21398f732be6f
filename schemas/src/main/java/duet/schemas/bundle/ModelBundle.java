package duet.schemas.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * A trained model on disk: {@code manifest.json}, weights as safetensors and two ONNX files. Opening one checks the
 * format version and the hash of every file; nothing of an altered bundle is used.
 */
public final class ModelBundle {
    public static final String MANIFEST = "manifest.json";

    /** Static layers and global classifier: all that a device needs. */
    public static final String DEVICE_WEIGHTS = "device.safetensors";

    /** Weights of the parameter generator. */
    public static final String GENERATOR_WEIGHTS = "generator.safetensors";

    /** Window to distribution embedding and deltas of all dynamic layers. */
    public static final String GENERATOR_ONNX = "generator.onnx";

    /** Window, dynamic layers and candidates to scores. */
    public static final String DEVICE_ONNX = "device.onnx";

    static final Set<String> FILES =
            Set.of(DEVICE_WEIGHTS, GENERATOR_WEIGHTS, GENERATOR_ONNX, DEVICE_ONNX);

    private static final long MAX_MANIFEST_BYTES = 512L << 20;

    private final Path directory;
    private final Manifest manifest;
    private final Vocabulary vocabulary;

    private ModelBundle(Path directory, Manifest manifest) {
        this.directory = directory;
        this.manifest = manifest;
        this.vocabulary = Vocabulary.of(manifest.vocabulary());
    }

    /**
     * Opens and verifies a bundle.
     *
     * @throws InvalidInputException naming the file and what is wrong: missing, altered, of a later format, inconsistent
     */
    public static ModelBundle open(Path directory) {
        Path file = directory.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(
                    "%s is not a bundle: it has no %s".formatted(directory, MANIFEST));
        }
        Manifest manifest = readManifest(file);
        for (String name : FILES) {
            if (!manifest.files().containsKey(name)) {
                throw new InvalidInputException("%s does not list %s".formatted(file, name));
            }
        }
        for (Map.Entry<String, String> entry : manifest.files().entrySet()) {
            if (!entry.getKey().matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
                throw new InvalidInputException(
                        "%s lists the file name '%s'".formatted(file, entry.getKey()));
            }
            verify(directory.resolve(entry.getKey()), entry.getValue());
        }
        if (manifest.vocabulary().length != manifest.dimensions().items()) {
            throw new InvalidInputException(
                    "%s lists %,d items and gives their number as %,d"
                            .formatted(
                                    file,
                                    manifest.vocabulary().length,
                                    manifest.dimensions().items()));
        }
        try {
            return new ModelBundle(directory, manifest);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    public Path directory() {
        return directory;
    }

    public Manifest manifest() {
        return manifest;
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

    /** Path of one of the bundle's files. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    /** Tensors of a safetensors file of the bundle, by name. */
    public Map<String, Tensor> tensors(String name) {
        return Safetensors.read(file(name));
    }

    /** A tensor of the expected shape out of {@code tensors}, or a clear error that names both. */
    public static Tensor require(Map<String, Tensor> tensors, String name, int... shape) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new InvalidInputException("the bundle has no tensor %s".formatted(name));
        }
        if (!tensor.hasShape(shape)) {
            throw new InvalidInputException(
                    "the bundle's %s is %s, its dimensions need %s"
                            .formatted(name, tensor, java.util.Arrays.toString(shape)));
        }
        return tensor;
    }

    private static Manifest readManifest(Path file) {
        ObjectMapper json = BundleJson.mapper();
        try {
            if (Files.size(file) > MAX_MANIFEST_BYTES) {
                throw new InvalidInputException(
                        "%s has %,d bytes".formatted(file, Files.size(file)));
            }
            JsonNode tree = json.readTree(file.toFile());
            JsonNode version = tree.path("formatVersion");
            if (!version.isInt()) {
                throw new InvalidInputException("%s has no formatVersion".formatted(file));
            }
            if (version.asInt() > Manifest.FORMAT_VERSION) {
                throw new InvalidInputException(
                        "%s has the bundle format %d, this version of Duet reads up to %d"
                                .formatted(file, version.asInt(), Manifest.FORMAT_VERSION));
            }
            Manifest manifest = json.treeToValue(tree, Manifest.class);
            if (manifest.modelVersion() == null
                    || manifest.backbone() == null
                    || manifest.dimensions() == null
                    || manifest.vocabulary() == null
                    || manifest.files() == null) {
                throw new InvalidInputException("%s is incomplete".formatted(file));
            }
            return manifest;
        } catch (IOException e) {
            String cause =
                    e.getCause() instanceof InvalidInputException
                            ? e.getCause().getMessage()
                            : "not a manifest";
            throw new InvalidInputException("%s: %s".formatted(file, cause), e);
        }
    }

    private static void verify(Path file, String expected) {
        String actual;
        try {
            actual = sha256(file);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("bundle file %s is missing".formatted(file), e);
        } catch (IOException e) {
            throw new InvalidInputException("bundle file %s cannot be read".formatted(file), e);
        }
        if (!actual.equals(expected)) {
            throw new InvalidInputException(
                    "bundle file %s is altered: its SHA-256 is %s, the manifest has %s"
                            .formatted(file, actual, expected));
        }
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest = newSha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
