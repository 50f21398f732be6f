package duet.studies.image;

import duet.device.DeviceModel;
import duet.model.image.ImageDevice;
import duet.model.image.ImageTask;
import duet.model.serving.DeviceScorer;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ServedGenerator;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * The evaluation classifies what a group of devices sees, through the files of a bundle. Every
 * variant scores the same samples: those of every device from a step on, so that a delta of any age
 * has a full window behind it. It is not thread-safe.
 */
public final class ImageEvaluation implements AutoCloseable {
    private final Dimensions dimensions;
    private final long[] labels;
    private final int first;
    private final List<SeenImages> devices;
    private final ServedGenerator generator;
    private final DeviceScorer scorer;

    private ImageEvaluation(
            ModelBundle bundle,
            List<SeenImages> devices,
            int first,
            ServedGenerator generator,
            DeviceScorer scorer) {
        this.dimensions = bundle.dimensions();
        this.labels = bundle.vocabulary().ids();
        this.devices = devices;
        this.first = first;
        this.generator = generator;
        this.scorer = scorer;
    }

    /**
     * Loads an evaluation on these devices.
     *
     * @param task what the devices classify
     * @param samples samples of each device
     * @param first step of the first sample that is classified
     * @throws InvalidInputException if the model reads something else than images of that task
     */
    public static ImageEvaluation load(
            ModelBundle bundle, ImageTask task, List<ImageDevice> devices, int samples, int first) {
        if (bundle.dimensions().inputs() != task.inputs()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "model %s reads inputs of %d numbers, images of %s have %d",
                            bundle.modelVersion(),
                            bundle.dimensions().inputs(),
                            task.name(),
                            task.inputs()));
        }
        if (devices.isEmpty() || first < 0 || first >= samples) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%d devices with samples %d to %d leave nothing to classify",
                            devices.size(),
                            first,
                            samples - 1));
        }
        DeviceModel model = DeviceModel.load(bundle);
        List<SeenImages> seen =
                devices.stream().map(device -> SeenImages.of(device, samples, model)).toList();
        ServedGenerator generator = ServedGenerator.load(bundle);
        try {
            return new ImageEvaluation(bundle, seen, first, generator, DeviceScorer.load(bundle));
        } catch (RuntimeException e) {
            generator.close();
            throw e;
        }
    }

    /** Returns the devices with what they saw. */
    public List<SeenImages> devices() {
        return devices;
    }

    /** Measures with the global classifier. */
    public ImageQuality global() {
        return measure(seen -> Collections.nCopies(scored(seen), scorer.globalLayers()));
    }

    /**
     * Measures with deltas from the window that ended {@code age} samples before the one that is
     * classified.
     */
    public ImageQuality aged(int age) {
        requireAge(age);
        return measure(seen -> layers(deltas(seen, age)));
    }

    /**
     * Measures with fresh deltas of devices that have published no more than their newest {@code
     * length} vectors.
     */
    public ImageQuality ofLength(int length) {
        return measure(seen -> layers(deltas(seen, 0, length)));
    }

    /**
     * Measures with one delta for each device, made at the first classified sample; it ages while
     * the device goes on.
     */
    public ImageQuality ageing() {
        return qualityOf(this::ageingScores);
    }

    /**
     * Returns the scores behind {@link #ageing}: of every class, in the order of the labels, for
     * each classified sample.
     */
    public List<float[]> ageingScores(SeenImages seen) {
        float[][] own = scorer.personalizedLayers(generateAlone(seen), 0);
        return scores(seen, Collections.nCopies(scored(seen), own));
    }

    /**
     * Returns the seconds that the generation of one delta takes, alone in its batch: the mean over
     * all devices.
     */
    public double secondsPerGeneration(LongSupplier nanoClock) {
        devices.forEach(this::generateAlone); // warms up
        long start = nanoClock.getAsLong();
        devices.forEach(this::generateAlone);
        return (nanoClock.getAsLong() - start) / 1e9 / devices.size();
    }

    private GeneratedDeltas generateAlone(SeenImages seen) {
        return generator.generateFromFeatures(
                Collections.singletonList(seen.history(first, dimensions.history())));
    }

    /**
     * Measures with the deltas of the device that stands half of them further on, made at the same
     * step.
     */
    public ImageQuality otherDevice() {
        Map<SeenImages, SeenImages> others = new IdentityHashMap<>();
        for (int i = 0; i < devices.size(); i++) {
            others.put(devices.get(i), devices.get((i + devices.size() / 2) % devices.size()));
        }
        return measure(seen -> layers(deltas(others.get(seen), 0)));
    }

    /** Measures with the mean of all fresh deltas, the same for every device. */
    public ImageQuality meanDelta() {
        float[][] mean = scorer.globalLayers();
        double[][] sums = new double[mean.length][dimensions.layerSize()];
        long count = 0;
        for (SeenImages seen : devices) {
            GeneratedDeltas deltas = deltas(seen, 0);
            for (int i = 0; i < deltas.size(); i++, count++) {
                for (int n = 0; n < mean.length; n++) {
                    float[] delta = deltas.matrix(i, n + 1);
                    for (int j = 0; j < delta.length; j++) {
                        sums[n][j] += delta[j];
                    }
                }
            }
        }
        for (int n = 0; n < mean.length; n++) {
            for (int j = 0; j < mean[n].length; j++) {
                mean[n][j] += (float) (sums[n][j] / count);
            }
        }
        return measure(seen -> Collections.nCopies(scored(seen), mean));
    }

    /**
     * Measures with the global classifier on devices that correct its scores by their own estimate
     * of their class mix, from as many of their newest images as a generator would read.
     */
    public ImageQuality ownMix() {
        return qualityOf(this::ownMixScores);
    }

    private List<float[]> ownMixScores(SeenImages seen) {
        int seenAtFirst = Math.min(first, dimensions.history());
        if (seenAtFirst == 0) {
            return scores(seen, Collections.nCopies(scored(seen), scorer.globalLayers()));
        }
        List<float[]> images = seen.images().subList(first - seenAtFirst, seen.images().size());
        List<float[]> global =
                scorer.scoreInputs(
                        images,
                        Collections.nCopies(images.size(), scorer.globalLayers()),
                        Collections.nCopies(images.size(), labels));
        return IntStream.range(seenAtFirst, images.size())
                .mapToObj(
                        i ->
                                ClassMixEstimate.corrected(
                                        global.get(i),
                                        ClassMixEstimate.of(global.subList(i - seenAtFirst, i))))
                .toList();
    }

    /** Returns the images that are classified of one device. */
    public List<float[]> classified(SeenImages seen) {
        return seen.images().subList(first, seen.images().size());
    }

    /** Returns the classes in the order of their scores. */
    public long[] labels() {
        return labels.clone();
    }

    /** Measures how well the scores of other models classify the same samples. */
    public ImageQuality qualityOf(Function<SeenImages, List<float[]>> scores) {
        ImageQuality.Accumulator quality = new ImageQuality.Accumulator(labels);
        devices.forEach(seen -> add(quality, seen, scores.apply(seen)));
        return quality.result();
    }

    private ImageQuality measure(Function<SeenImages, List<float[][]>> layers) {
        return qualityOf(seen -> scores(seen, layers.apply(seen)));
    }

    private void add(ImageQuality.Accumulator quality, SeenImages seen, List<float[]> scores) {
        for (int i = 0; i < scores.size(); i++) {
            quality.add(seen.labels()[first + i], scores.get(i));
        }
    }

    private List<float[]> scores(SeenImages seen, List<float[][]> layers) {
        List<float[]> images = classified(seen);
        return scorer.scoreInputs(images, layers, Collections.nCopies(images.size(), labels));
    }

    /** Generates the deltas for every classified sample of a device. */
    private GeneratedDeltas deltas(SeenImages seen, int age) {
        return deltas(seen, age, dimensions.history());
    }

    private GeneratedDeltas deltas(SeenImages seen, int age, int length) {
        List<float[][]> histories =
                IntStream.range(first, seen.images().size())
                        .mapToObj(step -> seen.history(step - age, length))
                        .toList();
        return generator.generateFromFeatures(histories);
    }

    private List<float[][]> layers(GeneratedDeltas deltas) {
        List<float[][]> layers = new ArrayList<>(deltas.size());
        for (int i = 0; i < deltas.size(); i++) {
            layers.add(scorer.personalizedLayers(deltas, i));
        }
        return layers;
    }

    private int scored(SeenImages seen) {
        return seen.images().size() - first;
    }

    private void requireAge(int age) {
        if (age < 0 || age > first) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "age %d: samples from step %d on have ages of 0 to %d",
                            age,
                            first,
                            first));
        }
    }

    @Override
    public void close() {
        try (generator) {
            scorer.close();
        }
    }
}
