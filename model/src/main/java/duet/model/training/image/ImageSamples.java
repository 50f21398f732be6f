package duet.model.training.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.image.ImageDevice;
import duet.model.image.ImageSample;
import duet.schemas.bundle.Vocabulary;
import java.util.Arrays;
import java.util.List;

/**
 * Holds what a group of devices saw. Samples are numbered through all devices, those of a device in
 * their order.
 */
final class ImageSamples {
    private final int perDevice;
    private final float[][] images;
    private final int[] classes;

    ImageSamples(List<ImageDevice> devices, int perDevice, Vocabulary vocabulary) {
        this.perDevice = perDevice;
        this.images = new float[Math.multiplyExact(devices.size(), perDevice)][];
        this.classes = new int[images.length];
        for (int i = 0; i < images.length; i++) {
            ImageSample sample = devices.get(i / perDevice).sample(i % perDevice);
            images[i] = sample.image();
            classes[i] = vocabulary.indexOf(sample.label());
        }
    }

    int size() {
        return images.length;
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
        int inputs = images[0].length;
        float[] joined = new float[Math.multiplyExact(samples.length, inputs)];
        for (int i = 0; i < samples.length; i++) {
            System.arraycopy(images[samples[i]], 0, joined, i * inputs, inputs);
        }
        return step.create(joined, new Shape(samples.length, inputs));
    }
}
