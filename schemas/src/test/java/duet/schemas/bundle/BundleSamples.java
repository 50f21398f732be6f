package duet.schemas.bundle;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A bundle of dummy files around a valid manifest. */
final class BundleSamples {
    static final Dimensions DIMENSIONS =
            new Dimensions(
                    3,
                    4,
                    5,
                    new DeviceSizes(2, 1, 1, 2),
                    2,
                    GeneratorSizes.recurrent(2, 2, 2, 2, 1));

    private BundleSamples() {}

    static Map<String, byte[]> files(String content) {
        Map<String, byte[]> files = new HashMap<>();
        for (String name : ModelBundle.FILES) {
            files.put(name, (name + content).getBytes(StandardCharsets.UTF_8));
        }
        files.put(
                ModelBundle.DEVICE_WEIGHTS,
                Safetensors.encode(
                        Map.of(
                                "item.bias",
                                Tensor.of(new float[] {content.length(), 2, 3, 4}, 4))));
        return files;
    }

    /** Returns the vocabulary of a log with these item ids, all of which are hashed. */
    static Vocabulary hashed(String... ids) {
        ItemNames names = ItemNames.of(ItemIds.HASH, List.of(ids));
        return Vocabulary.of(Stream.of(ids).mapToLong(ItemIds::hash).toArray(), names);
    }

    /** Writes a bundle of {@link #hashed} items, as many as {@link #DIMENSIONS} say. */
    static ModelBundle writeHashed(Path target, String... ids) {
        return BundleWriter.write(
                target,
                "sasrec",
                DIMENSIONS,
                hashed(ids),
                new TreeMap<>(),
                new TreeMap<>(),
                files(""),
                Optional.empty());
    }

    static ModelBundle write(Path target, String content) {
        return write(target, content, Optional.empty());
    }

    static ModelBundle write(Path target, String content, Optional<QualityProbe> probe) {
        return BundleWriter.write(
                target,
                "sasrec",
                DIMENSIONS,
                Vocabulary.of(new long[] {30, 10, 20}),
                new TreeMap<>(Map.of("userAuc", 0.9, "epochs", 3)),
                new TreeMap<>(Map.of("seed", 7, "joint", false)),
                files(content),
                probe);
    }
}
