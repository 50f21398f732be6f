package duet.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.model.bundle.BundleExport;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ItemIds;
import duet.schemas.bundle.ItemNames;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/** The smallest bundle that has everything, of random weights, and bundles of its foreign files. */
final class SmallBundle {
    /** These are its items. */
    static final long[] ITEMS = {3, 5, 8, 13, 21};

    static final Dimensions DIMENSIONS =
            new Dimensions(
                    ITEMS.length,
                    3,
                    4,
                    new DeviceSizes(4, 1, 2, 4),
                    1,
                    new GeneratorSizes(4, 2, 4, 3, 2, List.of(0.5), 1, 1));

    private static final ObjectMapper JSON = new ObjectMapper();

    private SmallBundle() {}

    /** Writes the bundle into a directory of that name. */
    static ModelBundle in(String name) {
        return BundleExport.untrained(
                Scratch.directory().resolve(name), DIMENSIONS, Vocabulary.of(ITEMS), 1);
    }

    /** Returns a function that makes its bytes the file of that name in a bundle of its own. */
    static Function<byte[], Path> with(String file) {
        ModelBundle bundle = in("bundle-with-" + file);
        Path directory = bundle.directory();
        return content -> {
            try {
                ObjectNode manifest =
                        (ObjectNode)
                                JSON.readTree(directory.resolve(ModelBundle.MANIFEST).toFile());
                Files.write(directory.resolve(file), content);
                ((ObjectNode) manifest.get("files")).put(file, sha256(content));
                manifest.put(
                        "modelVersion",
                        BundleWriter.modelVersion(
                                bundle.manifest().backbone(),
                                Files.readAllBytes(bundle.file(ModelBundle.DEVICE_WEIGHTS)),
                                Files.readAllBytes(bundle.file(ModelBundle.GENERATOR_WEIGHTS)),
                                bundle.vocabulary()));
                return withManifest(directory, JSON.writeValueAsBytes(manifest));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /**
     * Returns a function that makes its bytes the manifest of a bundle whose other files all have
     * no content.
     */
    static Function<byte[], Path> withManifest() {
        Path directory = Scratch.directory("bundle-with-manifest");
        try {
            for (String file : files()) {
                Files.write(directory.resolve(file), new byte[0]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return content -> withManifest(directory, content);
    }

    /** Returns manifests for {@link #withManifest()}: of items with numbers and other ids. */
    static List<byte[]> manifests() {
        List<String> ids =
                List.of("sku-1", "007", "7", "K\u00e4se", "https://shop.example/p?id=42");
        Vocabulary hashed =
                Vocabulary.of(
                        ids.stream().mapToLong(ItemIds::hash).toArray(),
                        ItemNames.of(ItemIds.HASH, ids));
        return List.of(manifest(Vocabulary.of(ITEMS)), manifest(hashed));
    }

    private static byte[] manifest(Vocabulary vocabulary) {
        try {
            ModelBundle bundle =
                    BundleExport.untrained(
                            Scratch.directory().resolve("bundle"), DIMENSIONS, vocabulary, 1);
            ObjectNode manifest =
                    (ObjectNode) JSON.readTree(bundle.file(ModelBundle.MANIFEST).toFile());
            for (String file : files()) {
                ((ObjectNode) manifest.get("files")).put(file, sha256(new byte[0]));
            }
            ((ObjectNode) manifest.get("metrics")).put("userAuc", 0.75);
            manifest.put(
                    "modelVersion",
                    BundleWriter.modelVersion(
                            bundle.manifest().backbone(), new byte[0], new byte[0], vocabulary));
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> files() {
        return List.of(
                ModelBundle.DEVICE_WEIGHTS,
                ModelBundle.GENERATOR_WEIGHTS,
                ModelBundle.GENERATOR_ONNX,
                ModelBundle.DEVICE_ONNX);
    }

    private static Path withManifest(Path directory, byte[] content) {
        try {
            Files.write(directory.resolve(ModelBundle.MANIFEST), content);
            Files.writeString(
                    directory.resolve(ModelBundle.MANIFEST_HASH),
                    sha256(content) + "  " + ModelBundle.MANIFEST + "\n",
                    StandardCharsets.UTF_8);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
