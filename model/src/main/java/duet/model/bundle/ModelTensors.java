package duet.model.bundle;

import duet.model.network.Backbone;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QuantizedTable;
import duet.schemas.bundle.StoredTensor;
import duet.schemas.bundle.Tensor;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Holds all weights of a model, by the names under which a bundle stores them. Matrices are stored
 * for row vectors, {@code x · W}, inputs first.
 *
 * @param device static layers and the global classifier
 * @param generator the parameter generator
 * @param int8Items whether a bundle stores the device's item table as int8; the table in {@code
 *     device} then holds what int8 gives back, so that whoever computes with it computes what a
 *     device does
 */
public record ModelTensors(
        Map<String, Tensor> device, Map<String, Tensor> generator, boolean int8Items) {
    private static final String ITEMS = "item.embedding";

    /** Holds weights that a bundle stores as float32. */
    public ModelTensors(Map<String, Tensor> device, Map<String, Tensor> generator) {
        this(device, generator, false);
    }

    /** Returns whether the device's item table can be stored as int8. */
    public boolean canHaveInt8Items() {
        return QuantizedTable.canHold(device.get(ITEMS));
    }

    /**
     * Returns this model with an item table on the device that is stored as int8, see {@link
     * QuantizedTable}: its values are rounded to what int8 gives back.
     *
     * @throws IllegalArgumentException unless {@link #canHaveInt8Items}
     */
    public ModelTensors withInt8Items() {
        Map<String, Tensor> rounded = new LinkedHashMap<>(device);
        rounded.put(ITEMS, QuantizedTable.of(device.get(ITEMS)).values());
        return new ModelTensors(rounded, generator, true);
    }

    /** Returns the device's weights as {@code device.safetensors} and {@code device.onnx} do. */
    public Map<String, StoredTensor> storedDevice() {
        Map<String, StoredTensor> stored = new LinkedHashMap<>(device);
        if (int8Items) {
            stored.putAll(QuantizedTable.of(device.get(ITEMS)).stored(ITEMS));
        }
        return stored;
    }

    /** Reads the weights of a bundle. */
    public static ModelTensors of(ModelBundle bundle) {
        Map<String, StoredTensor> stored = storedDeviceOf(bundle);
        return new ModelTensors(
                values(stored, bundle.dimensions()),
                generatorOf(bundle),
                QuantizedTable.isIn(stored, ITEMS));
    }

    /**
     * Reads the device's weights of a bundle, by name, all as float32.
     *
     * @throws InvalidInputException naming the first tensor that is missing, has another shape or a
     *     value that is not finite
     */
    public static Map<String, Tensor> deviceOf(ModelBundle bundle) {
        return values(storedDeviceOf(bundle), bundle.dimensions());
    }

    /**
     * Reads the device's weights of a bundle, by name, as they are stored: the item table may be
     * int8.
     *
     * @throws InvalidInputException as {@link #deviceOf} does
     */
    public static Map<String, StoredTensor> storedDeviceOf(ModelBundle bundle) {
        Map<String, StoredTensor> read = bundle.storedTensors(ModelBundle.DEVICE_WEIGHTS);
        Map<String, StoredTensor> stored = new LinkedHashMap<>();
        deviceShapes(Backbone.of(bundle.manifest().backbone()), bundle.dimensions())
                .forEach(
                        (name, shape) -> {
                            if (name.equals(ITEMS) && QuantizedTable.isIn(read, name)) {
                                stored.putAll(
                                        QuantizedTable.of(read, name, shape[0], shape[1])
                                                .stored(name));
                            } else {
                                requireSound(read, name, shape);
                                stored.put(name, read.get(name));
                            }
                        });
        return stored;
    }

    /** Returns stored weights of a device as float32. */
    private static Map<String, Tensor> values(
            Map<String, StoredTensor> stored, Dimensions dimensions) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        stored.forEach(
                (name, tensor) -> {
                    if (tensor instanceof Tensor floats) {
                        values.put(name, floats);
                    }
                });
        if (QuantizedTable.isIn(stored, ITEMS)) {
            values.put(
                    ITEMS,
                    QuantizedTable.of(stored, ITEMS, dimensions.items() + 1, dimensions.width())
                            .values());
        }
        return values;
    }

    /**
     * Reads the generator's weights of a bundle, by name.
     *
     * @throws InvalidInputException naming the first tensor that is missing, has another shape or a
     *     value that is not finite
     */
    public static Map<String, Tensor> generatorOf(ModelBundle bundle) {
        Map<String, Tensor> tensors = bundle.tensors(ModelBundle.GENERATOR_WEIGHTS);
        generatorShapes(bundle.dimensions())
                .forEach((name, shape) -> requireSound(tensors, name, shape));
        return tensors;
    }

    /**
     * Draws random weights of a sensible size, every tensor seeded by its own name: for load tests
     * and benchmarks, where a model must cost what a trained one costs but need not know anything.
     */
    public static ModelTensors untrained(Backbone backbone, Dimensions dimensions, long seed) {
        return new ModelTensors(
                random(deviceShapes(backbone, dimensions), seed),
                random(generatorShapes(dimensions), seed));
    }

    /**
     * Draws random weights of a model with a SASRec backbone; see {@link #untrained(Backbone,
     * Dimensions, long)}.
     */
    public static ModelTensors untrained(Dimensions dimensions, long seed) {
        return untrained(Backbone.SASREC, dimensions, seed);
    }

    /** Returns the shapes of the device's tensors by name. */
    public static Map<String, int[]> deviceShapes(Backbone backbone, Dimensions dimensions) {
        backbone.requireFits(dimensions);
        int d = dimensions.width();
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put(ITEMS, shape(dimensions.items() + 1, d));
        shapes.put("item.bias", shape(dimensions.items() + 1));
        switch (backbone) {
            case SASREC -> putSasRec(shapes, dimensions);
            case GRU4REC -> {
                putLinear(shapes, "gru.input", d, 3 * d);
                putLinear(shapes, "gru.recurrent", d, 3 * d);
            }
            case DIN -> putDin(shapes, dimensions);
            case PERCEPTRON -> {
                putLinear(shapes, "perceptron.1", dimensions.inputs(), dimensions.feedForward());
                putLinear(shapes, "perceptron.2", dimensions.feedForward(), d);
            }
        }
        putNorm(shapes, "norm", d);
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            shapes.put(Dimensions.layerName(n), shape(dimensions.layerRows(), d));
        }
        if (!dimensions.deviceMemoryDecays().isEmpty()) {
            putLinear(shapes, "memory", dimensions.deviceMemoryDecays().size() * d, d);
        }
        return shapes;
    }

    private static void putSasRec(Map<String, int[]> shapes, Dimensions dimensions) {
        int d = dimensions.width();
        int f = dimensions.feedForward();
        shapes.put("position.embedding", shape(dimensions.window(), d));
        for (int block = 1; block <= dimensions.blocks(); block++) {
            String prefix = "block." + block + ".";
            putNorm(shapes, prefix + "norm1", d);
            putLinear(shapes, prefix + "query", d, d);
            putLinear(shapes, prefix + "key", d, d);
            putLinear(shapes, prefix + "value", d, d);
            putLinear(shapes, prefix + "output", d, d);
            putNorm(shapes, prefix + "norm2", d);
            putLinear(shapes, prefix + "ffn1", d, f);
            putLinear(shapes, prefix + "ffn2", f, d);
        }
    }

    private static void putDin(Map<String, int[]> shapes, Dimensions dimensions) {
        int d = dimensions.width();
        int f = dimensions.feedForward();
        shapes.put("position.embedding", shape(dimensions.window(), d));
        shapes.put("attention.item.weight", shape(d, f));
        shapes.put("attention.target.weight", shape(d, f));
        shapes.put("attention.product.weight", shape(d, f));
        shapes.put("attention.bias", shape(f));
        shapes.put("attention.output.weight", shape(f, 1));
    }

    /** Returns the shapes of the generator's tensors by name. */
    public static Map<String, int[]> generatorShapes(Dimensions dimensions) {
        int hidden = dimensions.encoderWidth();
        int decoders = dimensions.decoders();
        int inner = dimensions.layerEmbeddingWidth();
        Map<String, int[]> shapes = new LinkedHashMap<>();
        int width = dimensions.generatorItemWidth();
        if (dimensions.features() > 0) {
            putLinear(shapes, "generator.feature", dimensions.features(), width);
        } else {
            shapes.put("generator.item.embedding", shape(dimensions.items() + 1, width));
        }
        if (hidden > 0) {
            putLinear(shapes, "encoder.gru.input", width, 3 * hidden);
            putLinear(shapes, "encoder.gru.recurrent", hidden, 3 * hidden);
        }
        putLinear(
                shapes,
                "encoder.mlp",
                hidden + dimensions.memoryDecays().size() * width,
                dimensions.embeddingWidth());
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            String prefix = "layer." + n + ".";
            putLinear(shapes, prefix + "embedding", dimensions.embeddingWidth(), decoders * inner);
            shapes.put(prefix + "adapter.weight", shape(inner, inner));
            shapes.put(
                    prefix + "decoder.weight", shape(decoders * inner, dimensions.generatedSize()));
            shapes.put(prefix + "decoder.bias", shape(decoders, dimensions.generatedSize()));
        }
        return shapes;
    }

    /**
     * Checks that every tensor is there in its shape and holds finite numbers: an engine may turn a
     * NaN weight into results that look sound.
     *
     * @throws InvalidInputException naming the first that is not
     */
    public void requireSound(Backbone backbone, Dimensions dimensions) {
        deviceShapes(backbone, dimensions)
                .forEach((name, shape) -> requireSound(device, name, shape));
        generatorShapes(dimensions).forEach((name, shape) -> requireSound(generator, name, shape));
    }

    private static void requireSound(
            Map<String, ? extends StoredTensor> tensors, String name, int[] shape) {
        float[] values = ModelBundle.require(tensors, name, shape).values();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "tensor %s has the value %s at %d",
                                name,
                                values[i],
                                i));
            }
        }
    }

    private static Map<String, Tensor> random(Map<String, int[]> shapes, long seed) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> tensors.put(name, random(name, shape, seed)));
        return tensors;
    }

    private static Tensor random(String name, int[] shape, long seed) {
        int size = 1;
        for (int extent : shape) {
            size = Math.multiplyExact(size, extent);
        }
        float[] values = new float[size];
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + name.hashCode());
        boolean isDecoder = name.contains(".decoder.");
        boolean isMatrix = shape.length == 2 && !name.endsWith("embedding");
        double deviation = isMatrix ? 1 / Math.sqrt(shape[0]) : 0.1;
        if (isDecoder) {
            deviation *= 0.1; // deltas are small against the layers they are added to
        }
        float mean = name.endsWith(".gamma") ? 1 : 0;
        boolean hasPadding = name.endsWith("item.embedding") || name.equals("item.bias");
        int first = hasPadding ? size / shape[0] : 0;
        for (int i = first; i < size; i++) {
            values[i] = mean + (float) (deviation * random.nextGaussian());
        }
        return new Tensor(shape, values);
    }

    private static void putLinear(Map<String, int[]> shapes, String name, int inputs, int outputs) {
        shapes.put(name + ".weight", shape(inputs, outputs));
        shapes.put(name + ".bias", shape(outputs));
    }

    private static void putNorm(Map<String, int[]> shapes, String name, int width) {
        shapes.put(name + ".gamma", shape(width));
        shapes.put(name + ".beta", shape(width));
    }

    private static int[] shape(int... extents) {
        return extents;
    }
}
