package duet.model.training.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.network.Dropout;
import duet.model.network.GeneratorInput;
import duet.model.network.UniversalMetaNetwork;
import duet.schemas.bundle.Dimensions;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Holds the features of samples, computed ahead: user states on the device, and what its windows
 * hold.
 */
final class ImageFeatures {
    private static final int IMAGES_AT_ONCE = 4096;

    private final ImageSamples samples;
    private final Dimensions dimensions;
    private final float[] features; // [samples, d]

    /** Makes room for the features of all samples, which are zero until they are computed. */
    ImageFeatures(ImageSamples samples, Dimensions dimensions) {
        this.samples = samples;
        this.dimensions = dimensions;
        this.features = new float[Math.multiplyExact(samples.size(), dimensions.width())];
    }

    /** Returns the features of all samples by a network that no longer changes. */
    static ImageFeatures of(
            NDManager owner,
            ImageSamples samples,
            UniversalMetaNetwork network,
            Dimensions dimensions) {
        ImageFeatures features = new ImageFeatures(samples, dimensions);
        features.compute(owner, network, 0, samples.size());
        return features;
    }

    /** Computes the features of samples from one up to another, as the network is now. */
    void compute(NDManager owner, UniversalMetaNetwork network, int first, int end) {
        for (int from = first; from < end; from += IMAGES_AT_ONCE) {
            int to = Math.min(end, from + IMAGES_AT_ONCE);
            try (NDManager step = owner.newSubManager()) {
                network.parameters().lendTo(step);
                NDArray images = samples.images(step, IntStream.range(from, to).toArray());
                float[] part = network.state(images, null, null, Dropout.NONE).toFloatArray();
                System.arraycopy(part, 0, features, from * dimensions.width(), part.length);
            }
        }
    }

    /**
     * Returns the states [batch, k, d] of k samples of each device of a batch, one device after the
     * other.
     */
    NDArray states(NDManager step, int[] scored, int k) {
        int width = dimensions.width();
        float[] states = new float[scored.length * width];
        for (int i = 0; i < scored.length; i++) {
            System.arraycopy(features, scored[i] * width, states, i * width, width);
        }
        return step.create(states, new Shape(scored.length / k, k, width));
    }

    /**
     * Returns what the generator reads of each device before these samples: the newest H features
     * or as many as there are.
     */
    GeneratorInput histories(NDManager step, int[] ends) {
        int width = dimensions.width();
        int limit = GeneratorInput.limit(dimensions);
        int length =
                IntStream.of(ends).map(end -> Math.min(limit, samples.before(end))).max().orElse(0);
        length = Math.max(1, length);
        float[] read = new float[ends.length * length * width];
        float[] mask = new float[ends.length * length];
        for (int i = 0; i < ends.length; i++) {
            int count = Math.min(length, samples.before(ends[i]));
            int to = (i + 1) * length - count;
            System.arraycopy(features, (ends[i] - count) * width, read, to * width, count * width);
            Arrays.fill(mask, to, to + count, 1);
        }
        return GeneratorInput.ofFeatures(
                step.create(read, new Shape(ends.length, length, width)),
                step.create(mask, new Shape(ends.length, length)));
    }
}
