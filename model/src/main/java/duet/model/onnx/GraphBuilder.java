package duet.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import duet.schemas.bundle.StoredTensor;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes an ONNX graph node by node. The same calls give the same bytes: values are named by their
 * operator and a running number, and nothing is added that depends on time or place.
 */
final class GraphBuilder {
    /** All graphs use this operator set; it is the first with LayerNormalization. */
    static final int OPSET = 17;

    /** This ONNX file version belongs to {@link #OPSET}. */
    private static final int IR_VERSION = 8;

    private final GraphProto.Builder graph;
    private final Map<List<Long>, String> integerConstants = new LinkedHashMap<>();

    GraphBuilder(String name) {
        graph = GraphProto.newBuilder().setName(name);
    }

    /** Declares an int64 input; an extent is an {@link Integer} or the name of a free dimension. */
    String integerInput(String name, Object... shape) {
        graph.addInput(valueInfo(name, TensorProto.DataType.INT64, shape));
        return name;
    }

    /**
     * Declares a float32 input; an extent is an {@link Integer} or the name of a free dimension.
     */
    String floatInput(String name, Object... shape) {
        graph.addInput(valueInfo(name, TensorProto.DataType.FLOAT, shape));
        return name;
    }

    /** Declares an existing value to be a float32 output under its own name. */
    void floatOutput(String name, Object... shape) {
        graph.addOutput(valueInfo(name, TensorProto.DataType.FLOAT, shape));
    }

    /** Stores weights in the graph, in the type that they have. */
    String weights(String name, StoredTensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.byteCount()).order(ByteOrder.LITTLE_ENDIAN);
        tensor.writeTo(bytes);
        TensorProto.Builder proto =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(type(tensor.type()).getNumber())
                        .setRawData(ByteString.copyFrom(bytes.flip()));
        for (int extent : tensor.shape()) {
            proto.addDims(extent);
        }
        graph.addInitializer(proto);
        return name;
    }

    private static TensorProto.DataType type(TensorType type) {
        return switch (type) {
            case F32 -> TensorProto.DataType.FLOAT;
            case F16 -> TensorProto.DataType.FLOAT16;
            case I8 -> TensorProto.DataType.INT8;
        };
    }

    /** Stores one number. */
    String scalar(String name, float value) {
        return weights(name, Tensor.of(new float[] {value}));
    }

    /**
     * Stores a constant int64 vector, as shapes, axes and pads are given; equal ones are stored
     * once.
     */
    String integers(long... values) {
        return integerConstants.computeIfAbsent(
                Arrays.stream(values).boxed().toList(),
                key -> {
                    String name = "integers." + integerConstants.size();
                    ByteBuffer bytes =
                            ByteBuffer.allocate(values.length * Long.BYTES)
                                    .order(ByteOrder.LITTLE_ENDIAN);
                    bytes.asLongBuffer().put(values);
                    graph.addInitializer(
                            TensorProto.newBuilder()
                                    .setName(name)
                                    .setDataType(TensorProto.DataType.INT64.getNumber())
                                    .addDims(values.length)
                                    .setRawData(ByteString.copyFrom(bytes)));
                    return name;
                });
    }

    /** Starts a node; {@link Node#out()} adds it. */
    Node node(String operator, String... inputs) {
        return new Node(operator, inputs);
    }

    /** Adds a node without attributes and gives the name of its output. */
    String add(String operator, String... inputs) {
        return node(operator, inputs).out();
    }

    byte[] build() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("duet")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    /** Returns a row-major matrix turned over. */
    static float[] transpose(float[] matrix, int rows, int columns) {
        float[] transposed = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }
        return transposed;
    }

    private static ValueInfoProto valueInfo(
            String name, TensorProto.DataType type, Object... shape) {
        TensorShapeProto.Builder extents = TensorShapeProto.newBuilder();
        for (Object extent : shape) {
            TensorShapeProto.Dimension.Builder dimension = extents.addDimBuilder();
            if (extent instanceof Integer fixed) {
                dimension.setDimValue(fixed);
            } else {
                dimension.setDimParam((String) extent);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(type.getNumber())
                                                .setShape(extents)))
                .build();
    }

    /** Collects a node in the making. */
    final class Node {
        private final NodeProto.Builder proto;

        private Node(String operator, String... inputs) {
            proto =
                    NodeProto.newBuilder()
                            .setOpType(operator)
                            .setName(operator + "." + graph.getNodeCount())
                            .addAllInput(List.of(inputs));
        }

        Node with(String attribute, long value) {
            proto.addAttribute(
                    AttributeProto.newBuilder()
                            .setName(attribute)
                            .setType(AttributeProto.AttributeType.INT)
                            .setI(value));
            return this;
        }

        Node with(String attribute, float value) {
            proto.addAttribute(
                    AttributeProto.newBuilder()
                            .setName(attribute)
                            .setType(AttributeProto.AttributeType.FLOAT)
                            .setF(value));
            return this;
        }

        Node with(String attribute, long... values) {
            AttributeProto.Builder list =
                    AttributeProto.newBuilder()
                            .setName(attribute)
                            .setType(AttributeProto.AttributeType.INTS);
            for (long value : values) {
                list.addInts(value);
            }
            proto.addAttribute(list);
            return this;
        }

        /** Adds the node with one output of a generated name. */
        String out() {
            return out(proto.getName() + ".out");
        }

        /**
         * Adds the node with these outputs, the empty name for one that is not wanted; gives the
         * last.
         */
        String out(String... names) {
            proto.addAllOutput(List.of(names));
            graph.addNode(proto);
            return names[names.length - 1];
        }
    }
}
