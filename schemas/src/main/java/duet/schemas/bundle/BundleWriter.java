package duet.schemas.bundle;

import duet.schemas.InvalidInputException;
import duet.schemas.ModelVersions;
import duet.schemas.OneLine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a bundle so that a reader sees either the old one or the whole new one: everything goes to
 * a directory beside the target, and two renames put it into the old one's place. Between the two
 * there is no bundle for an instant; a failure at any time leaves the old one intact.
 */
public final class BundleWriter {
    private static final Set<String> OWN_FILES =
            Stream.concat(
                            ModelBundle.FILES.stream(),
                            Stream.of(
                                    ModelBundle.PROBE,
                                    ModelBundle.MANIFEST,
                                    ModelBundle.MANIFEST_HASH))
                    .collect(Collectors.toUnmodifiableSet());

    /** Sizes, figures, options and hashes take less than so many bytes of a manifest. */
    private static final int ROOM_BESIDE_ITEMS = 1 << 20;

    private BundleWriter() {}

    /**
     * Returns the identity of a model: {@code backbone-} and the first 12 hexadecimal digits of a
     * SHA-256 over both weight files and the vocabulary. Weights mean nothing without the items
     * whose rows they are, so two models that map items differently never share a version.
     */
    public static String modelVersion(
            String backbone, byte[] deviceWeights, byte[] generatorWeights, Vocabulary vocabulary) {
        var digest = ModelBundle.newSha256();
        digest.update(deviceWeights);
        digest.update(generatorWeights);
        return modelVersion(backbone, digest, vocabulary);
    }

    /**
     * Returns the identity of a model.
     *
     * @param digest SHA-256 of the weights of the device and then those of the generator
     */
    static String modelVersion(String backbone, MessageDigest digest, Vocabulary vocabulary) {
        vocabulary.digestInto(digest);
        return backbone + "-" + HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    }

    /**
     * Fails early, before hours of training, where {@link #write} would refuse the target.
     *
     * @throws InvalidInputException if the target is a file, or a directory that holds anything but
     *     a bundle's files, or cannot be created
     */
    public static void checkTarget(Path target) {
        try {
            if (Files.exists(target) && !Files.isDirectory(target)) {
                throw new InvalidInputException(target + " is a file, a bundle is a directory");
            }
            if (Files.isDirectory(target)) {
                requireBundleOrEmpty(target);
            }
            Path ancestor = target.toAbsolutePath().normalize().getParent();
            while (ancestor != null && !Files.exists(ancestor)) {
                ancestor = ancestor.getParent();
            }
            if (ancestor == null || !Files.isDirectory(ancestor) || !Files.isWritable(ancestor)) {
                throw new InvalidInputException(target + " cannot be created in " + ancestor);
            }
        } catch (IOException e) {
            throw new InvalidInputException(target + " cannot be read", e);
        }
    }

    /**
     * Fails early, before hours of training, where {@link #write} would refuse the vocabulary.
     *
     * @throws InvalidInputException if a manifest with these items would have more than {@link
     *     ModelBundle#MAX_MANIFEST_BYTES}
     */
    public static void checkVocabulary(Vocabulary vocabulary) {
        checkManifest(
                manifestBytes(ManifestItems.of(vocabulary)) + ROOM_BESIDE_ITEMS, vocabulary.size());
    }

    private static void checkManifest(long bytes, int items) {
        checkManifest(bytes, items, ModelBundle.MAX_MANIFEST_BYTES);
    }

    static void checkManifest(long bytes, int items, int most) {
        if (bytes > most) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the manifest of a model of %,d items would have %,d bytes, the limit"
                                    + " is %,d: ids of items must be shorter, or items fewer",
                            items,
                            bytes,
                            most));
        }
    }

    /** Returns how many bytes something takes in a manifest; none of them is kept. */
    private static long manifestBytes(Object part) {
        CountingStream counted = new CountingStream();
        try {
            BundleJson.mapper().writeValue(counted, part);
        } catch (IOException e) {
            throw new UncheckedIOException("items have no JSON", e);
        }
        return counted.bytes;
    }

    private static final class CountingStream extends OutputStream {
        private long bytes;

        @Override
        public void write(int one) {
            bytes++;
        }

        @Override
        public void write(byte[] content, int from, int length) {
            bytes += length;
        }
    }

    /**
     * Writes the files with their manifest, replacing an older bundle.
     *
     * @param files content by file name: every file that a bundle must have, and no others
     * @param probe what the model must show before it is served; empty for a bundle without
     * @throws InvalidInputException if the probe is not one of this model, the target is no bundle,
     *     or there are too many items with ids that are too long, see {@link #checkVocabulary}
     */
    public static ModelBundle write(
            Path target,
            String backbone,
            Dimensions dimensions,
            Vocabulary vocabulary,
            SortedMap<String, Object> metrics,
            SortedMap<String, Object> trainingOptions,
            Map<String, byte[]> files,
            Optional<QualityProbe> probe) {
        checkTarget(target);
        probe.ifPresent(given -> given.requireFits(dimensions, vocabulary));
        if (!files.keySet().equals(ModelBundle.FILES)) {
            throw new IllegalArgumentException(
                    "a bundle has the files " + ModelBundle.FILES + ", not " + files.keySet());
        }
        ManifestItems items = ManifestItems.of(vocabulary);
        String version =
                modelVersion(
                        backbone,
                        files.get(ModelBundle.DEVICE_WEIGHTS),
                        files.get(ModelBundle.GENERATOR_WEIGHTS),
                        vocabulary);
        if (!ModelVersions.isValid(version)) {
            throw new IllegalArgumentException(
                    "a bundle of the version '" + OneLine.of(version) + "', " + ModelVersions.RULE);
        }
        try {
            Path place =
                    Files.exists(target)
                            ? target.toRealPath()
                            : target.toAbsolutePath().normalize();
            Files.createDirectories(place.getParent());
            // Not createTempDirectory: nobody else could read that one.
            Path fresh = Files.createDirectory(besides(place, "new"));
            try {
                SortedMap<String, String> hashes = new TreeMap<>();
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    hashes.put(file.getKey(), write(fresh, file.getKey(), file.getValue()));
                }
                if (probe.isPresent()) {
                    hashes.put(
                            ModelBundle.PROBE,
                            write(fresh, ModelBundle.PROBE, probe.get().encode()));
                }
                Manifest manifest =
                        new Manifest(
                                Manifest.FORMAT_VERSION,
                                version,
                                backbone,
                                dimensions,
                                metrics,
                                trainingOptions,
                                items,
                                hashes);
                byte[] json = BundleJson.mapper().writeValueAsBytes(manifest);
                checkManifest(json.length, vocabulary.size());
                Files.write(fresh.resolve(ModelBundle.MANIFEST), json);
                Files.writeString(
                        fresh.resolve(ModelBundle.MANIFEST_HASH),
                        ModelBundle.manifestHashLine(json));
                replace(place, fresh);
            } finally {
                deleteRecursively(fresh);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write bundle " + target, e);
        }
        return ModelBundle.open(target);
    }

    /** Writes one file and returns its hash. */
    private static String write(Path directory, String name, byte[] content) throws IOException {
        Path path = directory.resolve(name);
        Files.write(path, content);
        return HexFormat.of().formatHex(ModelBundle.newSha256().digest(content));
    }

    /** Moves {@code fresh} to {@code place}; where that fails, what was there stays there. */
    static void replace(Path place, Path fresh) throws IOException {
        if (!Files.exists(place)) {
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Path old = besides(place, "old");
        Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        deleteRecursively(old);
    }

    private static Path besides(Path place, String what) {
        return place.resolveSibling(
                String.format(
                        Locale.ROOT, ".%s.%s-%s", place.getFileName(), what, UUID.randomUUID()));
    }

    private static void requireBundleOrEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            Optional<String> other =
                    entries.map(entry -> entry.getFileName().toString())
                            .filter(name -> !OWN_FILES.contains(name))
                            .sorted()
                            .findFirst();
            if (other.isPresent()) {
                throw new InvalidInputException(
                        directory + " holds something other than a bundle: " + other.get());
            }
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
