package duet.schemas.bundle;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes a bundle so that a reader sees either the old one or the whole new one: everything goes to a directory beside
 * the target, which is then moved into its place.
 */
public final class BundleWriter {
    private BundleWriter() {}

    /** Identity of weights: {@code backbone-} and the first 12 hexadecimal digits of a SHA-256 over both weight files. */
    public static String modelVersion(
            String backbone, byte[] deviceWeights, byte[] generatorWeights) {
        var digest = ModelBundle.newSha256();
        digest.update(deviceWeights);
        digest.update(generatorWeights);
        return backbone + "-" + HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    }

    /**
     * Fails early, before hours of training, where {@link #write} would refuse the target.
     *
     * @throws InvalidInputException if the target is a file, or a directory that holds something other than a bundle
     */
    public static void checkTarget(Path target) {
        try {
            if (Files.exists(target) && !Files.isDirectory(target)) {
                throw new InvalidInputException(
                        "%s is a file, a bundle is a directory".formatted(target));
            }
            if (Files.isDirectory(target)
                    && !Files.exists(target.resolve(ModelBundle.MANIFEST))
                    && !isEmpty(target)) {
                throw new InvalidInputException(
                        "%s holds something other than a bundle".formatted(target));
            }
        } catch (IOException e) {
            throw new InvalidInputException("%s cannot be read".formatted(target), e);
        }
    }

    /**
     * Writes the files with their manifest, replacing an older bundle.
     *
     * @param files content by file name; must hold every file of a bundle
     */
    public static ModelBundle write(
            Path target,
            String backbone,
            Dimensions dimensions,
            Vocabulary vocabulary,
            SortedMap<String, Object> metrics,
            SortedMap<String, Object> trainingOptions,
            Map<String, byte[]> files) {
        checkTarget(target);
        if (!files.keySet().equals(ModelBundle.FILES)) {
            throw new IllegalArgumentException(
                    "a bundle has the files %s, not %s"
                            .formatted(ModelBundle.FILES, files.keySet()));
        }
        Path absolute = target.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute.getParent());
            Path fresh =
                    Files.createTempDirectory(absolute.getParent(), "." + absolute.getFileName());
            try {
                SortedMap<String, String> hashes = new TreeMap<>();
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    Path path = fresh.resolve(file.getKey());
                    Files.write(path, file.getValue());
                    hashes.put(file.getKey(), ModelBundle.sha256(path));
                }
                Manifest manifest =
                        new Manifest(
                                Manifest.FORMAT_VERSION,
                                modelVersion(
                                        backbone,
                                        files.get(ModelBundle.DEVICE_WEIGHTS),
                                        files.get(ModelBundle.GENERATOR_WEIGHTS)),
                                backbone,
                                dimensions,
                                metrics,
                                trainingOptions,
                                vocabulary.ids(),
                                hashes);
                BundleJson.mapper()
                        .writeValue(fresh.resolve(ModelBundle.MANIFEST).toFile(), manifest);
                deleteRecursively(absolute);
                Files.move(fresh, absolute, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                deleteRecursively(fresh);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write bundle " + target, e);
        }
        return ModelBundle.open(target);
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void deleteRecursively(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(path)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
