package duet.studies.image;

import duet.device.Device;
import duet.device.DeviceModel;
import duet.model.image.ImageDevice;
import duet.model.image.ImageSample;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * This record holds one device with all it has seen, and what it would publish of that.
 *
 * @param images raw, they stay on the device
 * @param labels of the images, they stay on the device, too
 * @param features of the images, by the device's own runtime: what its windows hold
 */
public record SeenImages(
        String device, List<float[]> images, long[] labels, List<float[]> features) {

    /** Takes the first so many samples of a device. */
    public static SeenImages of(ImageDevice device, int samples, DeviceModel model) {
        Device runtime = new Device(device.id(), model);
        List<float[]> images = new ArrayList<>();
        long[] labels = new long[samples];
        List<float[]> features = new ArrayList<>();
        for (int step = 0; step < samples; step++) {
            ImageSample sample = device.sample(step);
            images.add(sample.image());
            labels[step] = sample.label();
            features.add(runtime.features(sample.image()));
        }
        return new SeenImages(device.id(), images, labels, features);
    }

    /** Returns what a device is fine-tuned on: its samples of these steps, with their labels. */
    public List<ImageSample> labelled(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(step -> new ImageSample(labels[step], images.get(step)))
                .toList();
    }

    /**
     * Returns what the generator has of the device before a step: its newest vectors, so many or
     * fewer, oldest first.
     */
    public float[][] history(int end, int length) {
        return features.subList(Math.max(0, end - length), end).toArray(float[][]::new);
    }
}
