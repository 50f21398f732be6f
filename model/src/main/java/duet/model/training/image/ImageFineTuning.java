package duet.model.training.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.bundle.ModelTensors;
import duet.model.image.ImageSample;
import duet.model.network.Backbone;
import duet.model.network.Dropout;
import duet.model.network.ParameterSet;
import duet.model.network.UniversalMetaNetwork;
import duet.model.training.Trainer;
import duet.model.training.TrainingDivergedException;
import duet.model.training.finetuning.FineTuningSteps;
import duet.model.training.options.AdamOptions;
import duet.model.training.options.PhaseOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Trains what generated deltas are compared with: the global model of an image task, trained
 * further on labelled samples of one device. Needs DJL's PyTorch engine, one thread at a time.
 */
public final class ImageFineTuning implements AutoCloseable {
    private static final double NANOS = 1e9;

    /**
     * Says how a device is tuned.
     *
     * @param epochs passes over the labelled samples
     * @param batch samples in a step
     * @param learningRate Adam's
     * @param classifierOnly whether the backbone and the classes stay as they are, and only the
     *     dynamic layers, which generation would replace, are tuned
     */
    public record Setting(int epochs, int batch, double learningRate, boolean classifierOnly) {}

    /**
     * Holds a device's own model.
     *
     * @param device its tensors, those of {@code device.safetensors}
     * @param seconds that the tuning took
     */
    public record Tuned(Map<String, Tensor> device, double seconds) {}

    private final NDManager manager;
    private final Backbone backbone;
    private final Dimensions dimensions;
    private final Vocabulary vocabulary;
    private final Map<String, Tensor> global;
    private final Set<String> dynamicLayers;
    private final long seed;
    private final LongSupplier nanoClock;

    private ImageFineTuning(
            NDManager manager, ModelBundle bundle, long seed, LongSupplier nanoClock) {
        this.manager = manager;
        this.backbone = Backbone.of(bundle.manifest().backbone());
        this.dimensions = bundle.dimensions();
        this.vocabulary = bundle.vocabulary();
        this.global = ModelTensors.deviceOf(bundle);
        this.dynamicLayers =
                IntStream.rangeClosed(1, dimensions.dynamicLayers())
                        .mapToObj(Dimensions::layerName)
                        .collect(Collectors.toSet());
        this.seed = seed;
        this.nanoClock = nanoClock;
    }

    /**
     * Loads the global model of a bundle.
     *
     * @param seed of the order of samples
     * @param nanoClock elapsed nanoseconds
     * @throws InvalidInputException if the model does not read inputs
     * @throws IllegalStateException if the PyTorch engine is missing
     */
    public static ImageFineTuning load(ModelBundle bundle, long seed, LongSupplier nanoClock) {
        if (!Backbone.of(bundle.manifest().backbone()).readsInputs()) {
            throw new InvalidInputException(
                    "model "
                            + bundle.modelVersion()
                            + " reads windows of items, it has no images to be tuned on");
        }
        return new ImageFineTuning(Trainer.engine().newBaseManager(), bundle, seed, nanoClock);
    }

    /**
     * Tunes the global model on these samples, the same way every time.
     *
     * @throws TrainingDivergedException if the loss is no longer a number
     */
    public Tuned tune(List<ImageSample> labelled, Setting setting) {
        long start = nanoClock.getAsLong();
        SplittableRandom random = new SplittableRandom(seed);
        PhaseOptions options =
                new PhaseOptions(
                        setting.epochs(),
                        setting.epochs(),
                        setting.batch(),
                        1,
                        new AdamOptions(setting.learningRate(), 0, 1),
                        0,
                        0);
        try (NDManager tuning = manager.newSubManager()) {
            ParameterSet parameters = ParameterSet.of(tuning, global);
            UniversalMetaNetwork network =
                    new UniversalMetaNetwork(backbone, dimensions, parameters);
            new FineTuningSteps(
                            tuning,
                            network,
                            name -> !setting.classifierOnly() || dynamicLayers.contains(name),
                            options)
                    .take(
                            labelled.size(),
                            random,
                            (step, samples) -> loss(step, network, labelled, samples));
            Map<String, Tensor> tensors = parameters.tensors();
            return new Tuned(tensors, (nanoClock.getAsLong() - start) / NANOS);
        }
    }

    private NDArray loss(
            NDManager step,
            UniversalMetaNetwork network,
            List<ImageSample> labelled,
            int[] samples) {
        List<ImageSample> batch = Arrays.stream(samples).mapToObj(labelled::get).toList();
        int[] classes =
                batch.stream().mapToInt(sample -> vocabulary.indexOf(sample.label())).toArray();
        return ClassificationLoss.crossEntropy(
                scores(step, network, batch.stream().map(ImageSample::image).toList()), classes);
    }

    /** Scores every class, in the order of the vocabulary, for these images. */
    public List<float[]> scores(Tuned tuned, List<float[]> images) {
        try (NDManager scoring = manager.newSubManager()) {
            UniversalMetaNetwork network =
                    new UniversalMetaNetwork(
                            backbone, dimensions, ParameterSet.of(scoring, tuned.device()));
            float[] all = scores(scoring, network, images).toFloatArray();
            List<float[]> scores = new ArrayList<>();
            for (int from = 0; from < all.length; from += vocabulary.size()) {
                scores.add(Arrays.copyOfRange(all, from, from + vocabulary.size()));
            }
            return scores;
        }
    }

    private NDArray scores(NDManager step, UniversalMetaNetwork network, List<float[]> images) {
        int inputs = dimensions.inputs();
        float[] joined = new float[images.size() * inputs];
        for (int i = 0; i < images.size(); i++) {
            System.arraycopy(images.get(i), 0, joined, i * inputs, inputs);
        }
        NDArray input = step.create(joined, new Shape(images.size(), inputs));
        NDArray states = network.state(input, null, null, Dropout.NONE);
        return network.score(
                network.globalHead(states),
                ClassificationLoss.allClasses(step, vocabulary.size(), images.size()));
    }

    @Override
    public void close() {
        manager.close();
    }
}
