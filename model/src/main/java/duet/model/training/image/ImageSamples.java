package duet.model.training.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.image.ImageDevice;
import duet.model.image.ImageSample;
import duet.schemas.bundle.Vocabulary;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a group of devices saw. Samples are numbered through all devices, those of a device in
 * their order.
 */
final class ImageSamples {
    /** As many bytes of images are kept; of more, each image is made again when it is needed. */
    private static final long KEPT_BYTES = 1L << 30;

    private final List<ImageDevice> devices;
    private final int perDevice;
    private final int inputs;
    private final float @Nullable [][] kept;
    private final int[] classes;

    ImageSamples(List<ImageDevice> devices, int perDevice, Vocabulary vocabulary) {
        this(devices, perDevice, vocabulary, KEPT_BYTES);
    }

    ImageSamples(List<ImageDevice> devices, int perDevice, Vocabulary vocabulary, long keptBytes) {
        this.devices = devices;
        this.perDevice = perDevice;
        this.inputs = devices.get(0).sample(0).image().length;
        this.classes = new int[Math.multiplyExact(devices.size(), perDevice)];
        boolean keeps = (long) classes.length * inputs * Float.BYTES <= keptBytes;
        this.kept = keeps ? new float[classes.length][] : null;
        for (int i = 0; i < classes.length; i++) {
            ImageSample sample = sample(i);
            classes[i] = vocabulary.indexOf(sample.label());
            if (keeps) {
                kept[i] = sample.image();
            }
        }
    }

    private ImageSample sample(int sample) {
        return devices.get(sample / perDevice).sample(sample % perDevice);
    }

    private float[] image(int sample) {
        return kept == null ? sample(sample).image() : kept[sample];
    }

    int size() {
        return classes.length;
    }

    int perDevice() {
        return perDevice;
    }

    /** Returns how many samples of the same device come before this one. */
    int before(int sample) {
        return sample % perDevice;
    }

    /** Returns the sample of the same device that many steps later, its last one at most. */
    int later(int sample, int steps) {
        return sample + Math.min(steps, perDevice - 1 - before(sample));
    }

    /** Returns the index of the class, from 1. */
    int classOf(int sample) {
        return classes[sample];
    }

    int[] classesOf(int[] of) {
        return Arrays.stream(of).map(this::classOf).toArray();
    }

    /** Returns the images [samples, inputs]. */
    NDArray images(NDManager step, int[] samples) {
        float[] joined = new float[Math.multiplyExact(samples.length, inputs)];
        for (int i = 0; i < samples.length; i++) {
            System.arraycopy(image(samples[i]), 0, joined, i * inputs, inputs);
        }
        return step.create(joined, new Shape(samples.length, inputs));
    }
}
