package duet.device;

import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ItemIds;
import duet.schemas.bundle.ItemNames;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QuantizedTable;
import duet.schemas.bundle.Safetensors;
import duet.schemas.bundle.StoredTensor;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A model of random weights as a bundle on disk; the files that devices do not read are dummies.
 * The item of index i has the raw id 10 i + 3.
 */
record RandomModel(
        String backbone,
        Dimensions dimensions,
        Vocabulary vocabulary,
        Map<String, Tensor> tensors) {
    static final String DEVICE = "d-42";

    static RandomModel of(Dimensions dimensions, long seed) {
        return of("sasrec", dimensions, seed);
    }

    static RandomModel of(String backbone, Dimensions dimensions, long seed) {
        Random random = new Random(seed);
        int d = dimensions.width();
        int f = dimensions.feedForward();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Tensor items = normal(random, 0, 1 / Math.sqrt(d), dimensions.items() + 1, d);
        java.util.Arrays.fill(items.values(), 0, d, 0);
        tensors.put("item.embedding", items);
        Tensor itemBias = normal(random, 0, 0.5, dimensions.items() + 1);
        itemBias.values()[0] = 0;
        tensors.put("item.bias", itemBias);
        switch (backbone) {
            case "sasrec" -> putSasRec(tensors, random, dimensions);
            case "gru4rec" -> {
                putLinear(tensors, random, "gru.input", d, 3 * d);
                putLinear(tensors, random, "gru.recurrent", d, 3 * d);
            }
            case "din" -> putDin(tensors, random, dimensions);
            case "perceptron" -> {
                putLinear(tensors, random, "perceptron.1", dimensions.inputs(), f);
                putLinear(tensors, random, "perceptron.2", f, d);
            }
            default -> throw new IllegalArgumentException(backbone);
        }
        putNorm(tensors, random, "norm", d);
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            tensors.put(Dimensions.layerName(n), normal(random, 0, 1 / Math.sqrt(d), d + 1, d));
        }
        int scales = dimensions.deviceMemoryDecays().size();
        if (scales > 0) {
            putLinear(tensors, random, "memory", scales * d, d);
        }
        return new RandomModel(
                backbone,
                dimensions,
                Vocabulary.of(
                        LongStream.rangeClosed(1, dimensions.items())
                                .map(RandomModel::rawId)
                                .toArray()),
                tensors);
    }

    private static void putSasRec(
            Map<String, Tensor> tensors, Random random, Dimensions dimensions) {
        int d = dimensions.width();
        int f = dimensions.feedForward();
        tensors.put("position.embedding", normal(random, 0, 0.3, dimensions.window(), d));
        for (int b = 1; b <= dimensions.blocks(); b++) {
            String block = "block." + b + ".";
            putNorm(tensors, random, block + "norm1", d);
            putNorm(tensors, random, block + "norm2", d);
            for (String projection : new String[] {"query", "key", "value", "output"}) {
                putLinear(tensors, random, block + projection, d, d);
            }
            putLinear(tensors, random, block + "ffn1", d, f);
            putLinear(tensors, random, block + "ffn2", f, d);
        }
    }

    private static void putDin(Map<String, Tensor> tensors, Random random, Dimensions dimensions) {
        int d = dimensions.width();
        int f = dimensions.feedForward();
        tensors.put("position.embedding", normal(random, 0, 0.3, dimensions.window(), d));
        for (String part : new String[] {"item", "target", "product"}) {
            tensors.put("attention." + part + ".weight", normal(random, 0, 1 / Math.sqrt(d), d, f));
        }
        tensors.put("attention.bias", normal(random, 0, 0.2, f));
        tensors.put("attention.output.weight", normal(random, 0, 1 / Math.sqrt(f), f, 1));
    }

    private static void putNorm(
            Map<String, Tensor> tensors, Random random, String name, int width) {
        tensors.put(name + ".gamma", normal(random, 1, 0.2, width));
        tensors.put(name + ".beta", normal(random, 0, 0.2, width));
    }

    private static void putLinear(
            Map<String, Tensor> tensors, Random random, String name, int inputs, int outputs) {
        tensors.put(name + ".weight", normal(random, 0, 1 / Math.sqrt(inputs), inputs, outputs));
        tensors.put(name + ".bias", normal(random, 0, 0.2, outputs));
    }

    /** d = 8, L = 6, V = 40. */
    static RandomModel small() {
        return of(dimensions(40, 6, 8, 1, 1), 7);
    }

    static Dimensions dimensions(int items, int window, int width, int blocks, int heads) {
        return new Dimensions(
                items,
                window,
                window,
                new DeviceSizes(width, blocks, heads, 2 * width),
                2,
                GeneratorSizes.recurrent(4, 4, 4, 4, 1));
    }

    /** The same weights for the items of a log with these ids, all of which are hashed. */
    RandomModel named(List<String> ids) {
        return new RandomModel(
                backbone,
                dimensions,
                Vocabulary.of(
                        ids.stream().mapToLong(ItemIds::hash).toArray(),
                        ItemNames.of(ItemIds.HASH, ids)),
                tensors);
    }

    static long rawId(long index) {
        return 10 * index + 3;
    }

    /** The same model with an item table that int8 can hold without loss. */
    RandomModel quantized() {
        Map<String, Tensor> rounded = new LinkedHashMap<>(tensors);
        rounded.computeIfPresent(
                "item.embedding", (name, table) -> QuantizedTable.of(table).values());
        return new RandomModel(backbone, dimensions, vocabulary, rounded);
    }

    /** The tensors with the item table as int8. */
    Map<String, StoredTensor> stored() {
        Map<String, StoredTensor> stored = new LinkedHashMap<>(tensors);
        stored.putAll(QuantizedTable.of(tensors.get("item.embedding")).stored("item.embedding"));
        return stored;
    }

    ModelBundle write(Path directory) {
        return write(directory, tensors);
    }

    ModelBundle write(Path directory, Map<String, ? extends StoredTensor> weights) {
        return BundleWriter.write(
                directory,
                backbone,
                dimensions,
                vocabulary,
                new TreeMap<>(),
                new TreeMap<>(),
                Map.of(
                        ModelBundle.DEVICE_WEIGHTS,
                        Safetensors.encode(weights),
                        ModelBundle.GENERATOR_WEIGHTS,
                        new byte[1],
                        ModelBundle.GENERATOR_ONNX,
                        new byte[1],
                        ModelBundle.DEVICE_ONNX,
                        new byte[1]),
                Optional.empty());
    }

    float[] global(int n) {
        return tensors.get(Dimensions.layerName(n)).values();
    }

    /** A history of {@code length} known items. */
    long[] history(Random random, int length) {
        return random.ints(length, 1, dimensions.items() + 1)
                .mapToLong(RandomModel::rawId)
                .toArray();
    }

    long[] allItems() {
        return vocabulary.ids();
    }

    /** Values of a delta's layers, a function of sequence number and layer. */
    float[] deltaValues(long sequence, int n) {
        return normal(
                        new Random(1_000 * sequence + n),
                        0,
                        0.3,
                        dimensions.layerRows(),
                        dimensions.width())
                .values();
    }

    /** The factors [2 r + 1, d] of a delta's layers, a function of sequence number and layer. */
    float[] factors(long sequence, int n, int rank) {
        return normal(new Random(2_000 * sequence + n), 0, 0.3, 2 * rank + 1, dimensions.width())
                .values();
    }

    WeightDelta delta(String modelVersion, long sequence) {
        return delta(modelVersion, sequence, Encoding.FLOAT32);
    }

    /** A whole delta for {@link #DEVICE}. */
    WeightDelta delta(String modelVersion, long sequence, Encoding encoding) {
        return delta(modelVersion, sequence, encoding, 0);
    }

    /** A whole delta for {@link #DEVICE}, of factors if the rank is above 0. */
    WeightDelta delta(String modelVersion, long sequence, Encoding encoding, int rank) {
        List<LayerDelta> layers = new ArrayList<>();
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            float[] values = rank == 0 ? deltaValues(sequence, n) : factors(sequence, n, rank);
            layers.add(layer(Dimensions.layerName(n), values, encoding, rank));
        }
        return sealed(
                new WeightDelta(
                        DEVICE, modelVersion, sequence, 1, layers, 1L, 2L, 3L, 0, 0L, null, 0L));
    }

    LayerDelta layer(String name, float[] values, Encoding encoding) {
        return layer(name, values, encoding, 0);
    }

    LayerDelta layer(String name, float[] values, Encoding encoding, int rank) {
        return DeltaCodec.encode(
                name, dimensions.layerRows(), dimensions.width(), rank, values, encoding);
    }

    /** With the checksum of what it holds now. */
    static WeightDelta sealed(WeightDelta delta) {
        delta.setChecksum(DeltaChecksum.of(delta));
        return delta;
    }

    static Tensor normal(Random random, double mean, double deviation, int... shape) {
        int size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (mean + deviation * random.nextGaussian());
        }
        return new Tensor(shape, values);
    }
}
