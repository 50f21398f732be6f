package duet.model.training.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import duet.model.image.ImagePopulation;
import duet.model.network.Backbone;
import duet.model.network.Dropout;
import duet.model.network.MersenneTwister;
import duet.model.network.ParameterGenerator;
import duet.model.network.Scale;
import duet.model.network.UniversalMetaNetwork;
import duet.model.training.options.TrainingOptions;
import duet.model.training.sample.PersonalizedScores;
import duet.model.training.sample.ShuffledOrder;
import duet.model.training.step.Objective;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Defines the classification of images: cross-entropy over all classes, validated on devices that
 * the training does not see.
 */
final class ImageClassification {
    private static final int SAMPLES_AT_ONCE = 512;

    /** Of a validation device one in so many samples is classified. */
    private static final int VALIDATION_STRIDE = 3;

    private final Dimensions dimensions;
    private final Vocabulary vocabulary;
    private final TrainingOptions options;
    private final ImageSamples training;
    private final ImageSamples validation;
    private final int[] validated;

    ImageClassification(ImagePopulation population, TrainingOptions options) {
        requireSound(options);
        this.options = options;
        this.vocabulary = Vocabulary.of(population.task().classes());
        this.dimensions =
                options.sizes()
                        .dimensions(vocabulary.size())
                        .withFeatures(options.sizes().device().width(), population.task().inputs());
        this.training = new ImageSamples(population.training(), population.samples(), vocabulary);
        this.validation =
                new ImageSamples(population.validation(), population.samples(), vocabulary);
        this.validated =
                IntStream.range(0, validation.size())
                        .filter(sample -> validation.before(sample) >= options.objective().maxAge())
                        .filter(sample -> sample % VALIDATION_STRIDE == 0)
                        .toArray();
        if (validated.length == 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "devices have %d samples, more than %d are needed for validation",
                            population.samples(),
                            options.objective().maxAge() + VALIDATION_STRIDE));
        }
    }

    private static void requireSound(TrainingOptions options) {
        if (!options.backbone().readsInputs()) {
            throw new InvalidInputException(
                    "the backbone "
                            + options.backbone().id()
                            + " reads windows of items, images need "
                            + Backbone.PERCEPTRON.id());
        }
    }

    /** Returns the sizes of the model. */
    Dimensions dimensions() {
        return dimensions;
    }

    /** Returns the classes by their labels. */
    Vocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * Returns the network's objective: every image of every training device, classified by the
     * global model.
     */
    Objective network(UniversalMetaNetwork network, MersenneTwister chance) {
        Dropout dropout = new Dropout((float) options.network().dropout(), chance);
        return new Objective() {
            @Override
            public int[] epoch(SplittableRandom random) {
                return ShuffledOrder.first(
                        options.network().epochSamples(training.size()), training.size(), random);
            }

            @Override
            public int scoredPerSample() {
                return 1;
            }

            @Override
            public Objective.Draw draw(int[] samples, SplittableRandom random) {
                return step -> {
                    NDArray images = training.images(step, samples);
                    NDArray states = network.state(images, null, null, dropout);
                    NDArray scores =
                            network.score(
                                    network.globalHead(states),
                                    ClassificationLoss.allClasses(
                                            step, vocabulary.size(), samples.length));
                    return ClassificationLoss.crossEntropy(scores, training.classesOf(samples));
                };
            }
        };
    }

    /**
     * Returns the generator's objective: deltas from the features before a sample classify that one
     * or later ones of its device, so that they are as old as they will be on a device.
     *
     * @param owner owner of what is computed ahead
     * @param frozen does not change from here on
     */
    Objective generator(
            NDManager owner,
            UniversalMetaNetwork frozen,
            ParameterGenerator generator,
            MersenneTwister chance) {
        Dropout dropout = new Dropout((float) options.generator().dropout(), chance);
        ImageFeatures features = ImageFeatures.of(owner, training, frozen, dimensions);
        return new Objective() {
            @Override
            public int[] epoch(SplittableRandom random) {
                int scored = options.generator().epochSamples(training.size());
                int count = Math.max(1, scored / options.objective().positions());
                return ShuffledOrder.first(count, training.size(), random);
            }

            @Override
            public int scoredPerSample() {
                return options.objective().positions();
            }

            @Override
            public Objective.Draw draw(int[] samples, SplittableRandom random) {
                int[] scored = aged(samples, random);
                return step -> {
                    frozen.parameters().lendTo(step);
                    NDArray scores =
                            scores(frozen, generator, features, step, samples, scored, dropout);
                    return ClassificationLoss.crossEntropy(scores, training.classesOf(scored));
                };
            }
        };
    }

    /**
     * Returns the objective of network and generator together: the same samples are classified with
     * the global classifier and with deltas, so that the state of an image also keeps what is of
     * use only to who knows the device. What the generator reads are features of the network as it
     * was when the epoch began: no gradient runs through them, and the states of a window need not
     * be computed for every step.
     *
     * @param owner owner of what is computed ahead
     */
    Objective joint(
            NDManager owner,
            UniversalMetaNetwork network,
            ParameterGenerator generator,
            MersenneTwister chance) {
        Dropout ofNetwork = new Dropout((float) options.network().dropout(), chance);
        Dropout ofGenerator = new Dropout((float) options.generator().dropout(), chance);
        ImageFeatures features = new ImageFeatures(training, dimensions);
        int positions = options.objective().positions();
        return new Objective() {
            @Override
            public int[] epoch(SplittableRandom random) {
                int perDevice = training.perDevice();
                int devices = training.size() / perDevice;
                int read = Math.max(1, options.network().epochSamples(training.size()) / perDevice);
                int[] chosen = ShuffledOrder.first(read, devices, random);
                for (int device : chosen) {
                    features.compute(owner, network, device * perDevice, (device + 1) * perDevice);
                }
                int count = Math.max(1, read * perDevice / positions);
                int[] ends = ShuffledOrder.first(count, read * perDevice, random);
                return IntStream.of(ends)
                        .map(end -> chosen[end / perDevice] * perDevice + end % perDevice)
                        .toArray();
            }

            @Override
            public int scoredPerSample() {
                return positions;
            }

            @Override
            public Objective.Draw draw(int[] samples, SplittableRandom random) {
                int[] scored = aged(samples, random);
                return step -> {
                    NDArray states =
                            network.state(training.images(step, scored), null, null, ofNetwork)
                                    .reshape(samples.length, positions, dimensions.width());
                    NDArray classes =
                            ClassificationLoss.allClasses(
                                    step, vocabulary.size(), samples.length, positions);
                    NDArray global = network.score(network.globalHead(states), classes);
                    NDArray personalized =
                            PersonalizedScores.of(
                                    network,
                                    states,
                                    generator.generate(
                                            features.histories(step, samples), ofGenerator),
                                    classes);
                    int[] own = training.classesOf(scored);
                    return Scale.by(
                            ClassificationLoss.crossEntropy(global, own)
                                    .add(ClassificationLoss.crossEntropy(personalized, own)),
                            0.5);
                };
            }
        };
    }

    /** Adapts a freshly drawn generator to the whole windows of the training devices. */
    void standardise(NDManager owner, UniversalMetaNetwork frozen, ParameterGenerator generator) {
        ImageFeatures features = ImageFeatures.of(owner, training, frozen, dimensions);
        int[] newest =
                IntStream.range(0, training.size())
                        .filter(sample -> training.later(sample, 1) == sample)
                        .toArray();
        try (NDManager step = owner.newSubManager()) {
            generator.parameters().lendTo(step);
            generator.standardise(features.histories(step, newest));
        }
    }

    /**
     * Draws the samples to score with the deltas from before {@code samples}, as many for each as
     * there are positions.
     */
    private int[] aged(int[] samples, SplittableRandom random) {
        int[] scored = new int[samples.length * options.objective().positions()];
        for (int i = 0; i < scored.length; i++) {
            boolean fresh = random.nextDouble() < options.objective().freshShare();
            int age = fresh ? 0 : random.nextInt(options.objective().maxAge() + 1);
            scored[i] = training.later(samples[i / options.objective().positions()], age);
        }
        return scored;
    }

    /**
     * Returns the scores [ends, k, classes] of k samples for each of the histories, with the deltas
     * made from those.
     */
    private NDArray scores(
            UniversalMetaNetwork network,
            ParameterGenerator generator,
            ImageFeatures features,
            NDManager step,
            int[] ends,
            int[] scored,
            Dropout dropout) {
        int k = scored.length / ends.length;
        return PersonalizedScores.of(
                network,
                features.states(step, scored, k),
                generator.generate(features.histories(step, ends), dropout),
                ClassificationLoss.allClasses(step, vocabulary.size(), ends.length, k));
    }

    /** Ranks the classes by the global model, on validation devices. */
    RankingMetrics global(NDManager owner, UniversalMetaNetwork network) {
        return measure(
                owner,
                (step, samples) -> {
                    network.parameters().lendTo(step);
                    NDArray states =
                            network.state(
                                    validation.images(step, samples), null, null, Dropout.NONE);
                    return network.score(
                            network.globalHead(states),
                            ClassificationLoss.allClasses(step, vocabulary.size(), samples.length));
                });
    }

    /** Ranks the classes with deltas that are {@code age} samples old, on validation devices. */
    RankingMetrics personalized(
            NDManager owner, UniversalMetaNetwork network, ParameterGenerator generator, int age) {
        ImageFeatures features = ImageFeatures.of(owner, validation, network, dimensions);
        return measure(
                owner,
                (step, samples) -> {
                    network.parameters().lendTo(step);
                    generator.parameters().lendTo(step);
                    int[] ends = IntStream.of(samples).map(s -> s - age).toArray();
                    return scores(network, generator, features, step, ends, samples, Dropout.NONE);
                });
    }

    private interface Scoring {
        NDArray scores(NDManager step, int[] samples);
    }

    private RankingMetrics measure(NDManager owner, Scoring scoring) {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        int classes = vocabulary.size();
        for (int from = 0; from < validated.length; from += SAMPLES_AT_ONCE) {
            int[] samples =
                    Arrays.copyOfRange(
                            validated, from, Math.min(validated.length, from + SAMPLES_AT_ONCE));
            try (NDManager step = owner.newSubManager()) {
                float[] scores = scoring.scores(step, samples).toFloatArray();
                for (int i = 0; i < samples.length; i++) {
                    int start = i * classes;
                    int positive = start + validation.classOf(samples[i]) - 1;
                    float[] others = new float[classes - 1];
                    System.arraycopy(scores, start, others, 0, positive - start);
                    System.arraycopy(
                            scores,
                            positive + 1,
                            others,
                            positive - start,
                            start + classes - positive - 1);
                    metrics.add(scores[positive], others);
                }
            }
        }
        return metrics.result();
    }
}
