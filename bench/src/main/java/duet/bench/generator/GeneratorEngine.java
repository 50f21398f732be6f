package duet.bench.generator;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.bundle.ModelTensors;
import duet.model.network.Dropout;
import duet.model.network.GeneratorInput;
import duet.model.network.ParameterGenerator;
import duet.model.network.ParameterSet;
import duet.model.serving.ServedGenerator;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a bundle's generator in one of several ways, from raw histories to deltas on the Java heap.
 */
interface GeneratorEngine extends AutoCloseable {

    /** This engine runs it as the job serves it: DJL's ONNX Runtime. */
    String ONNX_RUNTIME = "onnxruntime";

    /** This engine runs it as it was trained: the same weights in DJL's PyTorch. */
    String PYTORCH = "pytorch";

    /** Returns the deltas of all devices, in whatever form the engine hands them out. */
    Object generate(List<long[]> histories);

    @Override
    void close();

    /** Opens a bundle's generator in the engine of that name. */
    static GeneratorEngine open(String name, ModelBundle bundle) {
        return switch (name) {
            case ONNX_RUNTIME -> new OnnxRuntime(bundle);
            case PYTORCH -> new PyTorch(bundle);
            default -> throw new IllegalArgumentException("no engine " + name);
        };
    }

    /** Takes the serving path. */
    final class OnnxRuntime implements GeneratorEngine {
        private final ServedGenerator generator;

        private OnnxRuntime(ModelBundle bundle) {
            generator = ServedGenerator.load(bundle);
        }

        @Override
        public Object generate(List<long[]> histories) {
            return generator.generate(histories);
        }

        @Override
        public void close() {
            generator.close();
        }
    }

    /** Takes the training path, without gradients. */
    final class PyTorch implements GeneratorEngine {
        private final NDManager manager;
        private final ParameterSet parameters;
        private final ParameterGenerator generator;
        private final Dimensions dimensions;
        private final Vocabulary vocabulary;

        private PyTorch(ModelBundle bundle) {
            dimensions = bundle.dimensions();
            vocabulary = bundle.vocabulary();
            manager = Engine.getEngine("PyTorch").newBaseManager();
            parameters = ParameterSet.of(manager, ModelTensors.of(bundle).generator());
            generator = new ParameterGenerator(dimensions, parameters);
        }

        @Override
        public Object generate(List<long[]> histories) {
            int length = GeneratorInput.limit(dimensions);
            long[] windows = new long[histories.size() * length];
            int at = 0;
            for (long[] history : histories) {
                for (int index : vocabulary.window(history, length)) {
                    windows[at++] = index;
                }
            }
            try (NDManager step = manager.newSubManager()) {
                parameters.lendTo(step);
                NDArray items = step.create(windows, new Shape(histories.size(), length));
                NDList deltas = generator.factors(GeneratorInput.ofItems(items), Dropout.NONE);
                List<float[]> layers = new ArrayList<>();
                for (NDArray delta : deltas) {
                    layers.add(delta.toFloatArray());
                }
                return layers;
            }
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
