package duet.model.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import duet.model.network.Backbone;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the inputs and outputs of an ONNX file by name, each as its type and shape, for example
 * {@code int64[batch, 30]}. A file is compared with its bundle's dimensions before an engine runs
 * it.
 */
public final class OnnxSignature {
    /**
     * The generator's input has this name in bundles of format 1: exactly L items for a recurrent
     * encoder, whose table has one more column, for padding.
     */
    private static final String FIXED_WINDOW = "window";

    private final Path file;
    private final Map<String, String> inputs;
    private final Map<String, String> outputs;
    private final Map<String, String> weights;

    private OnnxSignature(
            Path file,
            Map<String, String> inputs,
            Map<String, String> outputs,
            Map<String, String> weights) {
        this.file = file;
        this.inputs = inputs;
        this.outputs = outputs;
        this.weights = weights;
    }

    /**
     * Checks {@code generator.onnx} against the manifest.
     *
     * @throws InvalidInputException naming the tensor and both shapes
     */
    public static void requireGenerator(ModelBundle bundle) {
        Dimensions dimensions = bundle.dimensions();
        OnnxSignature signature = read(bundle.file(ModelBundle.GENERATOR_ONNX));
        signature.requireGeneratorInput(dimensions);
        signature.require(
                "output",
                signature.outputs,
                "embedding",
                "float[batch, %d]",
                dimensions.embeddingWidth());
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            signature.require(
                    "output",
                    signature.outputs,
                    Dimensions.layerName(n),
                    "float[batch, %d, %d]",
                    dimensions.generatedRows(),
                    dimensions.width());
        }
        signature.requireCount("output", signature.outputs, 1 + dimensions.dynamicLayers());
    }

    private void requireGeneratorInput(Dimensions dimensions) {
        int width = dimensions.generatorItemWidth();
        if (dimensions.features() > 0) {
            require(
                    "input",
                    inputs,
                    EncoderGraph.FEATURES,
                    "float[batch, length, %d]",
                    dimensions.features());
            require("input", inputs, EncoderGraph.MASK, "float[batch, length]");
            requireCount("input", inputs, 2);
            require(
                    "table",
                    weights,
                    EncoderGraph.FEATURE_WEIGHT,
                    "float[%d, %d]",
                    dimensions.features(),
                    width);
            return;
        }
        boolean fixedLength = inputs.containsKey(FIXED_WINDOW) && dimensions.encoderWidth() > 0;
        if (fixedLength) {
            require("input", inputs, FIXED_WINDOW, "int64[batch, %d]", dimensions.window());
        } else {
            require("input", inputs, EncoderGraph.HISTORY, "int64[batch, length]");
        }
        requireCount("input", inputs, 1);
        require(
                "table",
                weights,
                EncoderGraph.ITEMS,
                "float[%d, %d]",
                dimensions.items() + 1,
                fixedLength ? width + 1 : width);
    }

    /**
     * Checks {@code device.onnx} against the manifest.
     *
     * @throws InvalidInputException naming the tensor and both shapes
     */
    public static void requireDevice(ModelBundle bundle) {
        Dimensions dimensions = bundle.dimensions();
        OnnxSignature signature = read(bundle.file(ModelBundle.DEVICE_ONNX));
        int inputs = 2 + dimensions.dynamicLayers();
        if (Backbone.of(bundle.manifest().backbone()).readsInputs()) {
            signature.require(
                    "input",
                    signature.inputs,
                    DeviceGraph.INPUT,
                    "float[batch, %d]",
                    dimensions.inputs());
        } else {
            signature.require(
                    "input",
                    signature.inputs,
                    DeviceGraph.WINDOW,
                    "int64[batch, %d]",
                    dimensions.window());
        }
        if (!dimensions.deviceMemoryDecays().isEmpty()) {
            signature.require(
                    "input", signature.inputs, DeviceGraph.HISTORY, "int64[batch, length]");
            inputs++;
        }
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            signature.require(
                    "input",
                    signature.inputs,
                    Dimensions.layerName(n),
                    "float[batch, %d, %d]",
                    dimensions.layerRows(),
                    dimensions.width());
        }
        signature.require("input", signature.inputs, "candidates", "int64[batch, candidates]");
        signature.requireCount("input", signature.inputs, inputs);
        signature.require("output", signature.outputs, "scores", "float[batch, candidates]");
        signature.requireCount("output", signature.outputs, 1);
        signature.require(
                "table",
                signature.weights,
                DeviceGraph.ITEMS,
                "float[%d, %d]",
                dimensions.items() + 1,
                dimensions.width());
    }

    private static OnnxSignature read(Path file) {
        ModelProto model;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            model = ModelProto.parseFrom(in);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read as ONNX", e);
        }
        Map<String, String> weights = new LinkedHashMap<>();
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            requireFinite(file, tensor);
            weights.put(
                    tensor.getName(),
                    typeName(tensor.getDataType()) + tensor.getDimsList().toString());
        }
        return new OnnxSignature(
                file,
                values(model.getGraph().getInputList()),
                values(model.getGraph().getOutputList()),
                weights);
    }

    /**
     * Checks the numbers of a tensor: the runtime's activations turn NaN into numbers, so its
     * results alone do not show a broken weight.
     */
    private static void requireFinite(Path file, TensorProto tensor) {
        if (tensor.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
            return;
        }
        FloatBuffer values =
                tensor.getRawData()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        for (int i = 0; i < values.capacity(); i++) {
            if (!Float.isFinite(values.get(i))) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s has the value %s in '%s' at %d",
                                file,
                                values.get(i),
                                tensor.getName(),
                                i));
            }
        }
    }

    private static Map<String, String> values(List<ValueInfoProto> infos) {
        Map<String, String> values = new LinkedHashMap<>();
        for (ValueInfoProto info : infos) {
            List<String> shape = new ArrayList<>();
            for (TensorShapeProto.Dimension extent :
                    info.getType().getTensorType().getShape().getDimList()) {
                shape.add(
                        extent.hasDimValue()
                                ? Long.toString(extent.getDimValue())
                                : extent.getDimParam());
            }
            values.put(
                    info.getName(), typeName(info.getType().getTensorType().getElemType()) + shape);
        }
        return values;
    }

    private static String typeName(int type) {
        TensorProto.DataType known = TensorProto.DataType.forNumber(type);
        return known == null ? "type " + type : known.name().toLowerCase(Locale.ROOT);
    }

    private void require(
            String kind, Map<String, String> actual, String name, String shape, Object... extents) {
        String expected = String.format(Locale.ROOT, shape, extents);
        String found = actual.get(name);
        if (found == null) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has no %s '%s', the manifest needs %s",
                            file,
                            kind,
                            name,
                            expected));
        }
        if (!found.equals(expected)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has the %s '%s' as %s, the manifest needs %s",
                            file,
                            kind,
                            name,
                            found,
                            expected));
        }
    }

    private void requireCount(String kind, Map<String, String> actual, int expected) {
        if (actual.size() != expected) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has the %ss %s, the manifest needs %d of them",
                            file,
                            kind,
                            actual.keySet(),
                            expected));
        }
    }
}
