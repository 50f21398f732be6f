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
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs one ONNX file in DJL's ONNX Runtime engine with one thread. An object of this class is not
 * thread-safe. The engine itself lives as long as the JVM, the session as long as this object.
 */
final class OnnxModel implements AutoCloseable {
    private static final String ENGINE = "OnnxRuntime";

    private final Model model;
    private boolean closed;

    private OnnxModel(Model model) {
        this.model = model;
    }

    /** Gives a model its graph. */
    @FunctionalInterface
    private interface Loading {
        void into(Model model, Map<String, String> options)
                throws IOException, MalformedModelException;
    }

    /**
     * Opens a file.
     *
     * @throws InvalidInputException if the engine does not accept it
     */
    static OnnxModel open(Path file) {
        String name = file.getFileName().toString();
        Path directory = file.toAbsolutePath().getParent();
        return open(
                name, file.toString(), (model, options) -> model.load(directory, name, options));
    }

    /**
     * Opens a graph that stands for a file.
     *
     * @throws InvalidInputException if the engine does not accept it
     */
    static OnnxModel open(byte[] graph, Path file) {
        return open(
                file.getFileName().toString(),
                "the graph made for " + file,
                (model, options) -> {
                    model.load(new ByteArrayInputStream(graph), options);
                    Files.deleteIfExists(model.getModelPath()); // made by DJL, empty
                });
    }

    private static OnnxModel open(String name, String what, Loading loading) {
        useLocalDefaults();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // DJL finds its engines through the context class loader, which in a Flink task or a
        // common-pool thread need not see them; ours does, it has linked against DJL.
        thread.setContextClassLoader(OnnxModel.class.getClassLoader());
        try {
            Model model = Model.newInstance(name, Device.cpu(), ENGINE);
            try {
                loading.into(model, Map.of("interOpNumThreads", "1", "intraOpNumThreads", "1"));
            } catch (IOException | MalformedModelException | RuntimeException e) {
                model.close();
                throw new InvalidInputException(what + " is not accepted by ONNX Runtime", e);
            }
            return new OnnxModel(model);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * Runs the model once. Inputs are given in the file's order and made in the manager that {@code
     * inputs} receives; everything native is freed on return.
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
