package duet.simulator.fleet;

import duet.device.DeviceModel;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Safetensors;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** A device model of width 4 with random weights and items 1 to 40, and deltas for it. */
public final class TinyModel {
    public static final Dimensions DIMENSIONS =
            new Dimensions(
                    40,
                    5,
                    5,
                    new DeviceSizes(4, 1, 1, 4),
                    2,
                    GeneratorSizes.recurrent(4, 4, 4, 4, 1));

    private TinyModel() {}

    public static DeviceModel load(Path directory) {
        return DeviceModel.load(write(directory.resolve("bundle"), 1));
    }

    /** A bundle of weights that follow from the seed, as its version does. */
    public static ModelBundle write(Path directory, long seed) {
        return write(
                directory,
                seed,
                Vocabulary.of(LongStream.rangeClosed(1, DIMENSIONS.items()).toArray()));
    }

    /** A bundle of the same weights for other items. */
    public static ModelBundle write(Path directory, long seed, Vocabulary vocabulary) {
        int d = DIMENSIONS.width();
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new TreeMap<>();
        put(tensors, random, "item.embedding", DIMENSIONS.items() + 1, d);
        put(tensors, random, "item.bias", DIMENSIONS.items() + 1);
        put(tensors, random, "position.embedding", DIMENSIONS.window(), d);
        for (String part : List.of("query", "key", "value", "output", "ffn1", "ffn2")) {
            put(tensors, random, "block.1." + part + ".weight", d, d);
            put(tensors, random, "block.1." + part + ".bias", d);
        }
        for (String norm : List.of("block.1.norm1", "block.1.norm2", "norm")) {
            put(tensors, random, norm + ".gamma", d);
            put(tensors, random, norm + ".beta", d);
        }
        put(tensors, random, "dynamic.1", d + 1, d);
        put(tensors, random, "dynamic.2", d + 1, d);
        return BundleWriter.write(
                directory,
                "sasrec",
                DIMENSIONS,
                vocabulary,
                new TreeMap<>(),
                new TreeMap<>(),
                Map.of(
                        ModelBundle.DEVICE_WEIGHTS,
                        Safetensors.encode(tensors),
                        ModelBundle.GENERATOR_WEIGHTS,
                        new byte[0],
                        ModelBundle.GENERATOR_ONNX,
                        new byte[0],
                        ModelBundle.DEVICE_ONNX,
                        new byte[0]),
                Optional.empty());
    }

    /** A delta that moves every weight by {@code step}. */
    public static WeightDelta delta(
            DeviceModel model, String device, long last, int answered, float step, long sentAt) {
        List<LayerDelta> layers = new ArrayList<>();
        for (int n = 1; n <= DIMENSIONS.dynamicLayers(); n++) {
            float[] values = new float[DIMENSIONS.layerSize()];
            java.util.Arrays.fill(values, step * n);
            layers.add(
                    DeltaCodec.encode(
                            Dimensions.layerName(n),
                            DIMENSIONS.layerRows(),
                            DIMENSIONS.width(),
                            values,
                            Encoding.FLOAT32));
        }
        WeightDelta delta =
                new WeightDelta(
                        device,
                        model.version(),
                        last,
                        answered,
                        layers,
                        sentAt,
                        sentAt + 1000,
                        sentAt + 3000,
                        0,
                        0L,
                        null,
                        0L);
        delta.setChecksum(DeltaChecksum.of(delta));
        return delta;
    }

    private static void put(Map<String, Tensor> tensors, Random random, String name, int... shape) {
        int size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        float[] values = new float[size];
        boolean padded = name.startsWith("item.");
        for (int i = padded ? size / shape[0] : 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        tensors.put(name, new Tensor(shape, values));
    }
}
