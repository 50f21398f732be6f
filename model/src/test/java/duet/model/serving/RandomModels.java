package duet.model.serving;

import duet.model.bundle.BundleExport;
import duet.model.bundle.ModelTensors;
import duet.model.network.Backbone;
import duet.model.onnx.DeviceGraph;
import duet.model.onnx.GeneratorGraph;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Safetensors;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Models, windows and candidates for the tests. Raw id of index i is 10 i, so that mixing both up
 * shows.
 */
final class RandomModels {
    private RandomModels() {}

    static Dimensions dimensions(int decoders, int blocks, int heads, int dynamicLayers) {
        return new Dimensions(
                50,
                12,
                12,
                new DeviceSizes(16, blocks, heads, 24),
                dynamicLayers,
                GeneratorSizes.recurrent(10, 14, 9, 6, decoders));
    }

    /** A generator with long memory, alone or beside a recurrent encoder. */
    static Dimensions withMemory(int encoderWidth, int rank) {
        Dimensions d = dimensions(2, 1, 1, 2);
        return new Dimensions(
                d.items(),
                d.window(),
                30,
                d.device(),
                2,
                d.generator().withMemory(encoderWidth, List.of(0.5, 0.9, 1.0)).withRank(rank));
    }

    /**
     * Weights about three times as large as an untrained model's, decoders thirty times: every term
     * matters.
     */
    static ModelTensors tensors(Dimensions dimensions, long seed) {
        return tensors(Backbone.SASREC, dimensions, seed);
    }

    static ModelTensors tensors(Backbone backbone, Dimensions dimensions, long seed) {
        ModelTensors small = ModelTensors.untrained(backbone, dimensions, seed);
        return new ModelTensors(enlarge(small.device()), enlarge(small.generator()));
    }

    private static Map<String, Tensor> enlarge(Map<String, Tensor> tensors) {
        Map<String, Tensor> larger = new LinkedHashMap<>();
        tensors.forEach(
                (name, tensor) -> {
                    float[] values = tensor.values().clone();
                    for (int i = 0; i < values.length; i++) {
                        values[i] *=
                                name.contains("norm") ? 1 : name.contains(".decoder.") ? 10 : 2;
                    }
                    larger.put(name, new Tensor(tensor.shape(), values));
                });
        return larger;
    }

    static ModelBundle bundle(Path target, Dimensions dimensions, ModelTensors tensors) {
        return bundle(target, Backbone.SASREC, dimensions, tensors);
    }

    static ModelBundle bundle(
            Path target, Backbone backbone, Dimensions dimensions, ModelTensors tensors) {
        return BundleExport.write(
                target,
                backbone.id(),
                dimensions,
                vocabulary(dimensions),
                tensors,
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty());
    }

    /** Sizes of a device that reads raw inputs of 20 numbers. */
    static Dimensions withInputs() {
        return dimensions(1, 1, 1, 2).withFeatures(16, 20);
    }

    /** A device with a long memory of 30 interactions, behind a window of 12. */
    static Dimensions withDeviceMemory() {
        return withMemory(0, 0).withDeviceMemory(List.of(0.7, 0.95));
    }

    /** A bundle in which some files are replaced and the manifest is consistent with that. */
    static ModelBundle bundleWith(
            Path target, Dimensions dimensions, Map<String, byte[]> replaced) {
        ModelTensors tensors = tensors(dimensions, 1);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(ModelBundle.DEVICE_WEIGHTS, Safetensors.encode(tensors.device()));
        files.put(ModelBundle.GENERATOR_WEIGHTS, Safetensors.encode(tensors.generator()));
        files.put(
                ModelBundle.DEVICE_ONNX,
                DeviceGraph.encode(Backbone.SASREC, tensors.device(), dimensions));
        files.put(
                ModelBundle.GENERATOR_ONNX, GeneratorGraph.encode(tensors.generator(), dimensions));
        files.putAll(replaced);
        return BundleWriter.write(
                target,
                "sasrec",
                dimensions,
                vocabulary(dimensions),
                new TreeMap<>(),
                new TreeMap<>(),
                files,
                Optional.empty());
    }

    static Vocabulary vocabulary(Dimensions dimensions) {
        return Vocabulary.of(
                LongStream.rangeClosed(1, dimensions.items()).map(i -> 10 * i).toArray());
    }

    static long[] items(Random random, int count, Dimensions dimensions) {
        return random.longs(count, 1, dimensions.items() + 1L).map(i -> 10 * i).toArray();
    }
}
