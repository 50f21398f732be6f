package duet.model.bundle;

import duet.model.network.Backbone;
import duet.model.onnx.DeviceGraph;
import duet.model.onnx.GeneratorGraph;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.bundle.Safetensors;
import duet.schemas.bundle.StoredTensor;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes weights to a bundle directory: safetensors, both ONNX files and the manifest. The same
 * weights give the same bytes.
 */
public final class BundleExport {
    private BundleExport() {}

    /**
     * Writes a bundle, replacing an older one.
     *
     * @param backbone {@link Backbone#id name} of the backbone
     * @param metrics what training measured, by name; values as JSON knows them
     * @param trainingOptions options the training ran with, by name
     * @param probe what the model must show before it is served; empty for a bundle without
     * @throws duet.schemas.InvalidInputException naming an unknown backbone, a tensor that is
     *     missing, has another shape or a value that is not finite, a place in the probe that does
     *     not fit the model, or a target that is no bundle
     */
    public static ModelBundle write(
            Path target,
            String backbone,
            Dimensions dimensions,
            Vocabulary vocabulary,
            ModelTensors tensors,
            SortedMap<String, Object> metrics,
            SortedMap<String, Object> trainingOptions,
            Optional<QualityProbe> probe) {
        Backbone known = Backbone.of(backbone);
        if (vocabulary.size() != dimensions.items()) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "the vocabulary has %,d items, the model %,d",
                            vocabulary.size(),
                            dimensions.items()));
        }
        tensors.requireSound(known, dimensions);
        Map<String, StoredTensor> device = tensors.storedDevice();
        return BundleWriter.write(
                target,
                backbone,
                dimensions,
                vocabulary,
                metrics,
                trainingOptions,
                Map.of(
                        ModelBundle.DEVICE_WEIGHTS,
                        Safetensors.encode(device),
                        ModelBundle.GENERATOR_WEIGHTS,
                        Safetensors.encode(tensors.generator()),
                        ModelBundle.DEVICE_ONNX,
                        DeviceGraph.encode(known, device, dimensions),
                        ModelBundle.GENERATOR_ONNX,
                        GeneratorGraph.encode(tensors.generator(), dimensions)),
                probe);
    }

    /**
     * Does what {@link #untrained(Path, Backbone, Dimensions, Vocabulary, long)} does, with the
     * backbone SASRec.
     */
    public static ModelBundle untrained(
            Path target, Dimensions dimensions, Vocabulary vocabulary, long seed) {
        return untrained(target, Backbone.SASREC, dimensions, vocabulary, seed);
    }

    /**
     * Writes a bundle of random weights, for load tests and benchmarks: it costs what a trained one
     * costs.
     */
    public static ModelBundle untrained(
            Path target,
            Backbone backbone,
            Dimensions dimensions,
            Vocabulary vocabulary,
            long seed) {
        SortedMap<String, Object> options = new TreeMap<>();
        options.put("seed", seed);
        options.put("trained", false);
        return write(
                target,
                backbone.id(),
                dimensions,
                vocabulary,
                ModelTensors.untrained(backbone, dimensions, seed),
                new TreeMap<>(),
                options,
                Optional.empty());
    }
}
