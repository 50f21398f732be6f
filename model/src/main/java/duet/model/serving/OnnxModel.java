package duet.model.serving;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import duet.schemas.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs one ONNX graph in DJL's ONNX Runtime engine with one thread. Graphs are those of {@code
 * duet.model.onnx} alone: a graph from outside could read files of this machine (external data) or
 * run for ever. An object of this class is not thread-safe. The engine itself lives as long as the
 * JVM, the session as long as this object.
 */
final class OnnxModel implements AutoCloseable {
    private static final String ENGINE = "OnnxRuntime";

    private final Model model;
    private boolean closed;

    private OnnxModel(Model model) {
        this.model = model;
    }

    /**
     * Opens a graph.
     *
     * @param name what it does, for messages
     * @throws InvalidInputException if the engine does not accept it
     */
    static OnnxModel open(byte[] graph, String name) {
        useLocalDefaults();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // DJL finds its engines through the context class loader, which in a Flink task or a
        // common-pool thread need not see them; ours does, it has linked against DJL.
        thread.setContextClassLoader(OnnxModel.class.getClassLoader());
        try {
            Model model = Model.newInstance(name, Device.cpu(), ENGINE);
            try {
                model.load(
                        new ByteArrayInputStream(graph),
                        Map.of("interOpNumThreads", "1", "intraOpNumThreads", "1"));
                Files.deleteIfExists(model.getModelPath()); // made by DJL, empty
            } catch (IOException | MalformedModelException | RuntimeException e) {
                model.close();
                throw new InvalidInputException(
                        "the " + name + "'s graph is not accepted by ONNX Runtime", e);
            }
            return new OnnxModel(model);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * Runs the model once. Inputs are given in the graph's order and made in the manager that
     * {@code inputs} receives; everything native is freed on return.
     */
    <T> T run(Function<NDManager, NDList> inputs, Function<NDList, T> outputs) {
        if (closed) {
            throw new IllegalStateException(model.getName() + " is closed");
        }
        try (NDManager manager = model.getNDManager().newSubManager()) {
            ParameterStore parameters = new ParameterStore(manager, false);
            return outputs.apply(
                    model.getBlock().forward(parameters, inputs.apply(manager), false));
        }
    }

    static NDArray named(NDList outputs, String name) {
        for (NDArray output : outputs) {
            if (name.equals(output.getName())) {
                return output;
            }
        }
        throw new IllegalStateException("the model gave no output '" + name + "'");
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            model.close();
        }
    }

    /**
     * Sets what serving needs of DJL where nobody has decided otherwise: no network, no second
     * engine beside ONNX Runtime.
     */
    private static void useLocalDefaults() {
        Map<String, String> defaults =
                Map.of(
                        "ai.djl.offline", "true",
                        "ai.djl.onnx.disable_alternative", "true",
                        "ai.djl.onnxruntime.num_threads", "1",
                        "ai.djl.onnxruntime.num_interop_threads", "1");
        defaults.forEach(
                (name, value) -> {
                    if (System.getProperty(name) == null) {
                        System.setProperty(name, value);
                    }
                });
    }
}
